"""推广名额 rosters: a shop opens so many seats to promote one product; who takes one when, who waits, who lost one."""

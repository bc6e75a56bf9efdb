"""个人信息 privacy: what is done with personal data and on what ground, who agreed, one's own copy, and leaving."""

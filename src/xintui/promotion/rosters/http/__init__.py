"""The API: a shop opens rosters, a promoter takes, waits and gives back, the desk reads."""

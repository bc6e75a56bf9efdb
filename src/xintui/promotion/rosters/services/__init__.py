"""Verbs: a shop opens and calls off, a promoter takes, waits and gives back, a person decides what was taken away."""

"""限流 throttle: how often a key was seen in the current window, one counter row per key."""

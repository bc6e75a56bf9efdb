"""内核: pure Python that every floor may lean on. No Django, no clock, no I/O; at most 800 lines, for ever."""

"""信任: what may be done, by whom, and with what behind it. Stands under commerce: all may ask, none can skip."""

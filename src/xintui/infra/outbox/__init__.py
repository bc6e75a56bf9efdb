"""发件箱: what happened, written in the same transaction as its cause, delivered afterwards at least once."""

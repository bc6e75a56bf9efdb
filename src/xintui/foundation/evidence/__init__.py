"""存证: anyone can recompute, offline and without trusting us, that a record was part of what we published."""

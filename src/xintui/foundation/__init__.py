"""基础: who someone is, what is owed to whom, what can be proved, and how money comes and goes."""

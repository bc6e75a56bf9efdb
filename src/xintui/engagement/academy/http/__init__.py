"""/promoter/academy/…: reading, exams, certificates, seats; /ops/academy/…: the desk; for everybody: a number."""

"""Writes: a version trained and stored, put into force and taken back; a band that a person gives."""

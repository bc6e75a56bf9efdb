"""Verbs: write and publish a course, read and sit it, certify; plan a training, book its seats, note who came."""

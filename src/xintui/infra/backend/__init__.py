"""Django's PostgreSQL backend that tells every transaction, at its first breath, which tenant it may see."""

"""地基: Django and the outside world: database, SQL files, tenancy, outbox, clock, console base."""

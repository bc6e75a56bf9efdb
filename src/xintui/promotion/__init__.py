"""推广: promoters, why an order is theirs, what it earns them and how it is paid."""

"""幂等 idempotency: the outer table of rule R7. A request that comes twice is answered twice and done once."""

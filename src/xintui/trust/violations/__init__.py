"""违规 violations: what broke a rule, with evidence, confirmed by a person, ended by itself or on appeal."""

"""保证金's verbs: what is owed and paid in, what is claimed, what goes back, what the money stands behind."""

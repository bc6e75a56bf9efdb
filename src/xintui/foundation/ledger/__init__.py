"""账本: double-entry, append-only money; unbalanced or overdrawn money cannot be written."""

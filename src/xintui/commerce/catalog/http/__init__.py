"""The catalog over HTTP: goods, and what the first page shows."""

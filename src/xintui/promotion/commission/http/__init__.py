"""The API: what a promoter earns, what it costs a shop, and how plans come to be."""

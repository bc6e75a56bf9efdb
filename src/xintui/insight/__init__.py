"""洞察 insight: what the numbers say, counted from what the wings below publish. Owns no fact of its own."""

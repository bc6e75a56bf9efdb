"""演示: a small, believable shop in Chinese, made by the public services alone; the same seed makes the same world."""

"""优质模式 patterns: what well-selling goods and promoters have in common, with counts; how fast stock turns over."""

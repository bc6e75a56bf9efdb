"""What a dispute looks like outside."""

"""What keeps people in touch with what happens to their orders and their money."""

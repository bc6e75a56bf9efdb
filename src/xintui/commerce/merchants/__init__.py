"""商家: tenants, their staff and their settings."""

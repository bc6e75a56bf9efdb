"""归因: share links, touches, and the frozen answer to "why did X get this order"."""

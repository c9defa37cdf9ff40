"""The migrations of egress, and one more."""

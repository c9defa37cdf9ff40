"""One file that holds a whole house, and the way back from it."""

"""The reward that goes into `rewards/`."""

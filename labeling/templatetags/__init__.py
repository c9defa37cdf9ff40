"""Tags of labeling."""

"""What a rubric is worth: its score, its warnings, its probes and its spread. Knows no Django."""

"""What each gate looks at. Every module reads, and says what it found as an `Outcome`."""

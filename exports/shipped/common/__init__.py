"""What both packages of a release hold a copy of."""

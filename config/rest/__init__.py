"""How the API speaks: problems, bodies, pages, streams. Knows no app."""

"""Against a real Label Studio, in an environment of its own: ./arete test labelstudio."""

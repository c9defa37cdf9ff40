"""How the apps are wired."""

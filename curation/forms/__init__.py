"""What people may ask for and write on curation's pages, a module per noun."""

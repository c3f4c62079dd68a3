"""Questions to the database, one screen a file; each takes a `Reader` first."""

"""Administrative writes inside a unit of work, one theme a file."""

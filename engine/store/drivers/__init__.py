"""The two ways to a database over its driver: one shape, `session.Session`."""

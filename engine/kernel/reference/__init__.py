"""Pages of the documentation that are made from the gate's own data."""

"""The case document's and the forms' schemas. Knows the domain only."""

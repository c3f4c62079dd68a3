"""Tables, unit of work, queries, migrations. The only importer of SQLAlchemy."""

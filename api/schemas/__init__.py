"""marshmallow schemas: what goes over the wire, one resource a file. They know no services."""

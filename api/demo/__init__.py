"""The demonstration: simulated people work a sample city's cases through the HTTP API."""

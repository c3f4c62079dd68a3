"""One function per use case, one transaction per command. Must not know HTTP or SQL."""

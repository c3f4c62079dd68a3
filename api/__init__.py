"""Flask: JSON API and CLI. Load, call a service, dump; nothing else."""

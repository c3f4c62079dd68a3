"""The endpoints, one resource a file: load, service, dump, nothing else."""

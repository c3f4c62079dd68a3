"""Programs that travel with an export. They import nothing of ours."""

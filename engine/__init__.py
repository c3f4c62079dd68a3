"""The CaseLoop engine: domain rules, kernel, store, services and runtime of one installation."""

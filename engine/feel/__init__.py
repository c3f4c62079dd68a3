"""FEEL and DMN: text to closures, decision tables, budgets. Knows the domain only."""

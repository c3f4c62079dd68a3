"""Pure rules of the field: cases, clocks, separation, evidence. Knows the standard library only."""

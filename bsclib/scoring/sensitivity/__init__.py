"""How far a score can be trusted: what it hides, and how it hangs on weights, on missing data and on measurement."""

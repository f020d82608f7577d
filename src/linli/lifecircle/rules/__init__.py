"""The life circle's thought: standards, residents, coverage and gaps as pure functions over plain values and arrays."""

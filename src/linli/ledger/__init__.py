"""Points, hours and funds of a community: one exact double-entry ledger. It records; it never holds or moves money."""

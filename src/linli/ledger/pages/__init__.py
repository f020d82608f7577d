"""The pages of the ledger: for residents, for the coordinator, for everybody."""

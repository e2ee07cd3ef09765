"""The ledger's tables, one per file."""

"""Marts that answer one question each, one table per file."""

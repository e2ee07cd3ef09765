"""Cleaned facts and dimensions, one table per file."""

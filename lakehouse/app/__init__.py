"""Records of what people decided, one table per file."""

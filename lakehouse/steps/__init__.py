"""One step each, from its input range to published."""

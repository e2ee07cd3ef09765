"""Sources whose shape differs: raw frames to flat text columns."""

"""The app over Gold: pages describe, `data` reads, `charts` draws, `look` decides how it looks."""

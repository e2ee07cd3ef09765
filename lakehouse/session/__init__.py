"""The only builder of a SparkSession, of its Java and its jars."""

from __future__ import annotations

from lakehouse.session.spark import start, stop

__all__ = ["start", "stop"]

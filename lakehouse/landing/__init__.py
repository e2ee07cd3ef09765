"""What lies in the landing folders: list, settle, hash, compare with what is known. No Spark."""

from lakehouse.landing.arrivals import look
from lakehouse.landing.values import Arrivals, Found, Known

__all__ = ["Arrivals", "Found", "Known", "look"]

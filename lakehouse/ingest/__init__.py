"""Files to Bronze rows: every delivered value as text, nothing repaired, nothing dropped."""

from lakehouse.ingest.names import bronze_name, origins
from lakehouse.ingest.probing import Probe, probe
from lakehouse.ingest.reader import read
from lakehouse.ingest.values import Delivered, SetAside

__all__ = ["Delivered", "Probe", "SetAside", "bronze_name", "origins", "probe", "read"]

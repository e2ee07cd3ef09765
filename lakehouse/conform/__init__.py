"""Bronze text becomes the columns of a contract; what could not be read and what was corrected is named per row."""

from lakehouse.conform.line_id import ORDERS
from lakehouse.conform.rows import conform, told
from lakehouse.conform.targets import bronze_column, corrections_of

__all__ = ["ORDERS", "bronze_column", "conform", "corrections_of", "told"]

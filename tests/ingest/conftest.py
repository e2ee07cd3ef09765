"""Failures in the helpers of these tests show both sides."""

import pytest

pytest.register_assert_rewrite("ingest.delivering")

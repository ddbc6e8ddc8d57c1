"""Not a test: script/test runs it to see that a skipped test fails (conftest.py)."""

import pytest


@pytest.mark.skip(reason="to see that it fails")
def test_a_skipped_test_fails():
    pass

"""What the tests of the house share."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """`slow`: takes seconds because it builds or installs; run all the same. Leave out with -m 'not slow'."""
    config.addinivalue_line("markers", "slow: builds or installs something; takes some seconds")

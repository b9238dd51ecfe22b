"""CAS Registry Numbers and the slips that lead to one."""

from __future__ import annotations

import pytest

from headwater.values import cas


@pytest.mark.parametrize("number", ["41661-47-6", "79099-07-3", "1609-66-1", "67-64-1", "2167189-50-4"])
def test_valid(number: str) -> None:
    assert cas.is_valid(number)


@pytest.mark.parametrize("number", ["1609-66-5", "144-55-9", "28578-16-", "041661-47-6", "41661476", "4-1-1"])
def test_not_valid(number: str) -> None:
    assert not cas.is_valid(number)


def test_one_slip_reaches_every_kind_of_slip() -> None:
    slips = cas.one_slip("1609661")
    assert {"1609665", "160966", "16096613", "1606961"} <= slips
    assert "1609661" not in slips

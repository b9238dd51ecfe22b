"""Fixtures shared by all tests. The shared data lies beside the checkout; tests that need it skip where it is absent."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# A home of the tests' own, so that neither a user's lists nor a stale cache can change an answer.
os.environ["HEADWATER_HOME"] = tempfile.mkdtemp(prefix="headwater-tests-")

from headwater.identify.identifier import Identifier
from headwater.identify.scanner import ColumnScanner
from headwater.regime.law import Known
from headwater.regime.regime import Regime
from headwater.screen.policy import Policy
from headwater.sources.bundled import load_regime
from headwater.sources.identifiers import identifier as make_identifier
from headwater.sources.identifiers import scanner as make_scanner
from headwater.sources.settings import policy as read_policy
from headwater.values.time import parse_known

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder of facts, cases and real data beside the checkout."""
    if not (SHARED / "facts").is_dir():
        pytest.skip("the shared data folder is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def regime() -> Regime:
    """The bundled regime."""
    return load_regime()


@pytest.fixture(scope="session")
def known(regime: Regime) -> Known:
    """The bundled regime with everything recorded so far."""
    return Known(regime, parse_known("2999-12-31"))


@pytest.fixture(scope="session")
def identifier(regime: Regime) -> Identifier:
    """The identifier without OPSIN: what every installation has."""
    return make_identifier(regime, opsin=False)


@pytest.fixture(scope="session")
def policy() -> Policy:
    """Headwater's own choices."""
    return read_policy()


@pytest.fixture(scope="session")
def scanner(identifier: Identifier) -> ColumnScanner:
    """The column scanner over the same names."""
    return make_scanner(identifier)

"""`run.py` on a machine without anything: what it makes, and what it says where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.house import ROOT

# Nothing listens here: the machine without a network.
NO_INDEX = "http://127.0.0.1:1/simple"
SECONDS_MAX = 120


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A clone without an environment."""
    for name in ("run.py", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def start(clone: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start `run.py` with an interpreter that has nothing but the standard library."""
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(clone),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": NO_INDEX,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        **environment,
    }
    return subprocess.run(
        [base, "-I", "-S", "run.py", *words],
        cwd=clone,
        env=settings,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


def test_without_a_network_one_sentence_says_what_to_do(bare: Path) -> None:
    """The environment is begun, nothing can be fetched; the next start tries anew."""
    ran = start(bare, "demo")
    first, last = ran.stderr.splitlines()[0], ran.stderr.splitlines()[-1]

    assert 2 == ran.returncode
    assert "duly: setting up .venv from requirements.lock (once)" == first
    assert "duly: could not install requirements.lock: check the network and pip's settings" in last
    assert "Traceback" not in ran.stderr
    assert not (bare / ".venv" / ".stamp").exists()


def test_bootstrapping_can_be_switched_off(bare: Path) -> None:
    """Who brings an environment of one's own gets no other."""
    ran = start(bare, "demo", DULY_NO_BOOTSTRAP="1")

    assert 0 != ran.returncode
    assert not (bare / ".venv").exists()

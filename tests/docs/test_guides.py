"""The guides tell the truth: every Python block in them is run, as its reader would run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import RunningPlatform

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
TRADING = "127.0.0.1:50051"
SECONDS = 120


def blocks() -> list[tuple[str, str]]:
    """Guide and heading → source, in the order in which they stand."""
    found: list[tuple[str, str]] = []
    for guide in sorted(GUIDES.glob("*.md")):
        heading = ""
        for match in re.finditer(
            r"^## (?P<heading>[^\n]+)$|^```python\n(?P<source>.*?)^```$", guide.read_text(), re.M | re.S
        ):
            if match["heading"]:
                heading = match["heading"]
            else:
                found.append((f"{guide.stem}: {heading}", match["source"]))
    return found


@pytest.mark.parametrize(("where", "source"), blocks(), ids=[where for where, _ in blocks()])
def test_a_block_runs(platform: RunningPlatform, tmp_path: Path, where: str, source: str) -> None:
    (tmp_path / ".cift").symlink_to(platform.state)
    if TRADING in source:
        source = source.replace(TRADING, platform.components()["trading"]["address"])
    done = subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{where}:\n{done.stderr}"

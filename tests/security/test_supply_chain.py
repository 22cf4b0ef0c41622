"""What builds the platform is bound by hash: actions by commit, packages by lock, and no package runs scripts."""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
DOCKERFILES = sorted((ROOT / "images").rglob("*Dockerfile"))


def commands(text: str) -> list[str]:
    """Shell lines, with continued ones joined."""
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_bound_to_a_commit_and_rights_are_declared(workflow: Path) -> None:
    text = workflow.read_text()
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action), action
        assert re.match(r" # \S+", comment), f"{action}: name its version in a comment"
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    for job in yaml.safe_load(text)["jobs"].values():
        checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_images_install_packages_by_hash(dockerfile: Path) -> None:
    for line in commands(dockerfile.read_text()):
        if re.search(r"\bpip install\b", line):
            # uv checks the hashes of a lock that is given as constraints, too; members and wheels are our own.
            bound = re.search(r"-(c|r) /build/[\w.]+\.lock", line) or "--no-index" in line or "--no-deps /src" in line
            assert bound, line
        assert not re.search(r"\bcargo (build|install)\b(?!.*--locked)", line), line
        assert not re.search(r"\b(curl|wget)\b", line), line


def test_packages_of_npm_run_no_scripts() -> None:
    places = [ROOT / "Makefile", ROOT / "images/build.sh", *DOCKERFILES, *WORKFLOWS, *(ROOT / "scripts").rglob("*.sh")]
    calls = [
        line for place in places for line in commands(place.read_text()) if re.search(r"\bnpm (ci|install)\b", line)
    ]
    assert calls
    assert all("--ignore-scripts" in line for line in calls), calls


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    entries = [line for line in commands(lock) if re.match(r"[\w.\[\]-]+==", line)]
    assert entries
    assert all("--hash=sha256:" in line for line in entries)
    packages = json.loads((ROOT / "services/web/package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)

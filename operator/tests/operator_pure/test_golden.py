"""The samples render as they did in the last release; where they do not, the test says which pods that would restart.

`CIFT_GOLDEN=write pytest operator/tests/operator_pure/test_golden.py` takes the new rendering over, for its diff to be
read and committed.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from .samples import rendered, sample, to_text

GOLDEN = Path(__file__).parent / "golden"
NAMES = ("external-stores", "full", "minimal")


def by_name(text: str) -> dict[str, Any]:
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in yaml.safe_load_all(text) if one}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_operator_restarts_no_pods_unsaid(name: str) -> None:
    path, text = GOLDEN / f"{name}.yaml", to_text(rendered(sample(name)))
    if os.environ.get("CIFT_GOLDEN") == "write":
        path.write_text(text)
    before, after = by_name(path.read_text() if path.exists() else ""), by_name(text)
    changed = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    restarts = {key for key in changed if _template(before[key]) != _template(after[key])}
    said = {
        "pods that would restart": restarts,
        "other objects that change": changed - restarts,
        "objects that come": after.keys() - before.keys(),
        "objects that go": before.keys() - after.keys(),
    }
    problems = [f"{what}: {', '.join(sorted(keys))}" for what, keys in said.items() if keys]
    assert not problems, f"{'; '.join(problems)}. Meant so? {' '.join((__doc__ or '').split('`')[1:2])}"


def _template(body: dict[str, Any]) -> Any:
    return body.get("spec", {}).get("template") if body["kind"] in ("Deployment", "StatefulSet") else None

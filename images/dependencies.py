"""Prints what the members in these folders need, with the extra that EXTRA names, without one another and without
what WITHOUT names."""

import os
import re
import sys
import tomllib
from pathlib import Path

left_out = set(os.environ.get("WITHOUT", "").split())

for folder in sys.argv[1:]:
    project = tomllib.loads((Path(folder) / "pyproject.toml").read_text())["project"]
    extra = project.get("optional-dependencies", {}).get(os.environ.get("EXTRA", ""), [])
    for need in [*project["dependencies"], *extra]:
        name = re.split(r"[^-\w]", need)[0]
        if not name.startswith("cift-") and name not in left_out:
            print(need)

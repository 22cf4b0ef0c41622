"""Generates proto/cift_proto from proto/cift; `--check` says what differs instead of writing."""

import filecmp
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "proto"
TARGET = ROOT / "cift_proto"


def generate(target: Path) -> None:
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "cift").rglob("*.proto"))
    with tempfile.TemporaryDirectory() as scratch:
        outputs = [f"--{kind}_out={scratch}" for kind in ("python", "pyi", "grpc_python", "mypy_grpc")]
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT}", *outputs, *sources]
        subprocess.run(command, check=True, env={"PATH": str(Path(sys.executable).parent)})
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(scratch) / "cift", target)
    for path in target.rglob("*.py*"):
        # The package is called cift_proto in Python, so that it cannot shadow a distribution called cift.
        text = re.sub(r"\b(from|import) cift\.", r"\1 cift_proto.", path.read_text())
        path.write_text(text)
    for folder in [target, *(path for path in target.rglob("*") if path.is_dir())]:
        (folder / "__init__.py").write_text("")
    (target / "py.typed").write_text("")


def differences(left: Path, right: Path) -> list[str]:
    compared = filecmp.dircmp(left, right, ignore=["__pycache__"])
    found = [str(left / name) for name in compared.left_only + compared.diff_files]
    found += [str(right / name) for name in compared.right_only]
    for name in compared.common_dirs:
        found += differences(left / name, right / name)
    return found


if __name__ == "__main__":
    if "--check" in sys.argv:
        with tempfile.TemporaryDirectory() as fresh:
            generate(Path(fresh) / "cift_proto")
            stale = differences(TARGET, Path(fresh) / "cift_proto")
        if stale:
            sys.exit("generated code is stale, run `make proto`:\n  " + "\n  ".join(stale))
    else:
        generate(TARGET)

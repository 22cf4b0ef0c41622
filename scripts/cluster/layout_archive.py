"""Writes the named images of an OCI layout to standard output as an archive that containerd imports: it takes whole
names only from an annotation of its own."""

import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

NAME = "org.opencontainers.image.ref.name"


def blob(layout: Path, digest: str) -> Path:
    return layout / "blobs" / digest.replace(":", "/")


def blobs(layout: Path, manifest: dict[str, Any]) -> set[str]:
    """The digests that an image consists of."""
    content = json.loads(blob(layout, manifest["digest"]).read_text())
    return {manifest["digest"], content["config"]["digest"], *(layer["digest"] for layer in content["layers"])}


def main(layout: Path) -> None:
    index = json.loads((layout / "index.json").read_text())
    # What was built again under the same name has none any more.
    index["manifests"] = [found for found in index["manifests"] if NAME in found.get("annotations", {})]
    needed: set[str] = set()
    for manifest in index["manifests"]:
        manifest["annotations"]["io.containerd.image.name"] = manifest["annotations"][NAME]
        needed |= blobs(layout, manifest)
    content = json.dumps(index).encode()
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        archive.add(layout / "oci-layout", "oci-layout")
        entry = tarfile.TarInfo("index.json")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        for digest in sorted(needed):
            path = blob(layout, digest)
            archive.add(path, str(path.relative_to(layout)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

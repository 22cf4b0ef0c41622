"""Writes an OCI layout to standard output as an archive that containerd imports: it takes whole names only from an
annotation of its own."""

import io
import json
import sys
import tarfile
from pathlib import Path

layout = Path(sys.argv[1])
index = json.loads((layout / "index.json").read_text())
for manifest in index["manifests"]:
    annotations = manifest["annotations"]
    annotations["io.containerd.image.name"] = annotations["org.opencontainers.image.ref.name"]
content = json.dumps(index).encode()
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
    archive.add(layout / "oci-layout", "oci-layout")
    entry = tarfile.TarInfo("index.json")
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
    archive.add(layout / "blobs", "blobs")

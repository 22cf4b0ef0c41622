"""Packs files into an image of one layer, as a tar archive that `ctr images import` and `skopeo` read; the same files
give the same bytes.

    oci_image.py OUT.tar NAME:TAG [--entrypoint JSON] [--env K=V]… [--directory PATH]… SOURCE=DESTINATION…
"""

import argparse
import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any

LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'
INDEX, MANIFEST, CONFIG, LAYER = (
    f"application/vnd.oci.image.{kind}"
    for kind in ("index.v1+json", "manifest.v1+json", "config.v1+json", "layer.v1.tar+gzip")
)
SEARCH_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def layer(files: dict[str, Path], folders: list[str]) -> bytes:
    """A tar archive of the files, {path inside: source}, all root's and executable."""
    buffer = io.BytesIO()
    made: set[PurePosixPath] = set()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:

        def make(folder: PurePosixPath, mode: int = 0o755) -> None:
            if folder.name and folder not in made:
                make(folder.parent)
                made.add(folder)
                entry = tarfile.TarInfo(str(folder))
                entry.type, entry.mode = tarfile.DIRTYPE, mode
                archive.addfile(entry)

        for folder in folders:
            make(PurePosixPath(folder.strip("/")), 0o1777)
        for inside, source in files.items():
            path = PurePosixPath(inside.strip("/"))
            make(path.parent)
            entry = tarfile.TarInfo(str(path))
            entry.mode, entry.size = 0o755, source.stat().st_size
            with source.open("rb") as content:
                archive.addfile(entry, content)
    return buffer.getvalue()


def image(name: str, content: bytes, entrypoint: list[str], env: list[str]) -> dict[str, bytes]:
    """The files of an OCI layout, {path: content}."""
    blobs: dict[str, bytes] = {}

    def add(media_type: str, data: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def as_json(document: dict[str, Any]) -> bytes:
        return json.dumps(document, sort_keys=True).encode()

    platform = {"architecture": "amd64", "os": "linux"}
    config = {
        **platform,
        "config": {"Env": [SEARCH_PATH, *env], "Entrypoint": entrypoint or None, "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": add(CONFIG, as_json(config)),
        "layers": [add(LAYER, gzip.compress(content, 1, mtime=0))],
    }
    names = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rsplit(":", 1)[-1]}
    described = {**add(MANIFEST, as_json(manifest)), "annotations": names, "platform": platform}
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [described]}
    return {"oci-layout": LAYOUT, "index.json": as_json(index), **blobs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("name")
    parser.add_argument("files", nargs="+", metavar="SOURCE=DESTINATION")
    parser.add_argument("--entrypoint", type=json.loads, default=[])
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--directory", action="append", default=[])
    given = parser.parse_intermixed_args()
    files = {inside: Path(source) for source, inside in (pair.split("=", 1) for pair in given.files)}
    with tarfile.open(given.out, "w") as archive:
        layout = image(given.name, layer(files, given.directory), given.entrypoint, given.env)
        for path, content in layout.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main()

"""A manifest as it is sent: normal form, and the digest by which a later pass knows it again."""

import base64

from cift_operator.plan.drift import digest
from cift_operator.plan.model import Stamped
from cift_operator.plan.observed import APPLIED
from cift_operator.render.kubernetes import Manifest


def stamp(manifest: Manifest) -> Stamped:
    body = dict(manifest.body)
    if "stringData" in body:
        # The API server turns it into `data`, and would never show it as ours again.
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in body.pop("stringData").items()}
        body["data"] = {**body.get("data", {}), **encoded}
    identity = digest(body)
    metadata = dict(body["metadata"])
    metadata["annotations"] = {**(metadata.get("annotations") or {}), APPLIED: identity}
    return Stamped(manifest, identity, {**body, "metadata": metadata})

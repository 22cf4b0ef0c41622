"""`kubectl cift …`: a platform in a cluster, for people."""

from cift_operator.kubectl.cli import app

__all__ = ["app"]

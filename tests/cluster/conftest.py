"""Clusters of this folder's tests."""

from tests.cluster.clusters import api_server, fake_nodes

__all__ = ["api_server", "fake_nodes"]

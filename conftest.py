"""For all tests: a property is about what is true, not about how long a busy machine takes; and where several processes
share the tests, a folder's stay in one, which starts what they need once."""

from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("cift", deadline=None)
settings.load_profile("cift")


class ByFolder(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0].rpartition("/")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)

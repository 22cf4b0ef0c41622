"""For all tests: a property is about what is true, not about how long a busy machine takes; and a folder's tests stay in
one process, which starts what they share once."""

import pytest
from hypothesis import settings

settings.register_profile("cift", deadline=None)
settings.load_profile("cift")


# Before xdist writes down who belongs together.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent)))

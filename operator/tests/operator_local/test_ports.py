"""The ports of a platform that takes whatever is free."""

from contextlib import ExitStack

from cift_operator.api import default_platform
from cift_operator.components import local_components
from cift_operator.local import ports


def test_platforms_that_start_at_once_choose_apart() -> None:
    """Many, so that a choice that is only unlikely to meet another one does meet it."""
    components = local_components(default_platform())
    taken: set[int] = set()
    with ExitStack() as starting:
        for _ in range(100):
            plan = starting.enter_context(ports.free(components))
            assert taken.isdisjoint(plan.values())
            taken.update(plan.values())


def test_a_platform_does_not_choose_what_it_already_has() -> None:
    components = local_components(default_platform())
    had = set(range(10_240, 32_000))
    with ports.free(components, besides=had) as plan:
        assert had.isdisjoint(plan.values())

"""Dependencies: which component comes after which."""

from collections.abc import Iterable
from dataclasses import replace
from graphlib import TopologicalSorter

from cift_operator.components.model import Component


def in_order(components: Iterable[Component]) -> tuple[Component, ...]:
    """Each after those that it depends on, by stage and name among equals. What is not there is nobody's dependency."""
    by_name = {component.name: component for component in components}
    present = {
        name: replace(component, depends_on=tuple(other for other in component.depends_on if other in by_name))
        for name, component in by_name.items()
    }
    sorter = TopologicalSorter({name: component.depends_on for name, component in present.items()})
    sorter.prepare()
    ordered: list[Component] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (present[name].stage, name))
        ordered += [present[name] for name in ready]
        sorter.done(*ready)
    return tuple(ordered)


def needed(components: Iterable[Component], names: Iterable[str]) -> tuple[Component, ...]:
    """The named components and all that they depend on; an unknown name is a `KeyError`."""
    by_name = {component.name: component for component in components}
    wanted: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in wanted:
            queue += by_name[name].depends_on
            wanted.add(name)
    return tuple(component for component in by_name.values() if component.name in wanted)

"""A package with a name of its own: as `operator.tests` it would hide the standard library's module."""

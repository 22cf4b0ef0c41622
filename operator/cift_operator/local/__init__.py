"""I/O on one machine: `cift up`."""

from cift_operator.local.platform import Platform
from cift_operator.local.problem import Problem, Problems
from cift_operator.local.start import StartFailed
from cift_operator.local.status import ComponentStatus

__all__ = ["ComponentStatus", "Platform", "Problem", "Problems", "StartFailed"]

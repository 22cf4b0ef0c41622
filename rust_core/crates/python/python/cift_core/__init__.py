"""The Rust core of CIFT Markets, in this process: the risk engine.

Prices, quantities and money are integers in nanos (1 = 1_000_000_000) unless a name says otherwise,
times are UTC nanoseconds, ids are UUID strings, and sides and order types are numbered as in
`cift.common.v1`. Nothing here reads a clock or does I/O.
"""

from cift_core._native import Decision, Preview, RiskEngine, Usage

__all__ = ["Decision", "Preview", "RiskEngine", "Usage"]

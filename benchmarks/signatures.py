"""Prints what signatures cost an order in processor time: `python benchmarks/signatures.py`."""

import time
from collections.abc import Callable

from cift_common import decision, execution_report, sealed
from cift_common.execution_report import Signer, Verifier
from cift_proto.execution.v1 import execution_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2

ROUNDS, KEY = 500, b"\x01" * 32


def microseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    for _ in range(ROUNDS):
        work()
    return (time.process_time() - started) / ROUNDS * 1e6


def reports(count: int) -> list[execution_pb2.OrderExecution]:
    return [
        execution_pb2.OrderExecution(
            broker="paper",
            report=matcher_pb2.ExecutionReport(
                sequence=number, execution_id=f"PAPER-AAPL-{number}", order_id="o" * 36, account_id="a" * 36,
                symbol="AAPL", last_price_nanos=10**11, last_quantity_nanos=10**9, time_ns=time.time_ns(),
            ),
        )
        for number in range(count)
    ]  # fmt: skip


def main() -> None:
    signer, keys = Signer([KEY]), execution_report.ring("", execution_report.public_keys(KEY.hex()))
    order, risk = trading_pb2.Order(order_id="o" * 36, account_id="a" * 36), trading_pb2.RiskDecision()
    decided = microseconds(lambda: decision.sign(KEY, order, risk))
    update = microseconds(lambda: sealed.seal(KEY, "account.a.updates", bytes(400)))
    print(f"decision or cancel, signed or verified: {decided:.1f} µs; an update's seal: {update:.1f} µs")
    for count in (1, 2, 8, 16):
        signed, verified = together(signer, keys, count)
        # Two reports an order: both verified by trading, the fill by market data; two updates for two readers.
        total = 2 * signed + 3 * verified + 2 * decided + 8 * update
        print(f"{count:2d} reports together, each: signed {signed:.1f} µs, verified {verified:.1f} µs")
        print(f"   an order: {total:.0f} µs")


def together(signer: Signer, keys: tuple[bytes, ...], count: int) -> tuple[float, float]:
    """What signing and verifying cost one of so many reports that are signed together."""
    made = reports(count)
    signed = microseconds(lambda: signer.sign(made)) / count
    return signed, microseconds(lambda: list(map(Verifier(keys).is_genuine, made))) / count


if __name__ == "__main__":
    main()

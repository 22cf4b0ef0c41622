"""Writes a seeded matching workload and what an independent book makes of it.

One symbol. The book starts with LEVELS prices (half a side), PER_LEVEL orders at each. Then OPS operations: 60 % limit
orders that rest, 30 % cancels of an order that is open, 10 % marketable immediate-or-cancel orders.

`NAME.bin`, little endian: the magic `CIFTOPS1`, u64 number of orders that are there first, u64 number of operations;
then 24 bytes each: u8 kind (0 add, 1 cancel, 2 ioc), u8 side (0 buy, 1 sell), u16 zero, u32 quantity, u64 order id
(1, 2, …), i64 price in ticks. `NAME.expected.json`: trades, volume, notional and an order-sensitive hash of makers and
quantities.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import struct
from collections import deque
from pathlib import Path

RECORD = struct.Struct("<BBHIQq")
ADD, CANCEL, IOC = range(3)
BUY, SELL = range(2)
MASK = (1 << 64) - 1


class Side:
    """Prices in a heap (the best on top), a queue of ids at each; what was canceled is skipped when met."""

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.heap: list[int] = []
        self.queues: dict[int, deque[int]] = {}

    def add(self, price: int, order_id: int) -> None:
        if price not in self.queues:
            self.queues[price] = deque()
            heapq.heappush(self.heap, self.sign * price)
        self.queues[price].append(order_id)

    def best(self, open_orders: dict[int, list[int]]) -> int | None:
        while self.heap:
            price = self.sign * self.heap[0]
            queue = self.queues[price]
            while queue and queue[0] not in open_orders:
                queue.popleft()
            if queue:
                return price
            del self.queues[price]
            heapq.heappop(self.heap)
        return None


class Generator:
    def __init__(self, seed: int, mid: int) -> None:
        self.dice = random.Random(seed)
        self.mid = mid
        self.sides = (Side(-1), Side(1))
        self.open: dict[int, list[int]] = {}  # id: side, price, quantity
        self.ids: list[int] = []
        self.place: dict[int, int] = {}
        self.records: list[bytes] = []
        self.last_id = 0
        self.tally = {"trades": 0, "volume": 0, "notional": 0, "maker_hash": 0}

    def add(self, side: int, price: int, quantity: int) -> None:
        self.last_id += 1
        self.sides[side].add(price, self.last_id)
        self.open[self.last_id] = [side, price, quantity]
        self.place[self.last_id] = len(self.ids)
        self.ids.append(self.last_id)
        self.records.append(RECORD.pack(ADD, side, 0, quantity, self.last_id, price))

    def close(self, order_id: int) -> None:
        del self.open[order_id]
        place, last = self.place.pop(order_id), self.ids.pop()
        if last != order_id:
            self.ids[place] = last
            self.place[last] = place

    def resting(self, half: int) -> None:
        side = self.dice.randrange(2)
        away = 1 if side == BUY else -1
        touch = self.sides[side].best(self.open)
        other = self.sides[1 - side].best(self.open)
        touch = self.mid - away if touch is None else touch
        room = abs(other - touch) - 1 if other is not None else 0
        if room > 0 and self.dice.random() < 0.5:
            price = touch + away
        elif self.dice.random() < 0.8:
            price = touch - away * min(int(self.dice.expovariate(1 / 8)), 200)
        else:
            price = touch - away * self.dice.randrange(half)
        self.add(side, price, self.dice.randint(1, 100))

    def cancel(self) -> None:
        order_id = self.ids[self.dice.randrange(len(self.ids))]
        side, price, _ = self.open[order_id]
        self.close(order_id)
        self.records.append(RECORD.pack(CANCEL, side, 0, 0, order_id, price))

    def ioc(self, target: int) -> None:
        side = self.dice.randrange(2)
        self.last_id += 1
        book = self.sides[1 - side]
        best = book.best(self.open)
        quantity = self.dice.randint(50, 250) + (60 if len(self.ids) > target else 0)
        slip = self.dice.randrange(21)
        limit = (self.mid if best is None else best) + (slip if side == BUY else -slip)
        self.records.append(RECORD.pack(IOC, side, 0, quantity, self.last_id, limit))
        while quantity and (price := book.best(self.open)) is not None:
            if price > limit if side == BUY else price < limit:
                break
            maker = book.queues[price][0]
            traded = min(quantity, self.open[maker][2])
            quantity -= traded
            self.open[maker][2] -= traded
            if self.open[maker][2] == 0:
                self.close(maker)
            self.trade(maker, traded, price)

    def trade(self, maker: int, quantity: int, price: int) -> None:
        tally = self.tally
        tally["trades"] += 1
        tally["volume"] += quantity
        tally["notional"] += quantity * price
        tally["maker_hash"] = (tally["maker_hash"] * 1_099_511_628_211 + maker * 31 + quantity) & MASK


def generate(path: Path, *, ops: int, seed: int, levels: int = 1000, per_level: int = 5, mid: int = 100_000) -> None:
    generator = Generator(seed, mid)
    for away in range(1, levels // 2 + 1):
        for _ in range(per_level):
            generator.add(BUY, mid - away, generator.dice.randint(1, 100))
            generator.add(SELL, mid + away, generator.dice.randint(1, 100))
    first = len(generator.records)
    for _ in range(ops):
        kind = generator.dice.random()
        if kind < 0.6 or not generator.ids:
            generator.resting(levels // 2)
        elif kind < 0.9:
            generator.cancel()
        else:
            generator.ioc(first)
    path.write_bytes(struct.pack("<8sQQ", b"CIFTOPS1", first, ops) + b"".join(generator.records))
    expected = {**generator.tally, "max_id": generator.last_id, "resting_orders": len(generator.open), "seed": seed}
    path.with_suffix(".expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ops", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--levels", type=int, default=1000)
    parser.add_argument("--per-level", type=int, default=5)
    args = parser.parse_args()
    generate(args.out, ops=args.ops, seed=args.seed, levels=args.levels, per_level=args.per_level)

"""`python -m cift_forecast.lab train|compare|promote|rollback`, or `cift models …`: the life of a model.

Bars come from QuestDB (`CIFT_QUESTDB_URL`) or from LEAN tick zips (`--data`); runs and models go to MLflow
(`CIFT_MLFLOW_URL`).
"""

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from cift_common.errors import CiftError, InvalidArgument

from cift_forecast.adapters import lean
from cift_forecast.adapters.questdb import QuestDb
from cift_forecast.adapters.registry import Registry, evidence_of
from cift_forecast.comparison import lines
from cift_forecast.domain.bars import Bars
from cift_forecast.domain.described import Description, WrongModel, deciles
from cift_forecast.domain.features import LOOKBACK, features
from cift_forecast.domain.reference import CHALLENGER
from cift_forecast.models import baselines
from cift_forecast.models.base import Exportable, windows
from cift_forecast.promotion import Refused, promote, roll_back
from cift_forecast.training import LookAhead, Plan, Trained, train

DAY_NS = 86_400 * 10**9
RANGE_DAYS = 30


def _sequence(name: str) -> Callable[[], Exportable]:
    def make() -> Exportable:
        # jax takes seconds to load; baselines do without.
        from cift_forecast.models import sequences

        made: Exportable = sequences.lstm() if name == "lstm" else sequences.transformer()
        return made

    return make


MODELS: dict[str, Callable[[], Exportable]] = {
    "last-move": baselines.LastMove,
    "logistic": baselines.Logistic,
    "boosting": baselines.Boosting,
    "lstm": _sequence("lstm"),
    "transformer": _sequence("transformer"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 where something was refused, 2 where it could not be done."""
    said = _arguments(arguments)
    url = os.environ.get("CIFT_MLFLOW_URL", "")
    if not url:
        print("CIFT_MLFLOW_URL is not set: `cift up --research` runs an MLflow", file=sys.stderr)
        return 2
    registry = Registry(url)
    try:
        for symbol in said.symbols.upper().split(","):
            _run(said, registry, symbol)
    except (Refused, LookAhead) as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return 1
    except (CiftError, WrongModel, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cift models", description="Train, compare and promote forecasts.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("train", "compare", "promote", "rollback"):
        command = commands.add_parser(name)
        command.add_argument("--symbols", required=True, help="with commas")
        if name == "train":
            command.add_argument("--models", default=",".join(MODELS), help=f"of {', '.join(MODELS)}")
            command.add_argument("--data", type=Path, help="LEAN tick zips instead of QuestDB")
            command.add_argument("--start", default="", help=f"ISO date or time; by default {RANGE_DAYS} days ago")
            command.add_argument("--end", default="", help="ISO date or time, not included; by default now")
            command.add_argument("--step", type=int, default=5, help="seconds")
            command.add_argument("--horizon", type=int, default=Plan.horizon, help="steps")
            command.add_argument("--folds", type=int, default=Plan.folds)
        if name == "promote":
            command.add_argument("--version", default="", help="by default the challenger")
        command.add_argument("--seed", type=int, default=Plan.seed)
    return parser.parse_args(arguments)


def _run(said: argparse.Namespace, registry: Registry, symbol: str) -> None:
    match said.command:
        case "train":
            _train(said, registry, symbol)
        case "compare":
            for line in lines(registry, symbol, said.seed):
                print(line)
        case "promote":
            done = promote(registry, symbol, said.version, said.seed)
            print(f"{symbol}: version {done.version.number} ({done.version.kind}) is the champion")
            for against, verdict in done.verdicts:
                print(f"  against {against}: {verdict.reason}")
        case "rollback":
            former = roll_back(registry, symbol)
            print(f"{symbol}: version {former.number} ({former.kind}) is the champion again")


def _train(said: argparse.Namespace, registry: Registry, symbol: str) -> None:
    names = said.models.split(",")
    if unknown := set(names) - MODELS.keys():
        raise InvalidArgument(f"--models: {', '.join(sorted(unknown))} is not of {', '.join(MODELS)}", field="models")
    bars, source = _bars(said, symbol)
    plan = Plan(said.horizon, said.folds, said.seed)
    facts = {
        "source": source, "steps": len(bars), "first": _iso(bars.time[0]), "last": _iso(bars.time[-1]),
        "code": f"{version('cift-forecast')}+{sources()}",
    }  # fmt: skip
    print(f"{symbol}: {len(bars)} steps of {said.step} s, {facts['first']} to {facts['last']}", flush=True)
    rows, data = features(bars), data_hash(bars, plan)
    best: tuple[float, str] | None = None
    for name in names:
        trained = train(bars, MODELS[name], plan)
        evidence = evidence_of(
            trained, windows(rows, trained.unseen.steps, LOOKBACK), int(bars.time[trained.unseen_from])
        )
        description = described(trained, symbol, said.step, plan, data)
        made = registry.record(trained, evidence, description, plan, facts)
        print(f"  version {made}: {_line(trained)}", flush=True)
        best = min(best or (np.inf, ""), (trained.folds.log_loss.mean, made))
    if best is not None:
        registry.point(symbol, CHALLENGER, best[1])
        print(f"  version {best[1]} is the challenger: the best in the folds")


def _bars(said: argparse.Namespace, symbol: str) -> tuple[Bars, str]:
    if said.data is not None:
        if not said.data.exists():
            raise InvalidArgument(f"--data {said.data} does not exist", field="data")
        return lean.bars(said.data, symbol, said.step), "LEAN ticks"
    end = _time("end", said.end) or time.time_ns()
    start = _time("start", said.start) or end - RANGE_DAYS * DAY_NS
    url = os.environ.get("CIFT_QUESTDB_URL", "http://127.0.0.1:9000")
    return QuestDb(url).bars(symbol, said.step, start, end), "QuestDB"


def described(trained: Trained, symbol: str, step_seconds: int, plan: Plan, data: str) -> Description:
    edges, shares = deciles(trained.rows)
    return Description(
        kind=trained.unseen.name,
        symbol=symbol,
        step_seconds=step_seconds,
        horizon=plan.horizon,
        window=trained.model.window,
        base_rate=trained.base_rate,
        trained_until_ns=trained.trained_until_ns,
        data=data,
        edges=edges,
        shares=shares,
    )


def data_hash(bars: Bars, plan: Plan) -> str:
    """Of the bars and of what is asked about them."""
    digest = hashlib.sha256(repr((plan.horizon, plan.unseen_share)).encode())
    for column in vars(bars).values():
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()[:16]


def sources() -> str:
    """Hash of this package's code: what was trained by it can be trained again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _line(trained: Trained) -> str:
    seconds = trained.folds.train_seconds + trained.unseen.train_seconds
    return (
        f"{trained.unseen.name:<20} log loss in folds {trained.folds.log_loss}, unseen {trained.unseen.log_loss}"
        f"  hit rate {trained.unseen.hit_rate}  {seconds:.0f} s"
    )


def _time(field: str, text: str) -> int:
    if not text:
        return 0
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(f"--{field} {text}: must be an ISO date or time", field=field) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()) * 10**9


def _iso(time_ns: Any) -> str:
    return datetime.fromtimestamp(int(time_ns) / 10**9, UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    sys.exit(main())

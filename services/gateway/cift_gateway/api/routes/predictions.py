"""`/v2/predictions`: what the registered models say of the next minutes."""

from typing import Annotated, Any

from cift_common import money
from cift_proto.forecast.v1 import forecast_pb2 as forecast
from fastapi import APIRouter, Query, Response

from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import predictions as models
from cift_gateway.api.reply import reply
from cift_gateway.api.routing import Route
from cift_gateway.domain import times

router = APIRouter(route_class=Route, prefix="/v2/predictions", tags=["predictions"])
SECOND_NS = 10**9


@router.get("", response_model=models.PredictionsAnswer)
async def list_predictions(
    gateway: Here,
    caller: Caller,
    symbols: Annotated[str | None, Query(description="With commas; none: all that have a forecast")] = None,
) -> Response:
    """The latest forecast of each symbol."""
    asked = [] if symbols is None else [symbol.strip().upper() for symbol in symbols.split(",")]
    return reply(await _ask(gateway, asked))


@router.get("/models", response_model=models.ModelsAnswer)
async def list_models(gateway: Here, caller: Caller) -> Response:
    """Which versions are served, and how they do."""
    answer = await gateway.backends.call(gateway.backends.forecast.ListModels, forecast.ListModelsRequest())
    registry = answer.registry
    return reply(
        {
            "models": [_model(model) for model in answer.models],
            "registry": {
                "reachable": registry.reachable,
                "last_answer_at": times.rfc3339(registry.last_answer_ns) if registry.last_answer_ns else None,
                "problem": registry.problem,
            },
        }
    )


@router.get("/{symbol}", response_model=models.Prediction)
async def get_prediction(gateway: Here, caller: Caller, symbol: str) -> Response:
    """The latest forecast of a symbol."""
    return reply((await _ask(gateway, [symbol.upper()]))["predictions"][0])


async def _ask(gateway: Here, symbols: list[str]) -> dict[str, Any]:
    answer = await gateway.backends.call(
        gateway.backends.forecast.GetPredictions, forecast.GetPredictionsRequest(symbols=symbols)
    )
    return {
        "predictions": [
            {
                "symbol": told.champion.symbol,
                "champion": _signal(told.champion),
                "challenger": _signal(told.challenger) if told.HasField("challenger") else None,
            }
            for told in answer.predictions
        ],
        "registry_reachable": answer.registry_reachable,
    }


def _signal(told: forecast.Signal) -> dict[str, Any]:
    return {
        "at": times.rfc3339(told.time_ns),
        "probability_up": told.probability_up,
        "horizon_seconds": told.horizon_ns / SECOND_NS,
        "middle_price": money.text(told.middle_price_nanos),
        "model": told.model,
        "version": told.version,
        "kind": told.kind,
        "said_at": times.rfc3339(told.said_at_ns),
    }


def _model(told: forecast.ServedModel) -> dict[str, Any]:
    known = told.outcomes > 0
    return {
        "symbol": told.symbol,
        "model": told.model,
        "version": told.version,
        "kind": told.kind,
        "role": forecast.Role.Name(told.role).removeprefix("ROLE_").lower(),
        "from_cache": told.from_cache,
        "loaded_at": times.rfc3339(told.loaded_at_ns),
        "outcomes": told.outcomes,
        "hit_rate": told.hit_rate if known else None,
        "log_loss": told.log_loss if known else None,
        "drift": told.drift,
        "refused": told.refused,
    }

"""The gRPC service: requests in, answers out."""

from typing import Any

from cift_common.errors import InvalidArgument
from cift_proto.forecast.v1 import forecast_pb2 as pb

from cift_forecast import api
from cift_forecast.service import Forecasts

SYMBOLS_MAX = 1000


class ForecastServicer:
    def __init__(self, forecasts: Forecasts) -> None:
        self._forecasts = forecasts

    async def GetPredictions(self, request: pb.GetPredictionsRequest, _: Any) -> pb.GetPredictionsResponse:
        if len(request.symbols) > SYMBOLS_MAX:
            raise InvalidArgument(f"symbols: at most {SYMBOLS_MAX}", field="symbols", limit=str(SYMBOLS_MAX))
        answer = pb.GetPredictionsResponse(registry_reachable=self._forecasts.registry_reachable)
        for symbol, champion, challenger in self._forecasts.predictions(request.symbols):
            prediction = answer.predictions.add()
            for served, told in ((champion, prediction.champion), (challenger, prediction.challenger)):
                if served is not None and served.latest is not None:
                    told.CopyFrom(api.signal(symbol, served, served.latest))
        return answer

    async def ListModels(self, request: pb.ListModelsRequest, _: Any) -> pb.ListModelsResponse:
        forecasts = self._forecasts
        return pb.ListModelsResponse(
            models=[api.served_model(*found) for found in forecasts.served()],
            registry=pb.RegistryState(
                reachable=forecasts.registry_reachable,
                last_answer_ns=forecasts.registry_answered_ns,
                problem=forecasts.registry_problem,
            ),
        )

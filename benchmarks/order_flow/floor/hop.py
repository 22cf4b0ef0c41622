"""A gRPC hop that carries an order and does nothing; stands where trading and the matcher stand."""

import sys
from collections.abc import Awaitable, Callable

import grpc
import uvloop
from cift_proto.trading.v1 import trading_pb2

METHOD = "/floor.Hop/Do"
Handler = Callable[[trading_pb2.Order, grpc.aio.ServicerContext], Awaitable[trading_pb2.Order]]


def stub(address: str) -> "grpc.aio.UnaryUnaryMultiCallable":
    return grpc.aio.insecure_channel(address).unary_unary(
        METHOD,
        request_serializer=trading_pb2.Order.SerializeToString,
        response_deserializer=trading_pb2.Order.FromString,
    )


async def serve(address: str, handler: Handler) -> grpc.aio.Server:
    method = grpc.unary_unary_rpc_method_handler(
        handler,
        request_deserializer=trading_pb2.Order.FromString,
        response_serializer=trading_pb2.Order.SerializeToString,
    )
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("floor.Hop", {"Do": method}),))
    if not server.add_insecure_port(address) and not address.startswith("unix:"):
        raise OSError(f"cannot listen on {address}")
    await server.start()
    return server


async def _echo(order: trading_pb2.Order, _: grpc.aio.ServicerContext) -> trading_pb2.Order:
    return order


async def main() -> None:
    server = await serve(sys.argv[1], _echo)
    print("ready", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(main())

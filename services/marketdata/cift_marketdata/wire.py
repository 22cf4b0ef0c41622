"""Domain ↔ proto."""

from collections.abc import Iterator

from cift_common.platform import Instrument
from cift_proto.common.v1 import types_pb2
from cift_proto.marketdata.v1 import marketdata_pb2

from cift_marketdata.domain.columns import Rows
from cift_marketdata.domain.ticks import Bar, Depth, Quote, Status, Trade

_INT64_MAX = 2**63 - 1


def quote(quote: Quote) -> types_pb2.Quote:
    return types_pb2.Quote(
        symbol=quote.symbol,
        bid_price_nanos=quote.bid_price_nanos,
        bid_quantity_nanos=quote.bid_quantity_nanos,
        ask_price_nanos=quote.ask_price_nanos,
        ask_quantity_nanos=quote.ask_quantity_nanos,
        exchange_time_ns=quote.exchange_time_ns,
        received_time_ns=quote.received_time_ns,
        sequence=quote.sequence,
        exchange=quote.exchange,
    )


def trade(trade: Trade) -> types_pb2.Trade:
    return types_pb2.Trade(
        symbol=trade.symbol,
        price_nanos=trade.price_nanos,
        quantity_nanos=trade.quantity_nanos,
        exchange_time_ns=trade.exchange_time_ns,
        received_time_ns=trade.received_time_ns,
        sequence=trade.sequence,
        exchange=trade.exchange,
        trade_id=str(trade.row),
    )


def trades(rows: Rows, sequence: int) -> Iterator[bytes]:
    """Serialized trades of rows (`TRADE`) of one symbol, numbered from `sequence` on."""
    message = types_pb2.Trade(symbol=rows["symbol"][0].decode())
    # One message for all of them: to make it costs more than to fill it.
    for _, exchange, row, price, quantity, time_ns, received_ns, _ in rows.tolist():
        message.price_nanos = price
        message.quantity_nanos = quantity
        message.exchange_time_ns = time_ns
        message.received_time_ns = received_ns
        message.sequence = sequence
        message.exchange = exchange.decode()
        message.trade_id = str(row)
        sequence += 1
        yield message.SerializeToString()


def bar(bar: Bar) -> types_pb2.Bar:
    return types_pb2.Bar(
        symbol=bar.symbol,
        start_time_ns=bar.start_time_ns,
        open_price_nanos=bar.open_price_nanos,
        high_price_nanos=bar.high_price_nanos,
        low_price_nanos=bar.low_price_nanos,
        close_price_nanos=bar.close_price_nanos,
        # A long bar of a penny stock may outgrow the field; it is then as large as the field is.
        volume_nanos=min(bar.volume_nanos, _INT64_MAX),
        trade_count=bar.trade_count,
        vwap_price_nanos=bar.vwap_price_nanos,
    )


def depth(depth: Depth) -> marketdata_pb2.Depth:
    def side(levels: list[tuple[int, int]]) -> list[marketdata_pb2.Depth.Level]:
        return [marketdata_pb2.Depth.Level(price_nanos=price, quantity_nanos=quantity) for price, quantity in levels]

    return marketdata_pb2.Depth(
        symbol=depth.symbol,
        bids=side(depth.bids),
        asks=side(depth.asks),
        exchange_time_ns=depth.exchange_time_ns,
        received_time_ns=depth.received_time_ns,
        sequence=depth.sequence,
        exchange=depth.exchange,
    )


def status(status: Status) -> marketdata_pb2.TradingStatus:
    return marketdata_pb2.TradingStatus(
        symbol=status.symbol,
        action=status.action,
        reason=status.reason,
        trading=status.trading,
        quoting=status.quoting,
        exchange_time_ns=status.exchange_time_ns,
        received_time_ns=status.received_time_ns,
        sequence=status.sequence,
        exchange=status.exchange,
    )


def status_of(message: marketdata_pb2.TradingStatus) -> Status:
    return Status(
        message.symbol,
        message.action,
        message.reason,
        message.trading if message.HasField("trading") else None,
        message.quoting if message.HasField("quoting") else None,
        message.exchange_time_ns,
        message.received_time_ns,
        message.sequence,
        message.exchange,
    )


def instrument(instrument: Instrument) -> types_pb2.Instrument:
    return types_pb2.Instrument(
        symbol=instrument.symbol,
        name=instrument.name,
        exchange=instrument.exchange,
        tick_size_nanos=instrument.tick_size_nanos,
        lot_size_nanos=instrument.lot_size_nanos,
    )

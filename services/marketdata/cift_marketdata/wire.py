"""Domain ↔ proto."""

from cift_common.platform import Instrument
from cift_proto.common.v1 import types_pb2

from cift_marketdata.domain.ticks import Bar, Quote, Trade

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


def instrument(instrument: Instrument) -> types_pb2.Instrument:
    return types_pb2.Instrument(
        symbol=instrument.symbol,
        name=instrument.name,
        exchange=instrument.exchange,
        tick_size_nanos=instrument.tick_size_nanos,
        lot_size_nanos=instrument.lot_size_nanos,
    )

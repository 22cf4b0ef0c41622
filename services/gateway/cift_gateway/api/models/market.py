"""Market data, in the one-letter names of Alpaca's data API. Prices and sizes are JSON numbers there."""

from datetime import datetime

from pydantic import Field

from cift_gateway.api.models import Model


class Bar(Model):
    t: datetime
    o: float
    h: float
    low: float = Field(alias="l")
    c: float
    v: float
    n: int
    vw: float


class Quote(Model):
    t: datetime
    ax: str
    ap: float
    ask_size: float = Field(alias="as")
    bx: str
    bp: float
    bs: float
    c: list[str]
    z: str


class Trade(Model):
    t: datetime
    x: str
    p: float
    s: float
    c: list[str]
    i: int
    z: str


class Bars(Model):
    bars: dict[str, list[Bar]]
    next_page_token: str | None


class Quotes(Model):
    quotes: dict[str, list[Quote]]
    next_page_token: str | None


class Trades(Model):
    trades: dict[str, list[Trade]]
    next_page_token: str | None


class SymbolBars(Model):
    symbol: str
    bars: list[Bar]
    next_page_token: str | None


class SymbolQuotes(Model):
    symbol: str
    quotes: list[Quote]
    next_page_token: str | None


class SymbolTrades(Model):
    symbol: str
    trades: list[Trade]
    next_page_token: str | None


class LatestBars(Model):
    bars: dict[str, Bar]


class LatestQuotes(Model):
    quotes: dict[str, Quote]


class LatestTrades(Model):
    trades: dict[str, Trade]


class LatestBar(Model):
    symbol: str
    bar: Bar


class LatestQuote(Model):
    symbol: str
    quote: Quote


class LatestTrade(Model):
    symbol: str
    trade: Trade


class SnapshotParts(Model):
    latest_trade: Trade | None = Field(alias="latestTrade")
    latest_quote: Quote | None = Field(alias="latestQuote")
    minute_bar: Bar | None = Field(alias="minuteBar")
    daily_bar: Bar | None = Field(alias="dailyBar")
    previous_daily_bar: Bar | None = Field(alias="prevDailyBar")


class Snapshot(SnapshotParts):
    symbol: str


class BookLevel(Model):
    """Price, size of all orders at it, and how many they are."""

    p: float
    s: float
    n: int


class Book(Model):
    """Bids and asks, best first."""

    t: datetime
    b: list[BookLevel]
    a: list[BookLevel]
    sequence: int


class SymbolBook(Model):
    symbol: str
    book: Book


class DepthLevel(Model):
    p: float
    s: float


class Depth(Model):
    """What the feed says of up to ten levels a side, the best first."""

    t: datetime
    x: str
    b: list[DepthLevel]
    a: list[DepthLevel]


class Depths(Model):
    depths: dict[str, list[Depth]]
    next_page_token: str | None


class LatestDepths(Model):
    depths: dict[str, Depth]


class TradingStatus(Model):
    """Whether a symbol trades; null where the feed does not say. `action` is trading, halt, pause, quoting or alike."""

    t: datetime
    x: str
    action: str
    reason: str
    trading: bool | None
    quoting: bool | None


class Statuses(Model):
    statuses: dict[str, list[TradingStatus]]
    next_page_token: str | None


class LatestStatuses(Model):
    statuses: dict[str, TradingStatus]

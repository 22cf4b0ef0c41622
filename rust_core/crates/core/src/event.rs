//! What the venue tells.
//!
//! Execution reports carry the venue's sequence number, without gaps over all symbols. Market data (orders, levels,
//! trades, quotes, phases, triggers) carry one sequence per symbol, without gaps over all kinds.

use crate::id::{AccountId, OrderId, SymbolId};
use crate::number::{Price, Qty};
use crate::order::{Side, coded};
use crate::reason::Reason;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// To the order's owner.
    Report(Report),
    /// Market by order.
    Order(OrderEvent),
    /// Market by price.
    Level(LevelEvent),
    Trade(TradeEvent),
    Quote(QuoteEvent),
    Trigger(TriggerEvent),
    Phase(PhaseEvent),
}

coded! {
    /// Numbered as `cift.common.v1.ExecutionType`.
    ReportKind {
        New = 1,
        Trade = 2,
        Canceled = 3,
        /// Also, with reason `SELF_TRADE` and its own id as the original, an order that self-trade prevention shrank.
        Replaced = 4,
        Rejected = 5,
        Expired = 6,
        CancelRejected = 7,
        ReplaceRejected = 8,
    }
}

/// What happened to one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of the venue, without gaps over all symbols.
    pub sequence: u64,
    pub order_id: OrderId,
    /// REPLACED: the order that this one replaced; REPLACE_REJECTED: the order that stays.
    pub original_order_id: OrderId,
    pub account_id: AccountId,
    /// The order's limit price as it stands in the book (a post-only order may have slid); zero: none.
    pub price: Price,
    /// TRADE: of this execution.
    pub last_price: Price,
    pub last_quantity: Qty,
    pub cumulative_quantity: Qty,
    pub leaves_quantity: Qty,
    /// Both sides of a trade carry the same number.
    pub trade_id: u64,
    /// The venue's time: that of the command that caused it.
    pub time_ns: i64,
    pub symbol: SymbolId,
    pub kind: ReportKind,
    pub side: Side,
    /// True where this order's side made the price. Both are false in an auction.
    pub maker: bool,
    pub reason: Reason,
}

coded! {
    BookAction {
        /// At the end of its price's queue. An iceberg's next piece is added under the same id.
        Add = 1,
        /// The shown quantity shrank, the place in the queue stayed.
        Change = 2,
        Delete = 3,
        /// It goes on under a new id in its place; what is shown may have shrunk.
        Rename = 4,
    }
}

/// One shown order came, shrank or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderEvent {
    pub sequence: u64,
    pub order_id: OrderId,
    /// Of a renamed order; zero otherwise.
    pub previous_id: OrderId,
    pub price: Price,
    /// What is shown after it; zero for a deletion.
    pub quantity: Qty,
    pub symbol: SymbolId,
    pub side: Side,
    pub action: BookAction,
}

/// What the orders of one price show after a command. The outside market's quote is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelEvent {
    pub sequence: u64,
    pub price: Price,
    /// Zero: the level is gone.
    pub quantity: Qty,
    pub orders: u32,
    pub symbol: SymbolId,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeEvent {
    pub sequence: u64,
    pub trade_id: u64,
    pub price: Price,
    pub quantity: Qty,
    pub symbol: SymbolId,
    /// Who took; `None` in an auction.
    pub aggressor: Option<Side>,
}

/// What is left of the outside market's quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteEvent {
    pub sequence: u64,
    pub bid_price: Price,
    pub bid_quantity: Qty,
    pub ask_price: Price,
    pub ask_quantity: Qty,
    pub symbol: SymbolId,
}

/// A stop was reached; the order is now a market or limit order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriggerEvent {
    pub sequence: u64,
    pub order_id: OrderId,
    pub stop_price: Price,
    pub symbol: SymbolId,
}

coded! {
    Phase { Continuous = 1, Auction = 2, Halted = 3 }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseEvent {
    pub sequence: u64,
    pub symbol: SymbolId,
    pub phase: Phase,
}

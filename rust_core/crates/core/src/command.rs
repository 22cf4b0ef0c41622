//! What the venue can be told.

use crate::id::{AccountId, OrderId, SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce, coded};

/// An action and when it was decided. The venue has no clock but this; time that runs backwards counts as standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// UTC nanoseconds since the Unix epoch.
    pub time_ns: i64,
    pub action: Action,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    PutInstrument(PutInstrument),
    NewOrder(NewOrder),
    Cancel(Cancel),
    Replace(Replace),
    SetQuote(SetQuote),
    SetHalt(SetHalt),
    MassCancel(MassCancel),
    Expire(Expire),
    SetAuction(SetAuction),
    SetBands(SetBands),
}

impl Command {
    pub fn at(time_ns: i64, action: impl Into<Action>) -> Command {
        Command {
            time_ns,
            action: action.into(),
        }
    }
}

/// Names a symbol and its grid. Symbols are numbered 0, 1, 2, … in the order in which they are put. Putting the
/// same again changes nothing; another grid is accepted while the symbol has no open order and no outside quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutInstrument {
    pub symbol: SymbolId,
    pub name: SymbolName,
    pub tick: Price,
    pub lot: Qty,
}

/// Prices and quantities that do not apply are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOrder {
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub symbol: SymbolId,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub self_trade: SelfTrade,
    pub post_only: PostOnly,
    /// Trailing stop: distance in hundredths of a percent, 1 to 9999; or `trail_price`.
    pub trail_percent_bp: u32,
    pub quantity: Qty,
    /// Of a market order, a stop or a trailing stop: the worst price at which it trades; zero: any. What a market order
    /// cannot trade within it is canceled; a stop that was reached rests there, as a stop-limit order does.
    pub limit_price: Price,
    pub stop_price: Price,
    pub trail_price: Price,
    /// Iceberg: what is shown at a time; zero: all.
    pub display_quantity: Qty,
    /// The least that a first execution may bring; the order is hidden until then.
    pub minimum_quantity: Qty,
    /// Good till date: UTC nanoseconds, later than the command.
    pub expires_at_ns: i64,
}

impl NewOrder {
    /// A plain good-till-cancel limit order; further attributes with struct update syntax.
    pub const fn limit(
        order_id: OrderId,
        account_id: AccountId,
        symbol: SymbolId,
        side: Side,
        quantity: Qty,
        price: Price,
    ) -> NewOrder {
        NewOrder {
            order_id,
            account_id,
            symbol,
            side,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::Gtc,
            self_trade: SelfTrade::Allow,
            post_only: PostOnly::Off,
            trail_percent_bp: 0,
            quantity,
            limit_price: price,
            stop_price: Price::ZERO,
            trail_price: Price::ZERO,
            display_quantity: Qty::ZERO,
            minimum_quantity: Qty::ZERO,
            expires_at_ns: 0,
        }
    }

    /// A day order at any price.
    pub const fn market(
        order_id: OrderId,
        account_id: AccountId,
        symbol: SymbolId,
        side: Side,
        quantity: Qty,
    ) -> NewOrder {
        let plain = NewOrder::limit(order_id, account_id, symbol, side, quantity, Price::ZERO);
        NewOrder {
            order_type: OrderType::Market,
            time_in_force: TimeInForce::Day,
            ..plain
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    pub order_id: OrderId,
}

/// The order goes on under a new id. Zero and `None` keep what the order has. Priority is kept where the quantity
/// shrinks and nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replace {
    pub order_id: OrderId,
    pub new_order_id: OrderId,
    /// The new total, filled quantity included.
    pub quantity: Qty,
    pub limit_price: Price,
    pub stop_price: Price,
    pub trail_price: Price,
    /// A trailing stop keeps the unit of its trail.
    pub trail_percent_bp: u32,
    /// Day, good till cancel or good till date. An order for an auction keeps its own.
    pub time_in_force: Option<TimeInForce>,
    /// Of a good-till-date order. Without it such an order keeps the date that it has.
    pub expires_at_ns: i64,
}

impl Replace {
    /// Changes nothing but the id; with struct update syntax whatever is to change.
    pub const fn keeping(order_id: OrderId, new_order_id: OrderId) -> Replace {
        Replace {
            order_id,
            new_order_id,
            quantity: Qty::ZERO,
            limit_price: Price::ZERO,
            stop_price: Price::ZERO,
            trail_price: Price::ZERO,
            trail_percent_bp: 0,
            time_in_force: None,
            expires_at_ns: 0,
        }
    }
}

/// What the outside market shows, in place of what it showed before. It trades with the resting orders that it
/// crosses, at their prices, then rests behind the orders of its own price. Its executions are not reported.
/// A side with quantity zero is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetQuote {
    pub symbol: SymbolId,
    pub bid_price: Price,
    pub bid_quantity: Qty,
    pub ask_price: Price,
    pub ask_quantity: Qty,
}

/// Nothing trades during a halt; orders can be canceled, new ones are rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetHalt {
    /// `None`: the whole venue.
    pub symbol: Option<SymbolId>,
    pub halted: bool,
}

/// Cancels every order of the account and the symbol; `None`: any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MassCancel {
    pub account_id: Option<AccountId>,
    pub symbol: Option<SymbolId>,
}

/// Ends good-till-date orders that are due; at the close of the session also day and auction-only orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expire {
    pub session_close: bool,
}

coded! {
    /// Which auction-only orders take part.
    AuctionKind {
        /// Both kinds.
        Any = 0,
        Opening = 1,
        Closing = 2,
    }
}

/// Begins an auction (orders collect, nothing trades) or ends it with a cross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetAuction {
    pub symbol: SymbolId,
    pub open: bool,
    /// Counts when the auction begins.
    pub kind: AuctionKind,
    /// Counts when the auction ends; zero: the last trade's price.
    pub reference_price: Price,
}

/// No trade happens outside `[lower, upper]`; zero: no bound on that side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetBands {
    pub symbol: SymbolId,
    pub lower: Price,
    pub upper: Price,
}

macro_rules! into_action {
    ($($name:ident),+) => {
        $(impl From<$name> for Action {
            fn from(action: $name) -> Action {
                Action::$name(action)
            }
        })+
    };
}
into_action!(
    PutInstrument,
    NewOrder,
    Cancel,
    Replace,
    SetQuote,
    SetHalt,
    MassCancel,
    Expire,
    SetAuction,
    SetBands
);

//! Orders: what a check asks about, and what the engine keeps of an open one.

use crate::money::notional;

/// Numbers as in `cift.common.v1.Side`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Buy = 1,
    Sell = 2,
}

/// Numbers as in `cift.common.v1.OrderType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    Market = 1,
    Limit = 2,
    Stop = 3,
    StopLimit = 4,
    TrailingStop = 5,
}

impl TryFrom<u8> for Side {
    type Error = ();
    fn try_from(number: u8) -> Result<Self, ()> {
        Ok(match number {
            1 => Side::Buy,
            2 => Side::Sell,
            _ => return Err(()),
        })
    }
}

impl TryFrom<u8> for OrderKind {
    type Error = ();
    fn try_from(number: u8) -> Result<Self, ()> {
        Ok(match number {
            1 => OrderKind::Market,
            2 => OrderKind::Limit,
            3 => OrderKind::Stop,
            4 => OrderKind::StopLimit,
            5 => OrderKind::TrailingStop,
            _ => return Err(()),
        })
    }
}

impl OrderKind {
    pub fn has_limit(self) -> bool {
        matches!(self, OrderKind::Limit | OrderKind::StopLimit)
    }

    pub fn has_stop(self) -> bool {
        matches!(self, OrderKind::Stop | OrderKind::StopLimit)
    }
}

/// An order to be checked. Prices that its kind does not have are 0.
#[derive(Clone, Copy, Debug)]
pub struct OrderRequest<'a> {
    pub account_id: u128,
    pub order_id: u128,
    pub symbol: &'a str,
    pub side: Side,
    pub kind: OrderKind,
    pub quantity_nanos: i64,
    pub prices: Prices,
    pub now_ns: i64,
    /// The order must do nothing but reduce the position.
    pub closing: bool,
}

/// The prices of an order, in nanos; a trailing stop has one of the two trails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    pub limit: i64,
    pub stop: i64,
    pub trail: i64,
    pub trail_bp: u32,
}

/// An order that is open, with the change it may be waiting for.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    pub id: u128,
    pub cell: u32,
    pub side: Side,
    pub kind: OrderKind,
    pub replacing: bool,
    pub terms: Terms,
    /// Valid while `replacing`.
    pub next_id: u128,
    pub next: Terms,
}

/// Open quantity, its prices, and the price at which it is reserved (0 for sells).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    pub open_nanos: i64,
    pub reserve_price: i64,
    pub prices: Prices,
}

impl Terms {
    pub fn reserve(&self) -> i128 {
        notional(self.reserve_price, self.open_nanos)
    }
}

impl OpenOrder {
    /// The quantity to reckon with: the larger while a change is under way.
    pub fn working_nanos(&self) -> i64 {
        if self.replacing {
            self.terms.open_nanos.max(self.next.open_nanos)
        } else {
            self.terms.open_nanos
        }
    }

    /// Attos set aside for a buy: the larger while a change is under way.
    pub fn reserve(&self) -> i128 {
        let reserve = self.terms.reserve();
        if self.replacing {
            reserve.max(self.next.reserve())
        } else {
            reserve
        }
    }
}

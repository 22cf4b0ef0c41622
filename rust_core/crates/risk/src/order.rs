//! Orders: what a check asks about, and what the engine keeps of an open one.

use crate::fees::Fees;
use crate::money::{ATTOS_PER_NANO, notional};

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

impl Side {
    #[inline(always)]
    pub fn index(self) -> usize {
        self as usize - 1
    }

    /// +1 for buys, −1 for sells.
    #[inline(always)]
    pub fn sign(self) -> i64 {
        3 - 2 * self as i64
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

/// An order that is open.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    pub id: u128,
    pub terms: Terms,
    pub cell: u32,
    /// Slot of the change that it waits for, or [`NO_CHANGE`].
    pub change: u32,
    pub side: Side,
    pub kind: OrderKind,
}

pub const NO_CHANGE: u32 = u32::MAX;

impl OpenOrder {
    pub const NONE: OpenOrder = OpenOrder {
        id: 0,
        terms: Terms {
            open_nanos: 0,
            reserve_price: 0,
            charge_nanos: 0,
            prices: Prices {
                limit: 0,
                stop: 0,
                trail: 0,
                trail_bp: 0,
            },
        },
        cell: 0,
        change: NO_CHANGE,
        side: Side::Buy,
        kind: OrderKind::Market,
    };
}

/// A change that the venue has not answered yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub new_id: u128,
    pub terms: Terms,
}

/// Open quantity, its prices, and the price at which it is reserved, commission included (0 for sells).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    pub open_nanos: i64,
    pub reserve_price: i64,
    /// What the first execution is charged once, in nanos of money; 0 after it, and for sells.
    pub charge_nanos: i64,
    pub prices: Prices,
}

impl Terms {
    /// The terms of an order with what they reserve; `standing` are those that it has already. `reserve_price` is the
    /// worst that a unit may cost without its commission, 0 for sells: a sale pays its commission out of what it brings.
    #[inline(always)]
    pub fn reserving(
        fees: &Fees,
        open_nanos: i64,
        reserve_price: i64,
        prices: &Prices,
        standing: Option<&Terms>,
        lot: i64,
    ) -> Terms {
        let mut terms = Terms {
            open_nanos,
            reserve_price,
            charge_nanos: 0,
            prices: *prices,
        };
        if reserve_price > 0 && !fees.is_free() {
            terms.reserve_price += fees.per_unit_at(reserve_price, lot);
            terms.charge_nanos = standing.map_or(fees.per_order_nanos, |terms| terms.charge_nanos);
        }
        terms
    }

    /// Attos set aside for a buy.
    #[inline(always)]
    pub fn reserve(&self) -> i128 {
        let charge = if self.open_nanos > 0 {
            self.charge_nanos
        } else {
            0
        };
        notional(self.reserve_price, self.open_nanos) + i128::from(charge) * ATTOS_PER_NANO
    }
}

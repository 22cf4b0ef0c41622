//! One account in one symbol: the position, what is open around it, and what both weigh in exposures.

use crate::policy::RestrictionLevel;

#[repr(align(64))]
pub struct Cell {
    pub account: u32,
    pub instrument: u32,
    pub quantities: Quantities,
    /// The newest entry of the duplicate window's ring, plus one.
    pub recent: u64,
    pub epoch: u32,
    /// Index of the effective limits.
    pub limits: u32,
    pub restriction: RestrictionLevel,
    pub restriction_text: u32,
}

/// Signed position and open order quantities, in nanos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantities {
    pub position: i64,
    pub open_buy: i64,
    pub open_sell: i64,
}

/// What a cell contributes to its account, in quantity; times the mark it is money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    pub net: i64,
    pub gross: i64,
    /// Gross if the worse side of the open orders fills.
    pub gross_worst: i64,
    pub open_buy: i64,
    pub open_sell: i64,
    /// Open sells beyond the long position: they would open a short one.
    pub short_opening: i64,
}

impl Quantities {
    #[inline(always)]
    pub fn weights(&self) -> Weights {
        let Quantities {
            position,
            open_buy,
            open_sell,
        } = *self;
        Weights {
            net: position,
            gross: position.abs(),
            gross_worst: (position + open_buy)
                .abs()
                .max((position - open_sell).abs()),
            open_buy,
            open_sell,
            short_opening: (open_sell - position.max(0)).max(0),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Quantities::default()
    }
}

impl Cell {
    pub fn new(account: u32, instrument: u32) -> Self {
        Cell {
            account,
            instrument,
            quantities: Quantities::default(),
            recent: 0,
            epoch: 0,
            limits: 0,
            restriction: RestrictionLevel::Open,
            restriction_text: 0,
        }
    }
}

//! One account in one symbol: the position, what is open around it, and what both weigh in exposures.

use crate::order::Side;

/// One cache line, so that a check of a pair that has not been seen for a while costs one miss.
#[repr(align(64))]
#[derive(Clone)]
pub struct Cell {
    pub account: u32,
    pub instrument: u32,
    pub quantities: Quantities,
    /// The newest entry of the duplicate window's ring, plus one.
    pub recent: u64,
    pub recent_time_ns: i64,
    /// One bit for each order of the chain, by [`crate::recent::mark`]: a clear bit spares the walk.
    pub recent_marks: u32,
    pub epoch: u32,
    /// Index of the effective limits.
    pub limits: u32,
    /// Index of the policy's restriction; 0: none.
    pub restriction: u32,
}

/// Signed position and open order quantities, in nanos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantities {
    pub position: i64,
    /// By side.
    pub open: [i64; 2],
}

/// What a cell contributes to its account, in quantity; times the mark it is money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    pub net: i64,
    pub gross: i64,
    /// Gross if the worse side of the open orders fills.
    pub gross_worst: i64,
    /// By side.
    pub open: [i64; 2],
    /// Open sells beyond the long position: they would open a short one.
    pub short_opening: i64,
}

impl Quantities {
    #[inline(always)]
    pub fn weights(&self) -> Weights {
        let Quantities { position, open } = *self;
        Weights {
            net: position,
            gross: position.abs(),
            gross_worst: self.gross_worst(),
            open,
            short_opening: self.short_opening(),
        }
    }

    #[inline(always)]
    pub fn gross_worst(&self) -> i64 {
        (self.position + self.open[0])
            .abs()
            .max((self.position - self.open[1]).abs())
    }

    #[inline(always)]
    pub fn short_opening(&self) -> i64 {
        (self.open[1] - self.position.max(0)).max(0)
    }

    /// How far the position could go in the direction of this side.
    #[inline(always)]
    pub fn reach(&self, side: Side) -> i64 {
        side.sign() * self.position + self.open[side.index()]
    }

    /// How much of the position an order on this side can still close.
    #[inline(always)]
    pub fn closable(&self, side: Side) -> i64 {
        (-side.sign() * self.position).max(0) - self.open[side.index()]
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
            recent_time_ns: 0,
            recent_marks: 0,
            epoch: 0,
            limits: 0,
            restriction: 0,
        }
    }
}

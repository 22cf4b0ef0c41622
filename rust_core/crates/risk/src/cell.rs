//! One account in one symbol: the position, what is open around it, and what both weigh in exposures.

use crate::order::Side;
use crate::recent::{ALL_MARKS, MARK_SHIFT};

/// One cache line, so that a check of a pair that has not been seen for a while costs one miss.
#[repr(align(64))]
#[derive(Clone, Copy)]
pub struct Cell {
    pub account: u32,
    pub instrument: u32,
    pub quantities: Quantities,
    pub recent_time_ns: i64,
    /// The marks of the chain's orders, and below them the low bits of its number.
    marks_and_recent: u64,
    recent_high: u32,
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
    /// The newest entry of the duplicate window's ring, plus one; 0: none.
    #[inline(always)]
    pub fn recent(&self) -> u64 {
        u64::from(self.recent_high) << MARK_SHIFT | self.marks_and_recent & !ALL_MARKS
    }

    /// A few bits for each order of the chain, by [`crate::recent::mark`]: a clear one spares the walk.
    #[inline(always)]
    pub fn recent_marks(&self) -> u64 {
        self.marks_and_recent & ALL_MARKS
    }

    #[inline(always)]
    pub fn set_recent(&mut self, recent: u64, marks: u64, time_ns: i64) {
        self.recent_time_ns = time_ns;
        self.recent_high = (recent >> MARK_SHIFT) as u32;
        self.marks_and_recent = marks & ALL_MARKS | recent & !ALL_MARKS;
    }

    /// Nothing is known of the chain any more.
    pub fn set_all_marks(&mut self) {
        self.marks_and_recent |= ALL_MARKS;
    }

    pub fn new(account: u32, instrument: u32) -> Self {
        Cell {
            account,
            instrument,
            quantities: Quantities::default(),
            recent_time_ns: 0,
            marks_and_recent: 0,
            recent_high: 0,
            epoch: 0,
            limits: 0,
            restriction: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_one_cache_line() {
        assert_eq!(size_of::<Cell>(), 64);
    }
}

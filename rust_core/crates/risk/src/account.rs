//! One account: cash, reservations, and its exposure as running sums over its cells.

use crate::cell::Weights;
use crate::money::{MAX_SUM, notional};

/// Three cache lines.
#[repr(align(64))]
#[derive(Clone, Copy)]
pub struct Account {
    pub id: u128,
    /// Money is in attos throughout.
    pub cash: i128,
    /// Over open buys: quantity × the worst price they can pay.
    pub reserved_buys: i128,
    /// Equity when the day began, or when the account came.
    pub day_start_equity: i128,
    pub exposure: Exposure,
    /// Theoretical arrival time of the next order (the token bucket as one number).
    pub rate_next_ns: i64,
    pub day_started_at_ns: i64,
    pub multiplier: u32,
    pub open_orders: u32,
    pub epoch: u32,
    pub limits: u32,
    pub halt: u32,
    pub shorting_enabled: bool,
    /// The day's start came from outside, so a symbol's first price counts as profit or loss.
    pub day_start_given: bool,
}

/// Sums of the cells' weights at their marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    pub net: i128,
    pub gross: i128,
    pub gross_worst: i128,
    /// By side.
    pub open: [i128; 2],
    pub short_opening: i128,
}

impl Exposure {
    /// Takes `before` at `old_mark` out and `after` at `mark` in. Saturates: only prices and quantities
    /// at their caps in hundreds of symbols at once could get there.
    #[inline(always)]
    pub fn shift(&mut self, before: &Weights, old_mark: i64, after: &Weights, mark: i64) {
        let shift = |sum: &mut i128, before: i64, after: i64| {
            let change = notional(mark, after) - notional(old_mark, before);
            *sum = (*sum + change).clamp(-MAX_SUM, MAX_SUM);
        };
        shift(&mut self.net, before.net, after.net);
        shift(&mut self.gross, before.gross, after.gross);
        shift(&mut self.gross_worst, before.gross_worst, after.gross_worst);
        shift(&mut self.open[0], before.open[0], after.open[0]);
        shift(&mut self.open[1], before.open[1], after.open[1]);
        shift(
            &mut self.short_opening,
            before.short_opening,
            after.short_opening,
        );
    }
}

impl Account {
    pub fn new(id: u128) -> Self {
        Account {
            id,
            cash: 0,
            reserved_buys: 0,
            day_start_equity: 0,
            exposure: Exposure::default(),
            rate_next_ns: i64::MIN,
            day_started_at_ns: 0,
            multiplier: 1,
            open_orders: 0,
            epoch: 0,
            limits: 0,
            halt: 0,
            shorting_enabled: false,
            day_start_given: false,
        }
    }

    #[inline(always)]
    pub fn equity(&self) -> i128 {
        self.cash + self.exposure.net
    }

    /// Open buys at their worst price, and open sells beyond the position at the mark.
    #[inline(always)]
    pub fn reserved(&self) -> i128 {
        self.reserved_buys + self.exposure.short_opening
    }

    /// What may still be bought: multiplier × equity, less what positions and reservations take up. For a
    /// cash account without short positions this is cash less reservations, whatever the prices.
    #[inline(always)]
    pub fn buying_power(&self) -> i128 {
        let credit = match self.multiplier {
            1 => self.equity(),
            multiplier => self
                .equity()
                .saturating_mul(i128::from(multiplier))
                .clamp(-MAX_SUM, MAX_SUM),
        };
        credit - self.exposure.gross - self.reserved()
    }

    pub fn shift_day_start(&mut self, change: i128) {
        self.day_start_equity = (self.day_start_equity + change).clamp(-MAX_SUM, MAX_SUM);
    }

    /// Cash and reservations after a fill or a cancel; like sums of exposure they stay within bounds.
    pub fn shift_cash(&mut self, change: i128) {
        self.cash = (self.cash + change).clamp(-MAX_SUM, MAX_SUM);
    }

    pub fn shift_reserved(&mut self, change: i128) {
        self.reserved_buys = (self.reserved_buys + change).clamp(-MAX_SUM, MAX_SUM);
    }

    #[inline(always)]
    pub fn daily_pnl(&self) -> i128 {
        self.equity() - self.day_start_equity
    }
}

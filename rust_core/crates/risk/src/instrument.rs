//! One symbol: its grid, its latest prices, and the price at which all its positions are valued.

use crate::grid::Grid;
use crate::symbol::SymbolKey;

/// Three cache lines; what a check reads is in the first two.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Instrument {
    pub key: SymbolKey,
    pub price_time_ns: i64,
    /// By side: what a market order meets, the reference where that side is empty.
    pub touch: [i64; 2],
    /// Middle of bid and ask, else the last trade, else the one side there is; 0: no price yet.
    pub reference: i64,
    /// The reference at the last valuation of positions; 0: no price yet.
    pub mark: i64,
    pub tick: Grid,
    pub lot: Grid,
    /// Text index of the halt; 0: not halted.
    pub halt: u32,
    pub epoch: u32,
    pub bid: i64,
    pub ask: i64,
    pub last: i64,
    /// Of the policy's levels; 0: none.
    pub limits: u32,
}

impl Instrument {
    pub fn new(tick_nanos: i64, lot_nanos: i64, key: SymbolKey) -> Self {
        Instrument {
            tick: Grid::new(tick_nanos),
            lot: Grid::new(lot_nanos),
            bid: 0,
            ask: 0,
            last: 0,
            reference: 0,
            mark: 0,
            touch: [0; 2],
            key,
            price_time_ns: i64::MIN,
            epoch: 0,
            limits: 0,
            halt: 0,
        }
    }

    pub fn set_prices(&mut self, bid: i64, ask: i64, last: i64, time_ns: i64) {
        (self.bid, self.ask, self.price_time_ns) = (bid, ask, time_ns);
        if last > 0 {
            self.last = last;
        }
        let reference = match (bid > 0, ask > 0) {
            (true, true) => (bid + ask) / 2,
            _ if self.last > 0 => self.last,
            (true, false) => bid,
            (false, true) => ask,
            (false, false) => self.reference,
        };
        self.reference = reference;
        let or_reference = |price: i64| if price > 0 { price } else { reference };
        self.touch = [or_reference(ask), or_reference(bid)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_reads_two_cache_lines() {
        assert!(std::mem::offset_of!(Instrument, bid) <= 128);
    }
}

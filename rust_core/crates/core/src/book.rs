//! One symbol's book: its ladders, its queues, and what the market last did.

use crate::command::AuctionKind;
use crate::event::Phase;
use crate::id::SymbolId;
use crate::number::Divider;
use crate::order::Side;
use crate::store::{Ladder, LevelKind, NONE};

/// Prices and quantities in nanos; zero: none.
///
/// In the order of their mention: two numbers that every command changes must not lie side by side, or the compiler
/// changes them as one word, and waits for the two stores of the command before.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Book {
    /// Of the last market data event.
    pub sequence: u64,
    pub symbol: SymbolId,
    pub tick: Divider,
    pub lot: Divider,
    /// By `LevelKind`.
    pub ladders: [Ladder; LevelKind::LADDERS],
    /// Levels of the kinds that are single queues; `NONE` where empty.
    pub queues: [u32; 3],
    /// Slots of trailing stops, in the order of their arrival.
    pub trailing: Vec<u32>,
    /// What the outside market shows, by side.
    pub quote: [QuoteSide; 2],
    pub last_trade: i64,
    pub lower_band: i64,
    pub upper_band: i64,
    pub halted: bool,
    pub auction: Option<AuctionKind>,
    /// The sum of all open orders' leaves: as it fits, every sum over a part of them does.
    pub open_quantity: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct QuoteSide {
    pub price: i64,
    pub quantity: i64,
}

#[inline(always)]
pub(crate) fn index(side: Side) -> usize {
    // No jump: it would be guessed wrong half of the time.
    side as usize - Side::Buy as usize
}

/// The other side's index.
#[inline(always)]
pub(crate) fn other(side: Side) -> usize {
    index(side) ^ 1
}

impl Book {
    pub(crate) fn new(symbol: SymbolId, tick: i64, lot: i64) -> Book {
        Book {
            symbol,
            tick: Divider::new(tick),
            lot: Divider::new(lot),
            ladders: Default::default(),
            queues: [NONE; 3],
            trailing: Vec::new(),
            quote: Default::default(),
            last_trade: 0,
            lower_band: 0,
            upper_band: 0,
            halted: false,
            auction: None,
            open_quantity: 0,
            sequence: 0,
        }
    }

    pub(crate) fn phase(&self, venue_halted: bool) -> Phase {
        if self.halted || venue_halted {
            Phase::Halted
        } else if self.auction.is_some() {
            Phase::Auction
        } else {
            Phase::Continuous
        }
    }

    /// A price's place in the ladder: see [`Ladder`]. Of stops, the first to be reached is the best.
    #[inline]
    pub(crate) fn rank(&self, kind: LevelKind, price: i64) -> i64 {
        let ticks = self.tick.quotient(price);
        match kind {
            LevelKind::Bids | LevelKind::SellStops => -ticks,
            _ => ticks,
        }
    }

    #[inline]
    pub(crate) fn ladder(&mut self, kind: LevelKind) -> &mut Ladder {
        &mut self.ladders[kind as usize]
    }

    /// The level that comes first in matching.
    #[inline]
    pub(crate) fn best(&self, side: Side) -> u32 {
        self.ladders[LevelKind::book(side) as usize].best()
    }

    pub(crate) fn queue(&mut self, kind: LevelKind) -> &mut u32 {
        &mut self.queues[kind as usize - LevelKind::LADDERS]
    }

    /// What the market says a buyer pays or a seller gets: the outside quote, else the last trade; zero: nothing.
    pub(crate) fn reference(&self, side: Side) -> i64 {
        let opposite = self.quote[index(side.opposite())];
        if opposite.quantity > 0 {
            opposite.price
        } else {
            self.last_trade
        }
    }

    /// Would an order of this side at this price be able to trade outside the bands?
    pub(crate) fn is_outside_bands(&self, side: Side, price: i64) -> bool {
        match side {
            Side::Buy => self.upper_band > 0 && price > self.upper_band,
            Side::Sell => self.lower_band > 0 && price < self.lower_band,
        }
    }

    /// The worst price at which a market order trades.
    pub(crate) fn market_bound(&self, side: Side) -> i64 {
        match side {
            Side::Buy if self.upper_band > 0 => self.upper_band,
            Side::Buy => i64::MAX,
            Side::Sell => self.lower_band,
        }
    }
}

/// Is `price` at least as good for the taker of this side as `bound`?
#[inline]
pub(crate) fn acceptable(taker: Side, price: i64, bound: i64) -> bool {
    match taker {
        Side::Buy => price <= bound,
        Side::Sell => price >= bound,
    }
}

/// Is `price` better for the taker of this side than `other`?
#[inline]
pub(crate) fn better(taker: Side, price: i64, other: i64) -> bool {
    match taker {
        Side::Buy => price < other,
        Side::Sell => price > other,
    }
}

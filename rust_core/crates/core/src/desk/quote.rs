//! The outside market's liquidity.

use super::Desk;
use crate::book::{QuoteSide, acceptable, index};
use crate::event::Phase;
use crate::order::Side;
use crate::store::{LevelKind, NONE};

impl Desk<'_> {
    /// Replaces the quote; it trades with what it crosses unless the market stands still.
    pub(crate) fn set_quote(&mut self, bid: QuoteSide, ask: QuoteSide) {
        self.book.quote = [bid, ask];
        if self.phase() == Phase::Continuous {
            self.trade_quote(Side::Buy);
            self.trade_quote(Side::Sell);
        }
        self.emit_quote();
        self.observe_quote();
    }

    /// When trading goes on: what the quote has come to cross meanwhile, and the stops it has reached.
    pub(crate) fn resume_quote(&mut self) {
        let before = self.book.quote;
        self.trade_quote(Side::Buy);
        self.trade_quote(Side::Sell);
        if self.book.quote != before {
            self.emit_quote();
        }
        self.observe_quote();
    }

    fn observe_quote(&mut self) {
        if self.phase() != Phase::Continuous {
            return;
        }
        let [bid, ask] = self.book.quote;
        if ask.quantity > 0 {
            self.observe_for(Side::Buy, ask.price);
        }
        if bid.quantity > 0 {
            self.observe_for(Side::Sell, bid.price);
        }
    }

    /// One side of the quote takes the orders that it crosses, at their prices.
    fn trade_quote(&mut self, side: Side) {
        let QuoteSide { price: bound, .. } = self.book.quote[index(side)];
        let kind = LevelKind::book(side.opposite());
        let mut level = self.book.best(side.opposite());
        while level != NONE && self.book.quote[index(side)].quantity > 0 {
            let price = self.shared.levels.get(level).price;
            if !acceptable(side, price, bound) {
                return;
            }
            let rank = self.book.rank(kind, price);
            self.trade_quote_with(side, level, price);
            level = self
                .book
                .ladder(kind)
                .after(rank)
                .map_or(NONE, |(_, level)| level);
        }
    }

    fn trade_quote_with(&mut self, side: Side, level: u32, price: i64) {
        let counted = self.shared.levels.get(level).orders;
        let mut slot = self.shared.levels.head(level);
        let mut traded = false;
        while slot != NONE && self.book.quote[index(side)].quantity > 0 {
            let available = self.book.quote[index(side)].quantity;
            if self
                .shared
                .orders
                .extra(slot)
                .is_some_and(|extra| extra.minimum > available)
            {
                slot = self.shared.levels.next(slot);
                continue;
            }
            let quantity = self.piece(slot).min(available);
            self.book.quote[index(side)].quantity -= quantity;
            self.print_trade(price, quantity, Some(side));
            slot = self.reduce_maker(slot, level, price, quantity);
            traded = true;
        }
        if traded {
            self.tell_level(level, counted);
            self.observe(price);
        }
    }
}

//! What can be asked of a venue without changing it.

use crate::book::index;
use crate::desk::visit_slots;
use crate::event::Phase;
use crate::id::{AccountId, OrderId, SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::Side;
use crate::store::{Entry, LevelKind};
use crate::venue::{DepthLevel, Instrument, OrderState, OrderView, Venue, VenueConfig};

impl Venue {
    pub fn config(&self) -> VenueConfig {
        self.config
    }

    /// Of the last report; 0 before the first.
    pub fn last_sequence(&self) -> u64 {
        self.shared.sequence
    }

    /// Of the last command that was carried out; `i64::MIN` before the first.
    pub fn time_ns(&self) -> i64 {
        self.shared.now
    }

    pub fn open_orders(&self) -> usize {
        self.shared.orders.open()
    }

    pub fn order(&self, order_id: OrderId) -> OrderState {
        match self.shared.ids.find(&self.shared.orders, order_id.0) {
            Entry::Open(slot) => OrderState::Open(self.view(slot)),
            Entry::Done => OrderState::Done,
            Entry::Unknown => OrderState::Unknown,
        }
    }

    /// Every open order, by symbol, in the order in which mass cancel would end them.
    pub fn for_each_order(&self, visit: &mut dyn FnMut(&OrderView)) {
        for book in &self.books {
            visit_slots(&self.shared, book, &mut |_, slot| visit(&self.view(slot)));
        }
    }

    /// By symbol id: `instruments()[id.0]`. Its length is the id of the next instrument to put.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    pub fn symbol_id(&self, name: &SymbolName) -> Option<SymbolId> {
        self.names.get(name).copied()
    }

    pub fn phase(&self, symbol: SymbolId) -> Option<Phase> {
        self.books
            .get(symbol.0 as usize)
            .map(|book| book.phase(self.shared.halted))
    }

    /// Zero before the first trade; `None` where the symbol is unknown.
    pub fn last_trade(&self, symbol: SymbolId) -> Option<Price> {
        self.books
            .get(symbol.0 as usize)
            .map(|book| Price(book.last_trade))
    }

    /// The best `depth` levels of a side, best first, the outside market's quote included.
    pub fn depth(&self, symbol: SymbolId, side: Side, depth: usize) -> Vec<DepthLevel> {
        let Some(book) = self.books.get(symbol.0 as usize) else {
            return Vec::new();
        };
        let mut shown: Vec<DepthLevel> = book.ladders[LevelKind::book(side) as usize]
            .iter()
            .map(|level| self.shared.levels.get(level))
            .filter(|level| level.orders > 0)
            .take(depth)
            .map(|level| DepthLevel {
                price: Price(level.price),
                quantity: Qty(level.quantity),
                orders: level.orders,
            })
            .collect();
        let quote = book.quote[index(side)];
        if quote.quantity > 0 {
            let better = |level: &DepthLevel| match side {
                Side::Buy => level.price.0 > quote.price,
                Side::Sell => level.price.0 < quote.price,
            };
            let place = shown
                .iter()
                .position(|level| !better(level))
                .unwrap_or(shown.len());
            match shown.get_mut(place) {
                Some(level) if level.price.0 == quote.price => {
                    level.quantity = Qty(level.quantity.0.saturating_add(quote.quantity));
                }
                _ => {
                    let outside = DepthLevel {
                        price: Price(quote.price),
                        quantity: Qty(quote.quantity),
                        orders: 0,
                    };
                    shown.insert(place, outside);
                }
            }
        }
        shown.truncate(depth);
        shown
    }

    fn view(&self, slot: u32) -> OrderView {
        let order = self.shared.orders.get(slot);
        let extra = self.shared.orders.extra(slot).copied().unwrap_or_default();
        let level = self.shared.levels.get(order.level);
        let in_book = level.kind.is_book();
        OrderView {
            order_id: OrderId(order.id),
            account_id: AccountId(order.account),
            symbol: SymbolId(u32::from(level.symbol)),
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            quantity: Qty(order.leaves + order.filled),
            leaves_quantity: Qty(order.leaves),
            cumulative_quantity: Qty(order.filled),
            limit_price: Price(if in_book { level.price } else { extra.limit }),
            stop_price: Price(extra.stop),
            high_water_price: Price(extra.watermark),
            shown_quantity: Qty(if in_book {
                self.shared.orders.shown(slot)
            } else {
                0
            }),
        }
    }
}

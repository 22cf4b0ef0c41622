//! Watches events alone and holds them to what must be true of any venue.

use cift_core::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Price, then the queue of shown orders.
type Queues = BTreeMap<Price, Vec<(OrderId, Qty)>>;

#[derive(Default)]
pub struct Auditor {
    sequence: u64,
    market_sequences: HashMap<SymbolId, u64>,
    /// By order: total, filled.
    orders: HashMap<OrderId, (i64, i64)>,
    ended: HashSet<OrderId>,
    stops: HashMap<OrderId, bool>,
    books: HashMap<(SymbolId, Side), Queues>,
    phases: HashMap<SymbolId, Phase>,
    /// By trade: what the print said, what buyers and sellers got.
    trades: HashMap<u64, (i64, i64, i64)>,
}

impl Auditor {
    /// A stop that an accepted command brought, with its id.
    pub fn expect_stop(&mut self, order_id: OrderId) {
        self.stops.insert(order_id, false);
    }

    pub fn watch(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Report(report) => self.report(report),
                Event::Order(order) => self.order(order),
                Event::Level(level) => self.level(level),
                Event::Trade(trade) => {
                    self.count(trade.symbol, trade.sequence);
                    assert!(trade.quantity.0 > 0 && trade.price.0 > 0);
                    assert!(
                        self.trades
                            .insert(trade.trade_id, (trade.quantity.0, 0, 0))
                            .is_none(),
                        "a trade is printed once"
                    );
                }
                Event::Quote(quote) => self.count(quote.symbol, quote.sequence),
                Event::Trigger(trigger) => {
                    self.count(trigger.symbol, trigger.sequence);
                    let fired = self
                        .stops
                        .get_mut(&trigger.order_id)
                        .expect("only stops fire");
                    assert!(!*fired, "a stop fires once");
                    *fired = true;
                }
                Event::Phase(phase) => {
                    self.count(phase.symbol, phase.sequence);
                    self.phases.insert(phase.symbol, phase.phase);
                }
            }
        }
        for (_, (quantity, bought, sold)) in self.trades.drain() {
            // The outside market's side is not reported.
            assert!(bought == quantity || bought == 0);
            assert!(sold == quantity || sold == 0);
            assert!(bought + sold > 0);
        }
        self.check_not_crossed();
    }

    fn count(&mut self, symbol: SymbolId, sequence: u64) {
        let last = self.market_sequences.entry(symbol).or_default();
        assert_eq!(sequence, *last + 1, "market data has no gaps");
        *last = sequence;
    }

    fn report(&mut self, r: &Report) {
        assert_eq!(r.sequence, self.sequence + 1, "reports have no gaps");
        self.sequence = r.sequence;
        let (leaves, filled) = (r.leaves_quantity.0, r.cumulative_quantity.0);
        match r.kind {
            ReportKind::New => {
                assert!(
                    self.orders.insert(r.order_id, (leaves, 0)).is_none(),
                    "an id is used once"
                );
                assert_eq!(filled, 0);
            }
            ReportKind::Rejected => {
                assert!(!self.orders.contains_key(&r.order_id) && leaves == 0);
                self.ended.insert(r.order_id);
            }
            ReportKind::Replaced if r.order_id == r.original_order_id => {
                let order = self.orders.get_mut(&r.order_id).expect("open");
                assert!(
                    leaves + filled < order.0 && filled == order.1,
                    "prevention only shrinks"
                );
                order.0 = leaves + filled;
            }
            ReportKind::Replaced => {
                let (_, had) = self
                    .orders
                    .remove(&r.original_order_id)
                    .expect("the original was open");
                assert_eq!(had, filled, "fills survive a replacement");
                self.ended.insert(r.original_order_id);
                self.orders.insert(r.order_id, (leaves + filled, filled));
                if let Some(fired) = self.stops.remove(&r.original_order_id) {
                    self.stops.insert(r.order_id, fired);
                }
            }
            ReportKind::ReplaceRejected => assert!(self.orders.contains_key(&r.original_order_id)),
            ReportKind::CancelRejected => unreachable!("a cancel that finds nothing is refused"),
            ReportKind::Canceled | ReportKind::Expired => {
                let (total, had) = self
                    .orders
                    .remove(&r.order_id)
                    .expect("only open orders end");
                assert!(filled == had && had <= total && leaves == 0);
                self.ended.insert(r.order_id);
            }
            ReportKind::Trade => self.trade(r),
        }
        assert!(!self.ended.contains(&r.order_id) || !self.orders.contains_key(&r.order_id));
    }

    fn trade(&mut self, r: &Report) {
        assert!(
            self.stops.get(&r.order_id).is_none_or(|&fired| fired),
            "a stop trades once it has fired"
        );
        let quantity = r.last_quantity.0;
        let (total, filled) = self
            .orders
            .get_mut(&r.order_id)
            .expect("only open orders trade");
        *filled += quantity;
        assert!(
            quantity > 0 && *filled == r.cumulative_quantity.0,
            "fills add up"
        );
        assert_eq!(
            *total,
            *filled + r.leaves_quantity.0,
            "quantity is conserved"
        );
        if *filled == *total {
            self.orders.remove(&r.order_id);
            self.ended.insert(r.order_id);
        }
        let within = |limit: Price| match r.side {
            Side::Buy => r.last_price <= limit,
            Side::Sell => r.last_price >= limit,
        };
        assert!(
            r.price == Price::ZERO || within(r.price),
            "no one trades beyond the limit"
        );
        let (_, bought, sold) = self
            .trades
            .get_mut(&r.trade_id)
            .expect("the print comes first");
        *if r.side == Side::Buy { bought } else { sold } += quantity;
        if r.maker {
            self.check_priority(r);
        }
    }

    /// A shown maker is the first of the best price; a hidden one trades at its own.
    fn check_priority(&self, r: &Report) {
        assert_eq!(r.price, r.last_price, "the maker makes the price");
        let Some(book) = self.books.get(&(r.symbol, r.side)) else {
            return;
        };
        let shown = book
            .get(&r.price)
            .is_some_and(|queue| queue.iter().any(|(id, _)| *id == r.order_id));
        if shown {
            let best = if r.side == Side::Buy {
                book.last_key_value()
            } else {
                book.first_key_value()
            };
            let (price, queue) = best.expect("not empty");
            assert_eq!(
                (*price, queue[0].0),
                (r.price, r.order_id),
                "price, then time"
            );
        }
    }

    fn order(&mut self, o: &OrderEvent) {
        self.count(o.symbol, o.sequence);
        let book = self.books.entry((o.symbol, o.side)).or_default();
        let queue = book.entry(o.price).or_default();
        let known = if o.action == BookAction::Rename {
            o.previous_id
        } else {
            o.order_id
        };
        let at = queue.iter().position(|(id, _)| *id == known);
        match (o.action, at) {
            (BookAction::Add, None) => queue.push((o.order_id, o.quantity)),
            (BookAction::Change, Some(at)) => {
                assert!(
                    o.quantity < queue[at].1 && o.quantity.0 > 0,
                    "a change shrinks"
                );
                queue[at].1 = o.quantity;
            }
            (BookAction::Rename, Some(at)) => {
                assert!(o.quantity <= queue[at].1 && o.quantity.0 > 0);
                queue[at] = (o.order_id, o.quantity);
            }
            (BookAction::Delete, Some(at)) => {
                queue.remove(at);
            }
            impossible => panic!("{impossible:?} of {o:?}"),
        }
        if queue.is_empty() {
            book.remove(&o.price);
        }
    }

    fn level(&mut self, l: &LevelEvent) {
        self.count(l.symbol, l.sequence);
        let queue = self
            .books
            .get(&(l.symbol, l.side))
            .and_then(|book| book.get(&l.price));
        let orders = queue.map_or(0, Vec::len);
        let quantity: i64 = queue
            .into_iter()
            .flatten()
            .map(|(_, quantity)| quantity.0)
            .sum();
        assert_eq!(
            (l.orders as usize, l.quantity.0),
            (orders, quantity),
            "a level is the sum of its orders"
        );
    }

    fn check_not_crossed(&self) {
        for (&(symbol, side), bids) in &self.books {
            let continuous = self
                .phases
                .get(&symbol)
                .is_none_or(|phase| *phase == Phase::Continuous);
            let asks = self
                .books
                .get(&(symbol, Side::Sell))
                .and_then(|asks| asks.first_key_value());
            if let (Side::Buy, true, Some((bid, _)), Some((ask, _))) =
                (side, continuous, bids.last_key_value(), asks)
            {
                assert!(bid < ask, "crossed: {bid} {ask}");
            }
        }
    }
}

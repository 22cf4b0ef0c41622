//! Events, numbered as they leave.

use super::{Desk, Incoming};
use crate::event::{
    BookAction, Event, LevelEvent, OrderEvent, PhaseEvent, QuoteEvent, Report, ReportKind,
    TradeEvent, TriggerEvent,
};
use crate::id::{AccountId, OrderId};
use crate::number::{Price, Qty};
use crate::order::Side;
use crate::reason::Reason;
use crate::store::Order;

impl Desk<'_> {
    /// A report about the order as it stands; `leaves` zero where it has ended.
    pub(super) fn report(
        &mut self,
        order: &Order,
        price: i64,
        leaves: i64,
        kind: ReportKind,
        reason: Reason,
    ) {
        self.shared.sequence += 1;
        self.out.push(Event::Report(Report {
            sequence: self.shared.sequence,
            order_id: OrderId(order.id),
            original_order_id: OrderId::NONE,
            account_id: AccountId(order.account),
            price: Price(price),
            last_price: Price::ZERO,
            last_quantity: Qty::ZERO,
            cumulative_quantity: Qty(order.filled),
            leaves_quantity: Qty(leaves),
            trade_id: 0,
            time_ns: self.shared.now,
            symbol: self.book.symbol,
            kind,
            side: order.side,
            maker: false,
            reason,
        }));
    }

    /// REPLACED: `order` is the one that goes on.
    pub(super) fn report_replaced(
        &mut self,
        order: &Order,
        original: u128,
        price: i64,
        reason: Reason,
    ) {
        self.report(order, price, order.leaves, ReportKind::Replaced, reason);
        if let Some(Event::Report(report)) = self.out.last_mut() {
            report.original_order_id = OrderId(original);
        }
    }

    /// One side of trade `shared.trade_id`; the order's quantities are those after it.
    pub(super) fn report_trade(
        &mut self,
        order: &Order,
        limit: i64,
        price: i64,
        quantity: i64,
        maker: bool,
    ) {
        self.report(order, limit, order.leaves, ReportKind::Trade, Reason::None);
        if let Some(Event::Report(report)) = self.out.last_mut() {
            report.last_price = Price(price);
            report.last_quantity = Qty(quantity);
            report.trade_id = self.shared.trade_id;
            report.maker = maker;
        }
    }

    #[inline]
    fn next_sequence(&mut self) -> u64 {
        self.book.sequence += 1;
        self.book.sequence
    }

    /// A new trade's print; its number is `shared.trade_id`.
    pub(super) fn print_trade(&mut self, price: i64, quantity: i64, aggressor: Option<Side>) {
        self.shared.trade_id += 1;
        self.book.last_trade = price;
        let event = TradeEvent {
            sequence: self.next_sequence(),
            trade_id: self.shared.trade_id,
            price: Price(price),
            quantity: Qty(quantity),
            symbol: self.book.symbol,
            aggressor,
        };
        self.out.push(Event::Trade(event));
    }

    pub(super) fn emit_order(
        &mut self,
        id: u128,
        side: Side,
        price: i64,
        quantity: i64,
        action: BookAction,
    ) {
        let event = OrderEvent {
            sequence: self.next_sequence(),
            order_id: OrderId(id),
            previous_id: OrderId::NONE,
            price: Price(price),
            quantity: Qty(quantity),
            symbol: self.book.symbol,
            side,
            action,
        };
        self.out.push(Event::Order(event));
    }

    pub(super) fn emit_rename(&mut self, order: &Order, previous: u128, price: i64, quantity: i64) {
        self.emit_order(order.id, order.side, price, quantity, BookAction::Rename);
        if let Some(Event::Order(event)) = self.out.last_mut() {
            event.previous_id = OrderId(previous);
        }
    }

    #[inline]
    pub(super) fn emit_level(&mut self, side: Side, price: i64, quantity: i64, orders: u32) {
        let event = LevelEvent {
            sequence: self.next_sequence(),
            price: Price(price),
            quantity: Qty(quantity),
            orders,
            symbol: self.book.symbol,
            side,
        };
        self.out.push(Event::Level(event));
    }

    pub(super) fn emit_quote(&mut self) {
        let [bid, ask] = self.book.quote;
        let event = QuoteEvent {
            sequence: self.next_sequence(),
            bid_price: Price(bid.price),
            bid_quantity: Qty(bid.quantity),
            ask_price: Price(ask.price),
            ask_quantity: Qty(ask.quantity),
            symbol: self.book.symbol,
        };
        self.out.push(Event::Quote(event));
    }

    pub(super) fn emit_trigger(&mut self, id: u128, stop: i64) {
        let event = TriggerEvent {
            sequence: self.next_sequence(),
            order_id: OrderId(id),
            stop_price: Price(stop),
            symbol: self.book.symbol,
        };
        self.out.push(Event::Trigger(event));
    }

    pub(crate) fn emit_phase(&mut self) {
        let phase = self.phase();
        let event = PhaseEvent {
            sequence: self.next_sequence(),
            symbol: self.book.symbol,
            phase,
        };
        self.out.push(Event::Phase(event));
    }

    /// Ends an incoming order that rests nowhere.
    pub(super) fn end_incoming(&mut self, incoming: &Incoming, kind: ReportKind, reason: Reason) {
        self.report(&incoming.order, incoming.limit, 0, kind, reason);
        self.forget(incoming);
    }
}

//! Events, numbered as they leave.

use super::{Desk, Incoming};
use crate::event::{
    BookAction, Event, LevelEvent, OrderEvent, PhaseEvent, QuoteEvent, Report, ReportKind,
    TradeEvent, TriggerEvent,
};
use crate::id::{AccountId, OrderId, SymbolId};
use crate::number::{Price, Qty};
use crate::order::Side;
use crate::reason::Reason;
use crate::store::Order;

impl Desk<'_> {
    /// A report about the order as it stands; `leaves` zero where it has ended.
    #[inline]
    pub(super) fn report(
        &mut self,
        order: &Order,
        price: i64,
        leaves: i64,
        kind: ReportKind,
        reason: Reason,
    ) {
        let told = Told {
            price,
            leaves,
            kind,
            reason,
            ..Told::default()
        };
        push_report(
            &mut self.shared.sequence,
            self.out,
            self.shared.now,
            self.book.symbol,
            order,
            &told,
        );
    }

    /// As [`Desk::report`], about the order in a slot.
    #[inline]
    pub(super) fn report_slot(
        &mut self,
        slot: u32,
        price: i64,
        leaves: i64,
        kind: ReportKind,
        reason: Reason,
    ) {
        let told = Told {
            price,
            leaves,
            kind,
            reason,
            ..Told::default()
        };
        let order = self.shared.orders.get(slot);
        push_report(
            &mut self.shared.sequence,
            self.out,
            self.shared.now,
            self.book.symbol,
            order,
            &told,
        );
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
    #[inline]
    pub(super) fn report_trade(
        &mut self,
        order: &Order,
        limit: i64,
        price: i64,
        quantity: i64,
        maker: bool,
    ) {
        let trade_id = self.shared.trade_id;
        let told = Told::trade(order.leaves, limit, price, quantity, maker, trade_id);
        push_report(
            &mut self.shared.sequence,
            self.out,
            self.shared.now,
            self.book.symbol,
            order,
            &told,
        );
    }

    /// As [`Desk::report_trade`], about the resting order in a slot.
    #[inline]
    pub(super) fn report_fill(&mut self, slot: u32, price: i64, quantity: i64) {
        let trade_id = self.shared.trade_id;
        let order = self.shared.orders.get(slot);
        let told = Told::trade(order.leaves, price, price, quantity, true, trade_id);
        push_report(
            &mut self.shared.sequence,
            self.out,
            self.shared.now,
            self.book.symbol,
            order,
            &told,
        );
    }

    #[inline]
    fn next_sequence(&mut self) -> u64 {
        self.book.sequence += 1;
        self.book.sequence
    }

    /// A new trade's print; its number is `shared.trade_id`.
    #[inline]
    pub(super) fn print_trade(&mut self, price: i64, quantity: i64, aggressor: Option<Side>) {
        self.shared.trade_id += 1;
        self.book.last_trade = price;
        let (trade_id, symbol) = (self.shared.trade_id, self.book.symbol);
        push_print(
            &mut self.book.sequence,
            self.out,
            symbol,
            trade_id,
            price,
            quantity,
            aggressor,
        );
    }

    #[inline]
    pub(super) fn emit_order(
        &mut self,
        id: u128,
        side: Side,
        price: i64,
        quantity: i64,
        action: BookAction,
    ) {
        let symbol = self.book.symbol;
        push_order(
            &mut self.book.sequence,
            self.out,
            symbol,
            id,
            side,
            price,
            quantity,
            action,
        );
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

/// What a report says beside what the order itself says.
pub(super) struct Told {
    price: i64,
    leaves: i64,
    last_price: i64,
    last_quantity: i64,
    trade_id: u64,
    kind: ReportKind,
    maker: bool,
    reason: Reason,
}

impl Default for Told {
    #[inline]
    fn default() -> Told {
        Told {
            price: 0,
            leaves: 0,
            last_price: 0,
            last_quantity: 0,
            trade_id: 0,
            kind: ReportKind::Trade,
            maker: false,
            reason: Reason::None,
        }
    }
}

impl Told {
    #[inline]
    pub(super) fn trade(
        leaves: i64,
        limit: i64,
        price: i64,
        quantity: i64,
        maker: bool,
        trade_id: u64,
    ) -> Told {
        let (last_price, last_quantity) = (price, quantity);
        Told {
            price: limit,
            leaves,
            last_price,
            last_quantity,
            trade_id,
            maker,
            ..Told::default()
        }
    }
}

#[inline(always)]
pub(super) fn push_report(
    sequence: &mut u64,
    out: &mut Vec<Event>,
    now: i64,
    symbol: SymbolId,
    order: &Order,
    told: &Told,
) {
    *sequence += 1;
    out.push(Event::Report(Report {
        sequence: *sequence,
        order_id: OrderId(order.id),
        original_order_id: OrderId::NONE,
        account_id: AccountId(order.account),
        price: Price(told.price),
        last_price: Price(told.last_price),
        last_quantity: Qty(told.last_quantity),
        cumulative_quantity: Qty(order.filled),
        leaves_quantity: Qty(told.leaves),
        trade_id: told.trade_id,
        time_ns: now,
        symbol,
        kind: told.kind,
        side: order.side,
        maker: told.maker,
        reason: told.reason,
    }));
}

#[inline(always)]
pub(super) fn push_print(
    sequence: &mut u64,
    out: &mut Vec<Event>,
    symbol: SymbolId,
    trade_id: u64,
    price: i64,
    quantity: i64,
    aggressor: Option<Side>,
) {
    *sequence += 1;
    out.push(Event::Trade(TradeEvent {
        sequence: *sequence,
        trade_id,
        price: Price(price),
        quantity: Qty(quantity),
        symbol,
        aggressor,
    }));
}

#[inline(always)]
#[allow(
    clippy::too_many_arguments,
    reason = "one for each field; it is inlined where the values are"
)]
pub(super) fn push_order(
    sequence: &mut u64,
    out: &mut Vec<Event>,
    symbol: SymbolId,
    id: u128,
    side: Side,
    price: i64,
    quantity: i64,
    action: BookAction,
) {
    *sequence += 1;
    out.push(Event::Order(OrderEvent {
        sequence: *sequence,
        order_id: OrderId(id),
        previous_id: OrderId::NONE,
        price: Price(price),
        quantity: Qty(quantity),
        symbol,
        side,
        action,
    }));
}

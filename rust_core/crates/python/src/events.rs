//! What a book tells, as small immutable objects. Numbers become `Decimal` when they are asked for.

use cift_core::{BookAction, Event, Events, OrderId};
use cift_risk::ids::format_uuid;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::decimal::to_decimal;
use crate::words;

/// Declares an event class around the core's event: fields that are plain values, and those in nanos.
macro_rules! event {
    ($(#[$meta:meta])* $name:ident($core:ty) { $($field:ident: $type:ty = |$this:ident| $value:expr),* $(,)? }
     nanos { $($decimal:ident),* }) => {
        $(#[$meta])*
        #[pyclass(frozen)]
        pub struct $name(pub $core);

        #[pymethods]
        impl $name {
            $(#[getter]
            fn $field(&self) -> $type {
                let $this = &self.0;
                $value
            })*
            $(#[getter]
            fn $decimal<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                to_decimal(py, self.0.$decimal.0)
            })*

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let fields: Vec<(&str, Bound<'_, PyAny>)> = vec![
                    $((stringify!($field), self.$field().into_bound_py_any(py)?),)*
                    $((stringify!($decimal), self.$decimal(py)?),)*
                ];
                let mut shown = Vec::with_capacity(fields.len());
                for (name, value) in fields {
                    // What is not there, and ids and times, make lines that nobody reads.
                    let hidden = matches!(name, "account_id" | "time_ns" | "sequence");
                    if !hidden && (value.is_truthy()? || name == "leaves_quantity") {
                        shown.push(format!("{name}={}", value.str()?));
                    }
                }
                Ok(format!("{}({})", stringify!($name), shown.join(", ")))
            }
        }
    };
}

fn id(id: OrderId) -> String {
    format_uuid(id.0)
}

fn id_or_none(order_id: OrderId) -> Option<String> {
    (order_id != OrderId::NONE).then(|| id(order_id))
}

event! {
    /// What happened to one order, told to its owner.
    Report(cift_core::Report) {
        kind: &'static str = |report| words::report_kind(report.kind),
        order_id: String = |report| id(report.order_id),
        original_order_id: Option<String> = |report| id_or_none(report.original_order_id),
        account_id: String = |report| format_uuid(report.account_id.0),
        side: &'static str = |report| words::side(report.side),
        reason: &'static str = |report| report.reason.as_str(),
        maker: bool = |report| report.maker,
        trade_id: u64 = |report| report.trade_id,
        sequence: u64 = |report| report.sequence,
        time_ns: i64 = |report| report.time_ns,
    }
    nanos { price, last_price, last_quantity, cumulative_quantity, leaves_quantity }
}

event! {
    /// One shown order came, shrank, went or got a new id (market by order).
    OrderChange(cift_core::OrderEvent) {
        action: &'static str = |change| match change.action {
            BookAction::Add => "ADD",
            BookAction::Change => "CHANGE",
            BookAction::Delete => "DELETE",
            BookAction::Rename => "RENAME",
        },
        order_id: String = |change| id(change.order_id),
        previous_id: Option<String> = |change| id_or_none(change.previous_id),
        side: &'static str = |change| words::side(change.side),
        sequence: u64 = |change| change.sequence,
    }
    nanos { price, quantity }
}

event! {
    /// What the orders of one price show now (market by price); quantity 0: the level is gone.
    LevelChange(cift_core::LevelEvent) {
        side: &'static str = |level| words::side(level.side),
        orders: u32 = |level| level.orders,
        sequence: u64 = |level| level.sequence,
    }
    nanos { price, quantity }
}

event! {
    /// A trade that the market printed; no aggressor in an auction.
    Trade(cift_core::TradeEvent) {
        trade_id: u64 = |trade| trade.trade_id,
        aggressor: Option<&'static str> = |trade| trade.aggressor.map(words::side),
        sequence: u64 = |trade| trade.sequence,
    }
    nanos { price, quantity }
}

event! {
    /// What is left of the outside market's quote.
    QuoteChange(cift_core::QuoteEvent) {
        sequence: u64 = |quote| quote.sequence,
    }
    nanos { bid_price, bid_quantity, ask_price, ask_quantity }
}

event! {
    /// A stop was reached; the order is now a market or limit order.
    Trigger(cift_core::TriggerEvent) {
        order_id: String = |trigger| id(trigger.order_id),
        sequence: u64 = |trigger| trigger.sequence,
    }
    nanos { stop_price }
}

event! {
    /// Continuous trading, an auction or a halt began.
    PhaseChange(cift_core::PhaseEvent) {
        phase: &'static str = |change| words::phase(change.phase),
        sequence: u64 = |change| change.sequence,
    }
    nanos {}
}

pub fn to_list<'py>(py: Python<'py>, events: &Events) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for event in events {
        match event {
            Event::Report(event) => list.append(Bound::new(py, Report(event))?)?,
            Event::Order(event) => list.append(Bound::new(py, OrderChange(event))?)?,
            Event::Level(event) => list.append(Bound::new(py, LevelChange(event))?)?,
            Event::Trade(event) => list.append(Bound::new(py, Trade(event))?)?,
            Event::Quote(event) => list.append(Bound::new(py, QuoteChange(event))?)?,
            Event::Trigger(event) => list.append(Bound::new(py, Trigger(event))?)?,
            Event::Phase(event) => list.append(Bound::new(py, PhaseChange(event))?)?,
        }
    }
    Ok(list)
}

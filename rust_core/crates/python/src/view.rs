//! What a book looks like: depth and open orders.

use cift_core::{OrderView, Side, SymbolId, Venue};
use cift_risk::ids::format_uuid;
use cift_risk::money::format_nanos;
use pyo3::prelude::*;

use crate::decimal::to_decimal;
use crate::words;

/// What one price shows.
#[pyclass(frozen)]
#[derive(Clone)]
pub struct DepthLevel(cift_core::DepthLevel);

/// The best levels of both sides, best first.
#[pyclass(frozen)]
pub struct Depth {
    bids: Vec<DepthLevel>,
    asks: Vec<DepthLevel>,
}

/// An open order as it stands.
#[pyclass(frozen)]
pub struct OpenOrder(OrderView);

pub fn depth(venue: &Venue, symbol: SymbolId, levels: usize) -> Depth {
    let side = |side| {
        venue
            .depth(symbol, side, levels)
            .into_iter()
            .map(DepthLevel)
            .collect()
    };
    Depth {
        bids: side(Side::Buy),
        asks: side(Side::Sell),
    }
}

pub fn open_orders(venue: &Venue, symbol: SymbolId) -> Vec<OpenOrder> {
    let mut orders = Vec::new();
    venue.for_each_order(&mut |order| {
        if order.symbol == symbol {
            orders.push(OpenOrder(*order));
        }
    });
    orders
}

#[pymethods]
impl DepthLevel {
    #[getter]
    fn price<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.price.0)
    }

    #[getter]
    fn quantity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.quantity.0)
    }

    #[getter]
    fn orders(&self) -> u32 {
        self.0.orders
    }

    fn __repr__(&self) -> String {
        format!("{} × {} ({})", self.0.price, self.0.quantity, self.0.orders)
    }
}

#[pymethods]
impl Depth {
    #[getter]
    fn bids(&self) -> Vec<DepthLevel> {
        self.bids.clone()
    }

    #[getter]
    fn asks(&self) -> Vec<DepthLevel> {
        self.asks.clone()
    }

    /// A ladder: asks above bids, the best of both in the middle.
    fn __repr__(&self) -> String {
        let line = |level: &DepthLevel, ask: bool| {
            let price = format_nanos(level.0.price.0.into(), 2);
            let quantity = level.0.quantity.to_string();
            let (bid, ask) = if ask {
                ("", quantity.as_str())
            } else {
                (quantity.as_str(), "")
            };
            format!("{bid:>14} {price:^16} {ask:<14}")
                .trim_end()
                .to_owned()
        };
        let asks = self.asks.iter().rev().map(|level| line(level, true));
        let bids = self.bids.iter().map(|level| line(level, false));
        let head = format!("{:>14} {:^16} {:<14}", "bid", "price", "ask")
            .trim_end()
            .to_owned();
        std::iter::once(head)
            .chain(asks)
            .chain(bids)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[pymethods]
impl OpenOrder {
    #[getter]
    fn order_id(&self) -> String {
        format_uuid(self.0.order_id.0)
    }

    #[getter]
    fn account_id(&self) -> String {
        format_uuid(self.0.account_id.0)
    }

    #[getter]
    fn side(&self) -> &'static str {
        words::side(self.0.side)
    }

    #[getter]
    fn r#type(&self) -> &'static str {
        words::order_type(self.0.order_type)
    }

    #[getter]
    fn quantity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.quantity.0)
    }

    #[getter]
    fn leaves_quantity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.leaves_quantity.0)
    }

    #[getter]
    fn limit_price<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.limit_price.0)
    }

    #[getter]
    fn stop_price<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.stop_price.0)
    }

    #[getter]
    fn high_water_price<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_decimal(py, self.0.high_water_price.0)
    }

    #[getter]
    fn time_in_force(&self) -> &'static str {
        words::time_in_force(self.0.time_in_force)
    }

    fn __repr__(&self) -> String {
        let OrderView {
            leaves_quantity,
            quantity,
            limit_price,
            stop_price,
            ..
        } = self.0;
        let mut text = format!(
            "OpenOrder({} {} {leaves_quantity} of {quantity}",
            self.side(),
            self.r#type()
        );
        if limit_price.0 != 0 {
            text += &format!(" @ {limit_price}");
        }
        if stop_price.0 != 0 {
            text += &format!(" stop {stop_price}");
        }
        text + ")"
    }
}

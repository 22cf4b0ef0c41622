//! `Book`: one symbol's order book in this process, the matcher's own engine.

use cift_core::{
    AccountId, Action, Cancel, Command, Events, Expire, NewOrder, OrderId, OrderType, Price,
    PutInstrument, Qty, Refusal, Replace, SetAuction, SetHalt, SetQuote, SymbolId, SymbolName,
    Venue, VenueConfig,
};
use cift_risk::ids::parse_uuid;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::decimal::{to_decimal, to_nanos, to_nanos_or_none};
use crate::view::{Depth, OpenOrder, depth, open_orders};
use crate::{events, words};

pyo3::create_exception!(
    cift_core,
    Refused,
    PyValueError,
    "A command that the book did not carry out; nothing has changed. Has `reason`, `field` and `limit` (nanos or None)."
);

const SYMBOL: SymbolId = SymbolId(0);

type Value<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// One symbol's order book: price-time priority, every order type of the venue, its events.
#[pyclass]
pub struct Book {
    venue: Venue,
    events: Events,
    symbol: String,
    /// The last id that was given to an order without one.
    last_id: u128,
    time_ns: i64,
}

impl Book {
    fn apply<'py>(
        &mut self,
        py: Python<'py>,
        time_ns: Option<i64>,
        action: impl Into<Action>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.time_ns = time_ns.unwrap_or(self.time_ns);
        self.events.clear();
        let applied = self
            .venue
            .apply(&Command::at(self.time_ns, action), &mut self.events);
        applied.map_err(|refusal| refused(py, &refusal))?;
        events::to_list(py, &self.events)
    }

    fn next_id(&mut self) -> OrderId {
        self.last_id += 1;
        OrderId(self.last_id)
    }
}

fn refused(py: Python<'_>, refusal: &Refusal) -> PyErr {
    let error = Refused::new_err(refusal.to_string());
    let value = error.value(py);
    let _ = value.setattr("reason", refusal.reason.as_str());
    let _ = value.setattr("field", refusal.field.as_str());
    let _ = value.setattr("limit", refusal.limit);
    error
}

/// A UUID string, or a number for those who count.
fn read_id(field: &str, value: &Bound<'_, PyAny>) -> PyResult<u128> {
    if let Ok(text) = value.extract::<&str>() {
        return parse_uuid(text)
            .ok_or_else(|| PyValueError::new_err(format!("{field}: {text:?} is not a UUID")));
    }
    value.extract::<u128>().map_err(|_| {
        PyValueError::new_err(format!("{field}: {value} is neither a UUID nor a number"))
    })
}

#[pymethods]
impl Book {
    #[new]
    #[pyo3(signature = (symbol, tick, lot=None))]
    fn new(
        py: Python<'_>,
        symbol: &str,
        tick: &Bound<'_, PyAny>,
        lot: Value<'_, '_>,
    ) -> PyResult<Self> {
        let name: SymbolName = symbol
            .parse()
            .map_err(|error| PyValueError::new_err(format!("symbol: {error}")))?;
        let tick = Price(to_nanos("tick", tick)?);
        let lot = Qty(lot.map_or(Ok(cift_core::NANOS), |lot| to_nanos("lot", lot))?);
        let mut venue = Venue::new(VenueConfig::default());
        let mut events = Events::new();
        let put = Command::at(
            0,
            PutInstrument {
                symbol: SYMBOL,
                name,
                tick,
                lot,
            },
        );
        venue
            .apply(&put, &mut events)
            .map_err(|refusal| refused(py, &refusal))?;
        Ok(Book {
            venue,
            events,
            symbol: symbol.to_owned(),
            last_id: 0,
            time_ns: 0,
        })
    }

    #[pyo3(signature = (side, quantity, price=None, *, r#type=None, time_in_force="gtc", order_id=None,
        account_id=None, stop_price=None, trail_price=None, trail_percent_bp=0, display_quantity=None,
        minimum_quantity=None, post_only=None, self_trade="allow", expires_at_ns=0, time_ns=None))]
    #[allow(clippy::too_many_arguments)]
    fn submit<'py>(
        &mut self,
        py: Python<'py>,
        side: &str,
        quantity: &Bound<'py, PyAny>,
        price: Value<'_, 'py>,
        r#type: Option<&str>,
        time_in_force: &str,
        order_id: Value<'_, 'py>,
        account_id: Value<'_, 'py>,
        stop_price: Value<'_, 'py>,
        trail_price: Value<'_, 'py>,
        trail_percent_bp: u32,
        display_quantity: Value<'_, 'py>,
        minimum_quantity: Value<'_, 'py>,
        post_only: Option<&str>,
        self_trade: &str,
        expires_at_ns: i64,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let order_type = match r#type {
            Some(word) => words::read_order_type(word)?,
            None if price.is_some() && stop_price.is_some() => OrderType::StopLimit,
            None if price.is_some() => OrderType::Limit,
            None if stop_price.is_some() => OrderType::Stop,
            None if trail_price.is_some() || trail_percent_bp != 0 => OrderType::TrailingStop,
            None => OrderType::Market,
        };
        let order_id = match order_id {
            Some(id) => OrderId(read_id("order_id", id)?),
            None => self.next_id(),
        };
        let order = NewOrder {
            order_id,
            account_id: AccountId(account_id.map_or(Ok(1), |id| read_id("account_id", id))?),
            symbol: SYMBOL,
            side: words::read_side(side)?,
            order_type,
            time_in_force: words::read_time_in_force(time_in_force)?,
            self_trade: words::read_self_trade(self_trade)?,
            post_only: words::read_post_only(post_only)?,
            trail_percent_bp,
            quantity: Qty(to_nanos("quantity", quantity)?),
            limit_price: Price(to_nanos_or_none("price", price)?),
            stop_price: Price(to_nanos_or_none("stop_price", stop_price)?),
            trail_price: Price(to_nanos_or_none("trail_price", trail_price)?),
            display_quantity: Qty(to_nanos_or_none("display_quantity", display_quantity)?),
            minimum_quantity: Qty(to_nanos_or_none("minimum_quantity", minimum_quantity)?),
            expires_at_ns,
        };
        self.apply(py, time_ns, order)
    }

    #[pyo3(signature = (order_id, *, time_ns=None))]
    fn cancel<'py>(
        &mut self,
        py: Python<'py>,
        order_id: &Bound<'py, PyAny>,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let order_id = OrderId(read_id("order_id", order_id)?);
        self.apply(py, time_ns, Cancel { order_id })
    }

    #[pyo3(signature = (order_id, *, quantity=None, price=None, stop_price=None, trail_price=None,
        trail_percent_bp=0, time_in_force=None, expires_at_ns=0, new_order_id=None, time_ns=None))]
    #[allow(clippy::too_many_arguments)]
    fn replace<'py>(
        &mut self,
        py: Python<'py>,
        order_id: &Bound<'py, PyAny>,
        quantity: Value<'_, 'py>,
        price: Value<'_, 'py>,
        stop_price: Value<'_, 'py>,
        trail_price: Value<'_, 'py>,
        trail_percent_bp: u32,
        time_in_force: Option<&str>,
        expires_at_ns: i64,
        new_order_id: Value<'_, 'py>,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let replace = Replace {
            order_id: OrderId(read_id("order_id", order_id)?),
            new_order_id: match new_order_id {
                Some(id) => OrderId(read_id("new_order_id", id)?),
                None => self.next_id(),
            },
            quantity: Qty(to_nanos_or_none("quantity", quantity)?),
            limit_price: Price(to_nanos_or_none("price", price)?),
            stop_price: Price(to_nanos_or_none("stop_price", stop_price)?),
            trail_price: Price(to_nanos_or_none("trail_price", trail_price)?),
            trail_percent_bp,
            time_in_force: time_in_force.map(words::read_time_in_force).transpose()?,
            expires_at_ns,
        };
        self.apply(py, time_ns, replace)
    }

    #[pyo3(signature = (bid_price=None, bid_quantity=None, ask_price=None, ask_quantity=None, *, time_ns=None))]
    fn quote<'py>(
        &mut self,
        py: Python<'py>,
        bid_price: Value<'_, 'py>,
        bid_quantity: Value<'_, 'py>,
        ask_price: Value<'_, 'py>,
        ask_quantity: Value<'_, 'py>,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let quote = SetQuote {
            symbol: SYMBOL,
            bid_price: Price(to_nanos_or_none("bid_price", bid_price)?),
            bid_quantity: Qty(to_nanos_or_none("bid_quantity", bid_quantity)?),
            ask_price: Price(to_nanos_or_none("ask_price", ask_price)?),
            ask_quantity: Qty(to_nanos_or_none("ask_quantity", ask_quantity)?),
        };
        self.apply(py, time_ns, quote)
    }

    #[pyo3(signature = (halted=true, *, time_ns=None))]
    fn halt<'py>(
        &mut self,
        py: Python<'py>,
        halted: bool,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.apply(
            py,
            time_ns,
            SetHalt {
                symbol: Some(SYMBOL),
                halted,
            },
        )
    }

    #[pyo3(signature = (open, *, kind="any", reference_price=None, time_ns=None))]
    fn auction<'py>(
        &mut self,
        py: Python<'py>,
        open: bool,
        kind: &str,
        reference_price: Value<'_, 'py>,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        let reference_price = Price(to_nanos_or_none("reference_price", reference_price)?);
        let kind = words::read_auction(kind)?;
        self.apply(
            py,
            time_ns,
            SetAuction {
                symbol: SYMBOL,
                open,
                kind,
                reference_price,
            },
        )
    }

    #[pyo3(signature = (*, session_close=false, time_ns=None))]
    fn expire<'py>(
        &mut self,
        py: Python<'py>,
        session_close: bool,
        time_ns: Option<i64>,
    ) -> PyResult<Bound<'py, PyList>> {
        self.apply(py, time_ns, Expire { session_close })
    }

    #[pyo3(signature = (levels=10))]
    fn depth(&self, levels: usize) -> Depth {
        depth(&self.venue, SYMBOL, levels)
    }

    fn orders(&self) -> Vec<OpenOrder> {
        open_orders(&self.venue, SYMBOL)
    }

    #[getter]
    fn symbol(&self) -> &str {
        &self.symbol
    }

    #[getter]
    fn phase(&self) -> &'static str {
        self.venue.phase(SYMBOL).map_or("", words::phase)
    }

    #[getter]
    fn last_trade_price<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let price = self.venue.last_trade(SYMBOL).filter(|price| price.0 != 0);
        price.map(|price| to_decimal(py, price.0)).transpose()
    }

    fn state_hash(&self) -> String {
        self.venue.state_hash().to_string()
    }

    fn __len__(&self) -> usize {
        self.venue.open_orders()
    }

    fn __repr__(&self) -> String {
        format!(
            "Book({}, {} open orders)",
            self.symbol,
            self.venue.open_orders()
        )
    }
}

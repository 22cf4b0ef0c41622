//! `RiskEngine`, and what it answers.

use std::time::Instant;

use cift_risk::fees::Fees;
use cift_risk::money::format_nanos;

use cift_risk::{Accepted, OrderRequest, Prices, Refusal};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::arguments::{engine_error, id, kind};

/// Checks every order of this process against every rule and holds what it reserves.
#[pyclass]
pub struct RiskEngine {
    engine: cift_risk::RiskEngine,
}

/// The answer to a check: passed, or which rule refused and why.
#[pyclass(frozen, get_all)]
pub struct Decision {
    accepted: bool,
    reason: &'static str,
    field: &'static str,
    limit: String,
    message: String,
    checks: u32,
    duration_ns: u64,
    policy_version: u64,
    unavailable: bool,
    protection_price: i64,
}

/// How far one limit is used before and after an order.
#[pyclass(frozen, get_all)]
#[derive(Clone)]
pub struct Usage {
    rule: &'static str,
    unit: &'static str,
    before: i128,
    after: i128,
    limit: Option<i128>,
}

/// A decision that reserved nothing, with the use of each limit.
#[pyclass(frozen, get_all)]
pub struct Preview {
    decision: Py<Decision>,
    usages: Py<PyList>,
}

/// What an order says of itself; ids are account and order, codes side and type, prices limit, stop and trail.
fn order_request<'a>(
    [account_id, order_id]: [&str; 2],
    symbol: &'a str,
    [side, r#type]: [u8; 2],
    [limit, stop, trail]: [i64; 3],
    trail_bp: u32,
) -> PyResult<OrderRequest<'a>> {
    Ok(OrderRequest {
        account_id: id("account_id", account_id)?,
        order_id: id("order_id", order_id)?,
        symbol,
        side: crate::arguments::side(side)?,
        kind: kind(r#type)?,
        prices: Prices {
            limit,
            stop,
            trail,
            trail_bp,
        },
        quantity_nanos: 0,
        now_ns: 0,
        closing: false,
    })
}

impl RiskEngine {
    fn decision(
        &self,
        outcome: Result<Accepted, Refusal>,
        symbol: &str,
        started: Instant,
    ) -> Decision {
        let duration_ns = started.elapsed().as_nanos() as u64;
        match outcome {
            Ok(accepted) => Decision {
                accepted: true,
                reason: "",
                field: "",
                limit: String::new(),
                message: String::new(),
                checks: accepted.rules_asked,
                duration_ns,
                policy_version: accepted.policy_version,
                unavailable: false,
                protection_price: accepted.protection_price,
            },
            Err(refusal) => Decision {
                accepted: false,
                reason: refusal.reason.code(),
                field: refusal.field,
                limit: refusal.limit_text(),
                message: self.engine.message(&refusal, symbol),
                checks: refusal.rules_asked(),
                duration_ns,
                policy_version: self.engine.policy_version(),
                unavailable: refusal.is_unavailable(),
                protection_price: 0,
            },
        }
    }
}

#[pymethods]
impl RiskEngine {
    #[new]
    #[pyo3(signature = (mark_tolerance_bp=0))]
    fn new(mark_tolerance_bp: u32) -> Self {
        let mut engine = cift_risk::RiskEngine::new();
        engine.set_mark_tolerance_bp(mark_tolerance_bp);
        RiskEngine { engine }
    }

    fn set_fees(
        &mut self,
        per_order_nanos: i64,
        per_unit_nanos: i64,
        rate_nano_bp: i64,
    ) -> PyResult<()> {
        self.engine
            .set_fees(Fees {
                per_order_nanos,
                per_unit_nanos,
                rate_nano_bp,
            })
            .map_err(engine_error)
    }

    fn put_instrument(
        &mut self,
        symbol: &str,
        tick_size_nanos: i64,
        lot_size_nanos: i64,
    ) -> PyResult<()> {
        self.engine
            .put_instrument(symbol, tick_size_nanos, lot_size_nanos)
            .map_err(engine_error)
    }

    #[pyo3(signature = (account_id, cash_nanos, multiplier=1, shorting_enabled=false))]
    fn put_account(
        &mut self,
        account_id: &str,
        cash_nanos: i128,
        multiplier: u32,
        shorting_enabled: bool,
    ) -> PyResult<()> {
        let account = id("account_id", account_id)?;
        self.engine
            .put_account(account, cash_nanos, multiplier, shorting_enabled)
            .map_err(engine_error)
    }

    fn set_position(
        &mut self,
        account_id: &str,
        symbol: &str,
        quantity_nanos: i64,
        cost_basis_nanos: i128,
    ) -> PyResult<()> {
        let account = id("account_id", account_id)?;
        self.engine
            .set_position(account, symbol, quantity_nanos, cost_basis_nanos)
            .map_err(engine_error)
    }

    fn set_policy(&mut self, policy: &Bound<'_, PyDict>) -> PyResult<()> {
        let policy = crate::policy::from_dict(policy)?;
        self.engine
            .set_policy(&policy)
            .map_err(|error| PyValueError::new_err(format!("{} {}", error.field, error.message)))
    }

    fn set_lease(&mut self, expires_at_ns: i64) {
        self.engine.set_lease(expires_at_ns);
    }

    fn update_price(
        &mut self,
        symbol: &str,
        bid_nanos: i64,
        ask_nanos: i64,
        last_nanos: i64,
        time_ns: i64,
    ) -> PyResult<()> {
        self.engine
            .update_price(symbol, bid_nanos, ask_nanos, last_nanos, time_ns)
            .map_err(engine_error)
    }

    #[pyo3(signature = (account_id, order_id, symbol, side, r#type, quantity_nanos, limit_price_nanos,
        stop_price_nanos, trail_price_nanos, trail_percent_bp, now_ns, closing=false))]
    #[allow(clippy::too_many_arguments)]
    fn check(
        &mut self,
        account_id: &str,
        order_id: &str,
        symbol: &str,
        side: u8,
        r#type: u8,
        quantity_nanos: i64,
        limit_price_nanos: i64,
        stop_price_nanos: i64,
        trail_price_nanos: i64,
        trail_percent_bp: u32,
        now_ns: i64,
        closing: bool,
    ) -> PyResult<Decision> {
        let prices = [limit_price_nanos, stop_price_nanos, trail_price_nanos];
        let request = OrderRequest {
            quantity_nanos,
            now_ns,
            closing,
            ..order_request(
                [account_id, order_id],
                symbol,
                [side, r#type],
                prices,
                trail_percent_bp,
            )?
        };
        let started = Instant::now();
        let outcome = self.engine.check(&request);
        Ok(self.decision(outcome, symbol, started))
    }

    #[pyo3(signature = (account_id, order_id, symbol, side, r#type, quantity_nanos, limit_price_nanos,
        stop_price_nanos, trail_price_nanos, trail_percent_bp, now_ns, closing=false))]
    #[allow(clippy::too_many_arguments)]
    fn preview(
        &mut self,
        py: Python<'_>,
        account_id: &str,
        order_id: &str,
        symbol: &str,
        side: u8,
        r#type: u8,
        quantity_nanos: i64,
        limit_price_nanos: i64,
        stop_price_nanos: i64,
        trail_price_nanos: i64,
        trail_percent_bp: u32,
        now_ns: i64,
        closing: bool,
    ) -> PyResult<Preview> {
        let prices = [limit_price_nanos, stop_price_nanos, trail_price_nanos];
        let request = OrderRequest {
            quantity_nanos,
            now_ns,
            closing,
            ..order_request(
                [account_id, order_id],
                symbol,
                [side, r#type],
                prices,
                trail_percent_bp,
            )?
        };
        let started = Instant::now();
        let preview = self.engine.preview(&request);
        let usages = preview.usages.iter().map(|usage| Usage {
            rule: usage.rule.code(),
            unit: usage.unit.name(),
            before: usage.before,
            after: usage.after,
            limit: usage.limit,
        });
        let usages = PyList::new(py, usages.collect::<Vec<_>>())?.unbind();
        Ok(Preview {
            decision: Py::new(py, self.decision(preview.outcome, symbol, started))?,
            usages,
        })
    }

    #[pyo3(signature = (original_order_id, new_order_id, quantity_nanos, limit_price_nanos, stop_price_nanos,
        trail_price_nanos, trail_percent_bp, now_ns, closing=false))]
    #[allow(clippy::too_many_arguments)]
    fn check_replace(
        &mut self,
        original_order_id: &str,
        new_order_id: &str,
        quantity_nanos: i64,
        limit_price_nanos: i64,
        stop_price_nanos: i64,
        trail_price_nanos: i64,
        trail_percent_bp: u32,
        now_ns: i64,
        closing: bool,
    ) -> PyResult<Decision> {
        let prices = Prices {
            limit: limit_price_nanos,
            stop: stop_price_nanos,
            trail: trail_price_nanos,
            trail_bp: trail_percent_bp,
        };
        let original = id("original_order_id", original_order_id)?;
        let new = id("new_order_id", new_order_id)?;
        let started = Instant::now();
        let outcome =
            self.engine
                .check_replace(original, new, quantity_nanos, &prices, now_ns, closing);
        let symbol = self
            .engine
            .symbol_of(original)
            .unwrap_or_default()
            .to_owned();
        Ok(self.decision(outcome, &symbol, started))
    }

    fn confirm_replace(&mut self, original_order_id: &str, new_order_id: &str) -> PyResult<()> {
        let (original, new) = (
            id("original_order_id", original_order_id)?,
            id("new_order_id", new_order_id)?,
        );
        self.engine
            .confirm_replace(original, new)
            .map_err(engine_error)
    }

    fn reject_replace(&mut self, original_order_id: &str, new_order_id: &str) -> PyResult<()> {
        let (original, new) = (
            id("original_order_id", original_order_id)?,
            id("new_order_id", new_order_id)?,
        );
        self.engine
            .reject_replace(original, new)
            .map_err(engine_error)
    }

    #[pyo3(signature = (account_id, order_id, symbol, side, r#type, open_quantity_nanos, limit_price_nanos,
        stop_price_nanos, trail_price_nanos=0, trail_percent_bp=0, protection_price_nanos=0, filled=false))]
    #[allow(clippy::too_many_arguments)]
    fn restore_order(
        &mut self,
        account_id: &str,
        order_id: &str,
        symbol: &str,
        side: u8,
        r#type: u8,
        open_quantity_nanos: i64,
        limit_price_nanos: i64,
        stop_price_nanos: i64,
        trail_price_nanos: i64,
        trail_percent_bp: u32,
        protection_price_nanos: i64,
        filled: bool,
    ) -> PyResult<()> {
        let prices = Prices {
            limit: limit_price_nanos,
            stop: stop_price_nanos,
            trail: trail_price_nanos,
            trail_bp: trail_percent_bp,
        };
        let (account, order) = (id("account_id", account_id)?, id("order_id", order_id)?);
        let (side, kind) = (crate::arguments::side(side)?, kind(r#type)?);
        self.engine
            .restore_order(
                account,
                order,
                symbol,
                side,
                kind,
                open_quantity_nanos,
                prices,
                protection_price_nanos,
                filled,
            )
            .map_err(engine_error)
    }

    #[pyo3(signature = (original_order_id, new_order_id, quantity_nanos, limit_price_nanos, stop_price_nanos,
        trail_price_nanos=0, trail_percent_bp=0, protection_price_nanos=0))]
    #[allow(clippy::too_many_arguments)]
    fn restore_replace(
        &mut self,
        original_order_id: &str,
        new_order_id: &str,
        quantity_nanos: i64,
        limit_price_nanos: i64,
        stop_price_nanos: i64,
        trail_price_nanos: i64,
        trail_percent_bp: u32,
        protection_price_nanos: i64,
    ) -> PyResult<()> {
        let prices = Prices {
            limit: limit_price_nanos,
            stop: stop_price_nanos,
            trail: trail_price_nanos,
            trail_bp: trail_percent_bp,
        };
        let (original, new) = (
            id("original_order_id", original_order_id)?,
            id("new_order_id", new_order_id)?,
        );
        self.engine
            .restore_replace(
                original,
                new,
                quantity_nanos,
                &prices,
                protection_price_nanos,
            )
            .map_err(engine_error)
    }

    #[pyo3(signature = (order_id, quantity_nanos, price_nanos, commission_nanos=0))]
    fn on_fill(
        &mut self,
        order_id: &str,
        quantity_nanos: i64,
        price_nanos: i64,
        commission_nanos: i64,
    ) -> PyResult<()> {
        self.engine
            .on_fill(
                id("order_id", order_id)?,
                quantity_nanos,
                price_nanos,
                commission_nanos,
            )
            .map_err(engine_error)
    }

    fn release(&mut self, order_id: &str) -> PyResult<bool> {
        Ok(self.engine.release(id("order_id", order_id)?))
    }

    fn exposure<'py>(&self, py: Python<'py>, account_id: &str) -> PyResult<Bound<'py, PyDict>> {
        let seen = self
            .engine
            .exposure(id("account_id", account_id)?)
            .map_err(engine_error)?;
        let positions = PyDict::new(py);
        for position in &seen.positions {
            let entry = PyDict::new(py);
            entry.set_item("quantity", position.quantity)?;
            entry.set_item("cost_basis", position.cost_basis)?;
            entry.set_item("mark_price", position.mark_price)?;
            entry.set_item("market_value", position.market_value)?;
            entry.set_item("open_buy", position.open_buy)?;
            entry.set_item("open_sell", position.open_sell)?;
            positions.set_item(&position.symbol, entry)?;
        }
        let dict = PyDict::new(py);
        for (key, value) in [
            ("cash", seen.cash),
            ("reserved", seen.reserved),
            ("buying_power", seen.buying_power),
            ("equity", seen.equity),
            ("gross", seen.gross),
            ("net", seen.net),
            ("gross_worst", seen.gross_worst),
            ("open_buy", seen.open_buy),
            ("open_sell", seen.open_sell),
            ("day_start_equity", seen.day_start_equity),
            ("daily_pnl", seen.daily_pnl),
        ] {
            dict.set_item(key, value)?;
        }
        dict.set_item("day_started_at_ns", seen.day_started_at_ns)?;
        dict.set_item("open_orders", seen.open_orders)?;
        dict.set_item("multiplier", seen.multiplier)?;
        dict.set_item("shorting_enabled", seen.shorting_enabled)?;
        dict.set_item("positions", positions)?;
        Ok(dict)
    }

    #[pyo3(signature = (account_id, now_ns, equity_nanos=None))]
    fn start_day(
        &mut self,
        account_id: Option<&str>,
        now_ns: i64,
        equity_nanos: Option<i128>,
    ) -> PyResult<()> {
        let account = account_id
            .map(|account| id("account_id", account))
            .transpose()?;
        self.engine
            .start_day(account, now_ns, equity_nanos)
            .map_err(engine_error)
    }

    fn state_hash(&self) -> u64 {
        self.engine.state_hash()
    }
}

#[pymethods]
impl Decision {
    fn __bool__(&self) -> bool {
        self.accepted
    }

    fn __repr__(&self) -> String {
        if self.accepted {
            format!(
                "Decision(accepted, {} rules in {} ns)",
                self.checks, self.duration_ns
            )
        } else {
            format!("Decision({}: {})", self.reason, self.message)
        }
    }
}

#[pymethods]
impl Usage {
    fn __repr__(&self) -> String {
        let text = |value| {
            if self.unit == "count" {
                i128::to_string(&value)
            } else {
                format_nanos(value, 0)
            }
        };
        let limit = self.limit.map_or("none".to_owned(), text);
        format!(
            "Usage({} {} → {} of {limit})",
            self.rule,
            text(self.before),
            text(self.after)
        )
    }
}

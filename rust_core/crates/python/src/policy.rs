//! `cift.risk.v1.Policy` from a dict. Amounts are decimal strings; integers may come as strings too, as
//! protobuf's JSON mapping writes int64. A key that is not known is an error, never passed over.

use cift_risk::ids::parse_uuid;
use cift_risk::limits::Limits;
use cift_risk::money::parse_nanos;
use cift_risk::policy::{Halt, HaltScope, LimitOverride, Policy, Restriction};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

pub fn from_dict(dict: &Bound<'_, PyDict>) -> PyResult<Policy> {
    let mut policy = Policy::default();
    for (key, value) in fields(dict, "policy")? {
        match key.as_str() {
            "version" => policy.version = integer(&key, &value)?,
            "defaults" => policy.defaults = limits(&key, &value)?,
            "overrides" => policy.overrides = each(&key, &value, limit_override)?,
            "restrictions" => policy.restrictions = each(&key, &value, restriction)?,
            "halts" => policy.halts = each(&key, &value, halt)?,
            _ => return Err(unknown(&key)),
        }
    }
    Ok(policy)
}

fn limits(path: &str, value: &Bound<'_, PyAny>) -> PyResult<Limits> {
    let mut limits = Limits::default();
    for (name, value) in fields(dict(path, value)?, path)? {
        let key = format!("{path}.{name}");
        match name.as_str() {
            "max_order_quantity_nanos" => limits.max_order_quantity_nanos = integer(&key, &value)?,
            "max_order_notional" => limits.max_order_notional_nanos = amount(&key, &value)?,
            "price_collar_bp" => limits.price_collar_bp = integer(&key, &value)?,
            "market_protection_bp" => limits.market_protection_bp = integer(&key, &value)?,
            "max_position_quantity_nanos" => {
                limits.max_position_quantity_nanos = integer(&key, &value)?
            }
            "max_position_notional" => limits.max_position_notional_nanos = amount(&key, &value)?,
            "max_gross_exposure" => limits.max_gross_exposure_nanos = amount(&key, &value)?,
            "max_net_exposure" => limits.max_net_exposure_nanos = amount(&key, &value)?,
            "max_open_orders" => limits.max_open_orders = integer(&key, &value)?,
            "max_order_rate_per_second" => {
                limits.max_order_rate_per_second = integer(&key, &value)?
            }
            "order_rate_burst" => limits.order_rate_burst = integer(&key, &value)?,
            "max_daily_loss" => limits.max_daily_loss_nanos = amount(&key, &value)?,
            "duplicate_window_ms" => limits.duplicate_window_ms = integer(&key, &value)?,
            "max_price_age_ms" => limits.max_price_age_ms = integer(&key, &value)?,
            _ => return Err(unknown(&key)),
        }
    }
    Ok(limits)
}

fn limit_override(path: &str, value: &Bound<'_, PyAny>) -> PyResult<LimitOverride> {
    let mut rule = LimitOverride::default();
    for (name, value) in fields(dict(path, value)?, path)? {
        let key = format!("{path}.{name}");
        match name.as_str() {
            "account_id" => rule.account = account(&key, &value)?,
            "symbol" => rule.symbol = Some(text(&key, &value)?).filter(|symbol| !symbol.is_empty()),
            "limits" => rule.limits = limits(&key, &value)?,
            _ => return Err(unknown(&key)),
        }
    }
    Ok(rule)
}

fn restriction(path: &str, value: &Bound<'_, PyAny>) -> PyResult<Restriction> {
    let mut rule = Restriction {
        symbol: String::new(),
        account: None,
        reason: String::new(),
        close_only: false,
    };
    for (name, value) in fields(dict(path, value)?, path)? {
        let key = format!("{path}.{name}");
        match name.as_str() {
            "symbol" => rule.symbol = text(&key, &value)?,
            "account_id" => rule.account = account(&key, &value)?,
            "reason" => rule.reason = text(&key, &value)?,
            "close_only" => rule.close_only = value.extract()?,
            _ => return Err(unknown(&key)),
        }
    }
    Ok(rule)
}

fn halt(path: &str, value: &Bound<'_, PyAny>) -> PyResult<Halt> {
    let (mut scope, mut target, mut reason) = (String::new(), String::new(), String::new());
    for (name, value) in fields(dict(path, value)?, path)? {
        let key = format!("{path}.{name}");
        match name.as_str() {
            "scope" => scope = value.str()?.to_str()?.to_owned(),
            "key" => target = text(&key, &value)?,
            "reason" => reason = text(&key, &value)?,
            "actor" | "since_ns" => {}
            _ => return Err(unknown(&key)),
        }
    }
    let scope = match scope.as_str() {
        "1" | "SCOPE_PLATFORM" => HaltScope::Platform,
        "2" | "SCOPE_ACCOUNT" => HaltScope::Account(parse_uuid(&target).ok_or_else(|| {
            PyValueError::new_err(format!("{path}.key: {target:?} is not a UUID"))
        })?),
        "3" | "SCOPE_SYMBOL" if !target.is_empty() => HaltScope::Symbol(target),
        "3" | "SCOPE_SYMBOL" => {
            return Err(PyValueError::new_err(format!("{path}.key is missing")));
        }
        other => {
            return Err(PyValueError::new_err(format!(
                "{path}.scope: {other:?} is not a scope"
            )));
        }
    };
    Ok(Halt { scope, reason })
}

fn each<T>(
    path: &str,
    value: &Bound<'_, PyAny>,
    read: fn(&str, &Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let list = value
        .cast::<PyList>()
        .map_err(|_| PyValueError::new_err(format!("{path} is not a list")))?;
    list.iter()
        .enumerate()
        .map(|(at, item)| read(&format!("{path}[{at}]"), &item))
        .collect()
}

fn fields<'py>(
    dict: &Bound<'py, PyDict>,
    path: &str,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    dict.iter()
        .map(|(key, value)| Ok((text(path, &key)?, value)))
        .collect()
}

fn dict<'a, 'py>(path: &str, value: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyDict>> {
    value
        .cast::<PyDict>()
        .map_err(|_| PyValueError::new_err(format!("{path} is not a dict")))
}

fn text(path: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    value
        .extract()
        .map_err(|_| PyValueError::new_err(format!("{path} is not a string")))
}

fn account(path: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<u128>> {
    let text = text(path, value)?;
    if text.is_empty() {
        return Ok(None);
    }
    parse_uuid(&text)
        .map(Some)
        .ok_or_else(|| PyValueError::new_err(format!("{path}: {text:?} is not a UUID")))
}

fn integer<T: std::str::FromStr>(path: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    value.str()?.to_str()?.parse().map_err(|_| {
        PyValueError::new_err(format!("{path}: {value} is not a whole number in range"))
    })
}

fn amount(path: &str, value: &Bound<'_, PyAny>) -> PyResult<i128> {
    let text = value
        .cast::<PyString>()
        .map_err(|_| PyValueError::new_err(format!("{path} is not a decimal string")))?;
    match text.to_str()? {
        "" => Ok(0),
        text => parse_nanos(text)
            .ok_or_else(|| PyValueError::new_err(format!("{path}: {text:?} is not a decimal"))),
    }
}

fn unknown(key: &str) -> PyErr {
    PyValueError::new_err(format!("{key} is not a field of the policy"))
}

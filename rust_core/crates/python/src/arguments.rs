//! What several calls need: ids, sides and types from Python, errors to Python.

use cift_risk::engine::EngineError;
use cift_risk::ids::{format_uuid, parse_uuid};
use cift_risk::{OrderKind, Side};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;

pub fn id(field: &str, text: &str) -> PyResult<u128> {
    parse_uuid(text)
        .ok_or_else(|| PyValueError::new_err(format!("{field}: {text:?} is not a UUID")))
}

pub fn side(number: u8) -> PyResult<Side> {
    Side::try_from(number).map_err(|()| {
        PyValueError::new_err(format!("side: {number} is neither 1 (buy) nor 2 (sell)"))
    })
}

pub fn kind(number: u8) -> PyResult<OrderKind> {
    OrderKind::try_from(number)
        .map_err(|()| PyValueError::new_err(format!("type: {number} is no order type (1 to 5)")))
}

/// Unknown things are `KeyError`, unusable values `ValueError`; both name the field.
pub fn engine_error(error: EngineError) -> PyErr {
    match error {
        EngineError::UnknownAccount(id) => {
            PyKeyError::new_err(format!("account_id: {} is not known", format_uuid(id)))
        }
        EngineError::UnknownSymbol(symbol) => {
            PyKeyError::new_err(format!("symbol: {symbol} is not known"))
        }
        EngineError::UnknownOrder(id) => {
            PyKeyError::new_err(format!("order_id: {} is not open", format_uuid(id)))
        }
        EngineError::OrderExists(id) => {
            PyValueError::new_err(format!("order_id: {} is open already", format_uuid(id)))
        }
        EngineError::Invalid(field, problem) => PyValueError::new_err(format!("{field} {problem}")),
    }
}

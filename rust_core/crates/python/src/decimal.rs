//! `decimal.Decimal` and what may stand for it, to and from nanos. Never a float.

use cift_risk::money::{format_nanos, parse_nanos};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyString, PyType};

static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

fn decimal_type(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    DECIMAL.import(py, "decimal", "Decimal")
}

pub fn to_decimal(py: Python<'_>, nanos: i64) -> PyResult<Bound<'_, PyAny>> {
    decimal_type(py)?.call1((format_nanos(nanos.into(), 0),))
}

/// Nanos of a `Decimal`, an `int` or a decimal string.
pub fn to_nanos(field: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    let text = if value.is_instance_of::<PyString>() || value.is_instance_of::<PyInt>() {
        value.str()?
    } else if value.is_instance(decimal_type(value.py())?)? {
        value.call_method1("__format__", ("f",))?.str()?
    } else {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "{field}: give a str, an int or a Decimal, not a {kind}"
        )));
    };
    let text = text.to_str()?;
    parse_nanos(text)
        .and_then(|nanos| i64::try_from(nanos).ok())
        .ok_or_else(|| {
            PyValueError::new_err(format!(
                "{field}: {text:?} is not a decimal with up to nine places in range"
            ))
        })
}

/// The same, with 0 for `None`.
pub fn to_nanos_or_none(field: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<i64> {
    value.map_or(Ok(0), |value| to_nanos(field, value))
}

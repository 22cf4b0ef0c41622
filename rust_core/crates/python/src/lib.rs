//! The Python extension `cift_core._native`: arguments in, the core's answers out, nothing else.
//!
//! The GIL is kept during calls: each is shorter than releasing and taking it again would cost.

mod arguments;
mod policy;
mod risk;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::risk::{Decision, Preview, RiskEngine, Usage};
}

//! The Python extension `cift_core._native`: arguments in, the core's answers out, nothing else.
//!
//! The GIL is kept during calls that take less than giving it up and taking it again would; `replay`
//! releases it.

mod arguments;
mod book;
mod decimal;
mod events;
mod policy;
mod replay;
mod risk;
mod view;
mod words;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::book::{Book, Refused};
    #[pymodule_export]
    use crate::events::{
        LevelChange, OrderChange, PhaseChange, QuoteChange, Report, Trade, Trigger,
    };
    #[pymodule_export]
    use crate::replay::{Replay, replay};
    #[pymodule_export]
    use crate::risk::{Decision, Preview, RiskEngine, Usage};
    #[pymodule_export]
    use crate::view::{Depth, DepthLevel, OpenOrder};
}

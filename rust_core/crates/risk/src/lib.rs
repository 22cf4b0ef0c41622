//! Pre-trade risk for all accounts of one trading process: every order is checked against every rule
//! and its cash and exposure are reserved in the same pass.
//!
//! Pure: no I/O, no clock, no randomness; times come in as nanoseconds. The same calls give the same
//! answers and the same [`RiskEngine::state_hash`] on every build. After warm-up a check allocates nothing.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`engine`] | the state and the calls that maintain it |
//! | `check` | the rules, in order; reserve, preview and replace |
//! | [`policy`], [`limits`] | what the risk service leases to us |
//! | [`refusal`] | one reason code per rule, and its text |
//! | `account`, `instrument`, `cell`, `order`, `recent` | the flat state |
//! | `slot_index` | id → slot, one cache line a look-up |
//! | [`money`] | units and decimal text |
//!
//! Units: prices and quantities are `i64` nanos (1 = 10⁹). Money inside is `i128` *attos* (10⁻¹⁸), the
//! exact product of the two, so nothing is ever divided or rounded on the way; money at the edge is
//! `i128` nanos.
#![forbid(unsafe_code)]

mod account;
mod cell;
mod check;
pub mod engine;
mod exposure;
pub mod ids;
mod instrument;
pub mod limits;
pub mod money;
mod order;
pub mod policy;
mod recent;
pub mod refusal;
mod slot_index;
mod state_hash;

pub use check::{Accepted, Preview, Unit, Usage};
pub use engine::{EngineError, RiskEngine};
pub use exposure::{AccountExposure, PositionExposure};
pub use order::{OrderKind, OrderRequest, Prices, Side};
pub use refusal::{Reason, Refusal};

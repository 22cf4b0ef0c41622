//! Pre-trade risk for all accounts of one trading process: every order is checked against every rule
//! and its cash and exposure are reserved in the same pass.
//!
//! Pure: no I/O, no clock, no randomness; times come in as nanoseconds. The same calls give the same
//! answers and the same [`RiskEngine::state_hash`] on every build. After warm-up a check allocates nothing.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`engine`], `lifecycle`, `lookup` | the state, and the calls that keep it true |
//! | `check`, `rules`, `pricing`, `usage` | check, preview and replace; the rules in order |
//! | [`policy`], [`limits`] | what the risk service leases to us |
//! | [`refusal`] | one reason code per rule, and its text |
//! | `account`, `instrument`, `cell`, `order`, `recent` and their tables | the flat state |
//! | `slot_index` | id → slot, one cache line a look-up |
//! | [`money`] | units and decimal text |
//! | [`fees`] | what a reservation holds back for commissions |
//!
//! Units: prices and quantities are `i64` nanos (1 = 10⁹). Money inside is `i128` *attos* (10⁻¹⁸), the
//! exact product of the two, so nothing is ever divided or rounded on the way; money at the edge is
//! `i128` nanos.
#![forbid(unsafe_code)]

mod account;
mod cell;
mod cell_table;
mod check;
pub mod engine;
mod exposure;
pub mod fees;
mod grid;
pub mod ids;
mod instrument;
mod lifecycle;
pub mod limits;
mod lookup;
pub mod money;
mod open_orders;
mod order;
pub mod policy;
mod pricing;
mod recent;
pub mod refusal;
mod rules;
mod slot_index;
mod state_hash;
mod symbol;
mod usage;

pub use check::{Accepted, Preview};
pub use engine::{EngineError, RiskEngine};
pub use exposure::{AccountExposure, PositionExposure};
pub use order::{OrderKind, OrderRequest, Prices, Side};
pub use refusal::{Reason, Refusal};
pub use usage::{Unit, Usage};

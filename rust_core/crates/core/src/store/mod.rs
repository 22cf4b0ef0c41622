//! Where orders are kept: slots in one slab, levels in another, linked by index; ids in a hash map.
//!
//! Slabs reuse what is free, last freed first, so that a busy venue stays in the same few cache lines and allocates
//! nothing once it has been as full as it gets.

mod hashed;
mod id_map;
mod ladder;
mod levels;
mod orders;
mod prefetch;

pub(crate) use id_map::{Entry, IdMap, Seat};
pub(crate) use ladder::Ladder;
pub(crate) use levels::{LevelKind, Levels, Node};
pub(crate) use orders::{Extra, Order, Orders};

/// No slot, no level.
pub(crate) const NONE: u32 = u32::MAX;

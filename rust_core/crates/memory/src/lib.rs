//! What the pure crates need of the machine, and all their unsafe code: tables that lie on huge pages, and the
//! processor's hint that memory will be needed soon. Neither changes what is computed.
//!
//! A table of a gigabyte in pages of 4 KiB costs a walk through the page tables at nearly every look-up; in pages of
//! 2 MiB it costs none.
#![deny(unsafe_code)]

mod list;
mod prefetch;
mod table;

pub use list::List;
pub use prefetch::{prefetch, prefetch_item};
pub use table::Table;

//! An append-only journal of byte records, with snapshots of what they add up to.
//!
//! Records are numbered from 1 without gaps. They are written in *groups*: one frame, one
//! checksum, one flush for as many records as were waiting. A journal is a folder:
//!
//! ```text
//! lock                                  held by the one process that writes
//! 00000000000000000001.journal          a segment, named by its first record; preallocated
//! 00000000000000731204.journal
//! 00000000000000700000.snapshot         the state after record 700,000
//! 00000000000000731377.cut              bytes that a start cut from a torn tail, kept to look at
//! ```
//!
//! **What a start does with damage.** Every frame says up to which record the journal was on disk
//! when that frame was written. A frame that does not check out is a *torn tail* if no later frame
//! proves that its records had been on disk: nobody was told of them, the tail is cut, the cut
//! reported. If a later frame, a later segment or a snapshot proves that they had been on disk,
//! it is *damage*, and the start stops with the place.
//!
//! **Disk full.** A segment is filled with zeros and flushed before it is used, by a thread of its
//! own and one segment ahead, so a write inside it needs no new space. [`Journal::reserve`] fails
//! before a group is begun, never in its middle, and succeeds again once there is space.

#![forbid(unsafe_code)]

mod error;
pub mod frame;
mod header;
mod journal;
mod names;
mod prepare;
mod reader;
mod recovery;
mod retention;
mod snapshot;

pub use error::{Error, Result};
pub use journal::{Journal, Options};
pub use reader::Reader;
pub use recovery::{Cut, Recovery};
pub use snapshot::{Snapshot, SnapshotName};

#[doc(hidden)]
pub use reader::{Scan, scan as scan_segment, was_durable};

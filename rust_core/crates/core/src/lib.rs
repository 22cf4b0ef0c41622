//! The matching core of CIFT Markets: instruments, order books, matching, and the events they cause.
//!
//! Why a crate of its own: everything the venue decides must be repeatable. There is no I/O here, no clock, no
//! randomness and no order that depends on a hash seed. Time arrives inside each [`Command`]; the same commands
//! give the same [`Event`]s and the same [`StateHash`] on every build. What surrounds it (journal, sidecar,
//! Python) feeds commands in and carries events out.
//!
//! ```
//! use cift_core::*;
//!
//! let mut venue = Venue::new(VenueConfig::default());
//! let mut events = Events::new();
//! let aapl = SymbolId(0);
//! venue.apply(&Command::at(1, PutInstrument {
//!     symbol: aapl,
//!     name: "AAPL".parse().unwrap(),
//!     tick: Price::from_units(0, 10_000_000),
//!     lot: Qty::from_units(1, 0),
//! }), &mut events).unwrap();
//! let order = NewOrder::limit(OrderId(1), AccountId(7), aapl, Side::Buy, Qty::from_units(10, 0), Price::from_units(189, 0));
//! venue.apply(&Command::at(2, order), &mut events).unwrap();
//! assert_eq!(venue.open_orders(), 1);
//! ```
#![deny(unsafe_code)]

mod book;
mod bytes;
mod command;
mod command_codec;
mod cross;
mod desk;
mod event;
mod events;
mod id;
mod number;
mod order;
mod reason;
mod state;
mod store;
mod venue;
mod view;

pub use command::{
    Action, AuctionKind, Cancel, Command, Expire, MassCancel, NewOrder, PutInstrument, Replace,
    SetAuction, SetBands, SetHalt, SetQuote,
};
pub use event::{
    BookAction, Event, LevelEvent, OrderEvent, Phase, PhaseEvent, QuoteEvent, Report, ReportKind,
    TradeEvent, TriggerEvent,
};
pub use events::{Canceled, Entered, Events, Filled, Record, Rested};
pub use id::{AccountId, InvalidSymbolName, OrderId, SymbolId, SymbolName};
pub use number::{NANOS, Price, Qty};
pub use order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce};
pub use reason::{Field, Reason, Refusal};
pub use state::{DecodeError, StateHash};
pub use venue::{DepthLevel, Instrument, OrderState, OrderView, Venue, VenueConfig, VenueTuning};

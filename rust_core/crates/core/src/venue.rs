//! The venue: every symbol's book, and the one way in.

use crate::command::Command;
use crate::event::{Event, Phase};
use crate::id::{AccountId, OrderId, SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::{OrderType, Side, TimeInForce};
use crate::reason::Refusal;
use crate::state::{DecodeError, StateHash};

/// Bounds that are part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenueConfig {
    /// How many ended order ids are remembered, oldest forgotten first, so that a command delivered again is
    /// refused as a duplicate. 16 to 32 bytes each.
    pub remembered_ids: u32,
    /// How many orders may be open at once; beyond it new ones are refused with `VENUE_FULL`.
    pub max_open_orders: u32,
}

impl Default for VenueConfig {
    fn default() -> VenueConfig {
        VenueConfig {
            remembered_ids: 1 << 20,
            max_open_orders: 1 << 24,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub symbol: SymbolId,
    pub name: SymbolName,
    pub tick: Price,
    pub lot: Qty,
}

/// An open order as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderView {
    pub order_id: OrderId,
    pub account_id: AccountId,
    pub symbol: SymbolId,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    /// The total: leaves and cumulative.
    pub quantity: Qty,
    pub leaves_quantity: Qty,
    pub cumulative_quantity: Qty,
    /// Zero: none.
    pub limit_price: Price,
    /// Of a stop that waits, a trailing one as it stands now; zero: none.
    pub stop_price: Price,
    /// What the book shows of it now.
    pub shown_quantity: Qty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    Open(OrderView),
    /// Ended, and its id is still remembered.
    Done,
    Unknown,
}

/// What a price shows, the outside market's quote included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepthLevel {
    pub price: Price,
    pub quantity: Qty,
    /// Orders; the outside market's quote counts as none.
    pub orders: u32,
}

pub struct Venue {}

impl Venue {
    pub fn new(_config: VenueConfig) -> Venue {
        Venue {}
    }

    /// Carries out one command and appends its events. A refusal leaves state and `out` as they were.
    pub fn apply(&mut self, _command: &Command, _out: &mut Vec<Event>) -> Result<(), Refusal> {
        todo!()
    }

    /// Of the last report; 0 before the first.
    pub fn last_sequence(&self) -> u64 {
        todo!()
    }

    pub fn open_orders(&self) -> usize {
        todo!()
    }

    pub fn order(&self, _order_id: OrderId) -> OrderState {
        todo!()
    }

    /// Every open order, by symbol, in the order in which mass cancel would end them.
    pub fn for_each_order(&self, _visit: &mut dyn FnMut(&OrderView)) {
        todo!()
    }

    /// By symbol id: `instruments()[id.0]`. Its length is the id of the next instrument to put.
    pub fn instruments(&self) -> &[Instrument] {
        todo!()
    }

    pub fn symbol_id(&self, _name: &SymbolName) -> Option<SymbolId> {
        todo!()
    }

    pub fn phase(&self, _symbol: SymbolId) -> Option<Phase> {
        todo!()
    }

    /// The best `depth` levels of a side, best first.
    pub fn depth(&self, _symbol: SymbolId, _side: Side, _depth: usize) -> Vec<DepthLevel> {
        todo!()
    }

    /// Of everything that decides future events.
    pub fn state_hash(&self) -> StateHash {
        todo!()
    }

    /// Appends the state in a versioned, canonical form: equal states give equal bytes.
    pub fn encode_state(&self, _out: &mut Vec<u8>) {
        todo!()
    }

    /// The state that `encode_state` wrote. Checked: damaged bytes give an error, never a panic.
    pub fn decode_state(_bytes: &[u8]) -> Result<Venue, DecodeError> {
        todo!()
    }
}

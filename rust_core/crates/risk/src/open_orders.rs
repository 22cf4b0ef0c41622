//! The open orders: a slab with an index by id, and the changes they wait for.

use cift_memory::{List, prefetch_item};

use crate::order::{Change, NO_CHANGE, OpenOrder};
use crate::slot_index::{SlotIndex, Vacancy, hash_id};

pub struct OpenOrders {
    orders: List<OpenOrder>,
    free: Vec<u32>,
    changes: Vec<Change>,
    free_changes: Vec<u32>,
    index: SlotIndex,
}

/// What an order weighs: quantity, and for buys attos; the larger of both terms while it waits for a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub quantity: i64,
    pub reserve: i128,
}

impl OpenOrders {
    pub fn with_capacity(capacity: usize) -> Self {
        OpenOrders {
            orders: List::with_capacity(OpenOrder::NONE, capacity),
            free: Vec::with_capacity(capacity),
            changes: Vec::new(),
            free_changes: Vec::new(),
            index: SlotIndex::with_capacity(capacity),
        }
    }

    /// The id will be asked for.
    #[inline(always)]
    pub fn touch(&self, hash: u64) {
        self.index.touch(hash);
    }

    /// There will be another order.
    #[inline(always)]
    pub fn expect(&self) {
        let next = self
            .free
            .last()
            .map_or(self.orders.len(), |&slot| slot as usize);
        prefetch_item(&self.orders, next);
    }

    /// By its id, or by the id that it will have after a change.
    #[inline(always)]
    pub fn find(&self, id: u128, hash: u64) -> Option<u32> {
        self.probe(id, hash).ok()
    }

    /// The order, or the vacancy that its id would go into.
    #[inline(always)]
    pub fn probe(&self, id: u128, hash: u64) -> Result<u32, Vacancy> {
        self.index.probe(hash, |slot| {
            let order = &self.orders[slot as usize];
            order.id == id || self.change(order).is_some_and(|change| change.new_id == id)
        })
    }

    pub fn get(&self, slot: u32) -> &OpenOrder {
        &self.orders[slot as usize]
    }

    pub fn change(&self, order: &OpenOrder) -> Option<&Change> {
        (order.change != NO_CHANGE).then(|| &self.changes[order.change as usize])
    }

    /// Those with something left open, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &OpenOrder> {
        self.orders
            .iter()
            .filter(|order| order.terms.open_nanos > 0 || order.change != NO_CHANGE)
    }

    pub fn load(&self, slot: u32) -> Load {
        let order = &self.orders[slot as usize];
        let (quantity, reserve) = (order.terms.open_nanos, order.terms.reserve());
        match self.change(order) {
            None => Load { quantity, reserve },
            Some(change) => Load {
                quantity: quantity.max(change.terms.open_nanos),
                reserve: reserve.max(change.terms.reserve()),
            },
        }
    }

    #[inline(always)]
    pub fn insert(&mut self, vacancy: Vacancy, hash: u64, order: OpenOrder) {
        let slot = match self.free.pop() {
            Some(slot) => {
                self.orders[slot as usize] = order;
                slot
            }
            None => {
                self.orders.push(order);
                self.orders.len() as u32 - 1
            }
        };
        self.index.insert_at(vacancy, hash, slot);
    }

    pub fn begin_change(&mut self, slot: u32, vacancy: Vacancy, hash: u64, change: Change) {
        let at = match self.free_changes.pop() {
            Some(at) => {
                self.changes[at as usize] = change;
                at
            }
            None => {
                self.changes.push(change);
                self.changes.len() as u32 - 1
            }
        };
        self.orders[slot as usize].change = at;
        self.index.insert_at(vacancy, hash, slot);
    }

    /// The change is over: made, or not.
    pub fn end_change(&mut self, slot: u32, made: bool) {
        let order = &mut self.orders[slot as usize];
        if order.change == NO_CHANGE {
            return;
        }
        let change = std::mem::take(&mut self.changes[order.change as usize]);
        self.free_changes.push(order.change);
        order.change = NO_CHANGE;
        let gone = if made { order.id } else { change.new_id };
        if made {
            (order.id, order.terms) = (change.new_id, change.terms);
        }
        self.index.remove(hash_id(gone), slot);
    }

    /// What was filled is no longer open, under either terms.
    pub fn fill(&mut self, slot: u32, quantity: i64) {
        let order = &mut self.orders[slot as usize];
        order.terms.open_nanos = (order.terms.open_nanos - quantity).max(0);
        order.terms.charge_nanos = 0;
        if order.change != NO_CHANGE {
            let terms = &mut self.changes[order.change as usize].terms;
            terms.open_nanos = (terms.open_nanos - quantity).max(0);
            terms.charge_nanos = 0;
        }
    }

    pub fn remove(&mut self, slot: u32) {
        self.end_change(slot, false);
        let order = &mut self.orders[slot as usize];
        order.terms.open_nanos = 0;
        self.index.remove(hash_id(order.id), slot);
        self.free.push(slot);
    }

    /// Every slot number of the cell table, to follow its moves.
    pub fn cells_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        self.orders
            .iter_mut()
            .filter(|order| order.terms.open_nanos > 0 || order.change != NO_CHANGE)
            .map(|order| &mut order.cell)
    }
}

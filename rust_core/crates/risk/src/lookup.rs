//! From ids to where the state lies, and that state's view of the policy.

use cift_memory::prefetch_item;

use crate::cell::Cell;
use crate::engine::{EngineError, RiskEngine};
use crate::slot_index::{hash_id, hash_pair};
use crate::symbol::SymbolKey;

impl RiskEngine {
    #[inline(always)]
    pub(crate) fn find_account(&self, id: u128, hash: u64) -> Option<u32> {
        self.account_index.find(hash, |slot| {
            prefetch_item(&self.accounts, slot as usize);
            self.accounts[slot as usize].id == id
        })
    }

    #[inline(always)]
    pub(crate) fn find_instrument(&self, symbol: &str, key: &SymbolKey) -> Option<u32> {
        self.symbol_index.find(key.hash(), |slot| {
            prefetch_item(&self.instruments, slot as usize);
            let same = self.instruments[slot as usize].key == *key;
            same && (!key.is_hashed() || self.symbols[slot as usize] == symbol)
        })
    }

    /// How many checks before its own [`RiskEngine::expect`] serves best.
    pub const LATER: usize = 6;
    /// The same of [`RiskEngine::expect_soon`].
    pub const SOON: usize = 3;

    /// An order of this id, account and symbol will be checked, later in the batch: what a check begins with is
    /// fetched meanwhile. Changes nothing.
    #[inline(always)]
    pub fn expect(&self, account_id: u128, order_id: u128, symbol: &str) {
        let (account, symbol) = (hash_id(account_id), SymbolKey::of(symbol).hash());
        self.cells.touch(hash_pair(account, symbol));
        self.orders.touch(hash_id(order_id));
        self.account_index.touch(account);
        self.symbol_index.touch(symbol);
    }

    /// As [`RiskEngine::expect`], afterwards: what was found through it is fetched.
    #[inline(always)]
    pub fn expect_soon(&self, account_id: u128, symbol: &str) {
        if let Some(slot) = self.account_index.guess(hash_id(account_id)) {
            prefetch_item(&self.accounts, slot as usize);
        }
        if let Some(slot) = self.symbol_index.guess(SymbolKey::of(symbol).hash()) {
            prefetch_item(&self.instruments, slot as usize);
        }
    }

    /// Account, instrument and cell, for calls outside the hot path.
    pub(crate) fn place_of(
        &mut self,
        account_id: u128,
        symbol: &str,
    ) -> Result<(u32, u32, u32), EngineError> {
        let (account_hash, key) = (hash_id(account_id), SymbolKey::of(symbol));
        let account = self
            .find_account(account_id, account_hash)
            .ok_or(EngineError::UnknownAccount(account_id))?;
        let instrument = self
            .find_instrument(symbol, &key)
            .ok_or_else(|| EngineError::UnknownSymbol(symbol.to_owned()))?;
        let cell = self.cell_of(hash_pair(account_hash, key.hash()), account, instrument);
        Ok((account, instrument, cell))
    }

    /// The cell of an account and a symbol, made at their first meeting.
    #[inline(always)]
    pub(crate) fn cell_of(&mut self, hash: u64, account: u32, instrument: u32) -> u32 {
        match self.cells.find(hash, account, instrument) {
            Some(slot) => slot,
            None => self.add_cell(hash, account, instrument),
        }
    }

    #[cold]
    fn add_cell(&mut self, hash: u64, account: u32, instrument: u32) -> u32 {
        if self.cells.is_full() {
            self.grow_cells();
        }
        let slot = self.cells.insert(hash, Cell::new(account, instrument));
        self.cells_of_account[account as usize].push(slot);
        self.cells_of_instrument[instrument as usize].push(slot);
        slot
    }

    fn grow_cells(&mut self) {
        let (accounts, instruments) = (&self.accounts, &self.instruments);
        let moves = self.cells.grow(|cell| {
            let account = hash_id(accounts[cell.account as usize].id);
            hash_pair(account, instruments[cell.instrument as usize].key.hash())
        });
        moves.carry(&mut self.cost_bases, self.cells.slots());
        let lists = self
            .cells_of_account
            .iter_mut()
            .chain(&mut self.cells_of_instrument);
        lists
            .flatten()
            .chain(self.orders.cells_mut())
            .for_each(|slot| moves.follow(slot));
    }

    /// Brings what account, instrument and cell remember of the policy up to the present one.
    #[inline(always)]
    pub(crate) fn refresh(&mut self, account: u32, instrument: u32, cell: u32) {
        // A cell is brought up to date together with its account and instrument, so it alone tells.
        if self.cells[cell].epoch != self.epoch {
            self.refresh_from_policy(account, instrument, cell);
        }
    }

    #[cold]
    fn refresh_from_policy(&mut self, account: u32, instrument: u32, cell: u32) {
        let symbol = &self.symbols[instrument as usize];
        let account = &mut self.accounts[account as usize];
        if account.epoch != self.epoch {
            let standing = self.policy.account(account.id);
            (account.limits, account.halt) = (standing.limits, standing.halt);
            account.epoch = self.epoch;
        }
        let instrument = &mut self.instruments[instrument as usize];
        if instrument.epoch != self.epoch {
            let standing = self.policy.symbol(symbol);
            (instrument.limits, instrument.halt) = (standing.limits, standing.halt);
            instrument.epoch = self.epoch;
        }
        let cell = &mut self.cells[cell];
        cell.limits = self
            .policy
            .resolve(account.id, symbol, account.limits, instrument.limits);
        cell.restriction = self.policy.restriction(account.id, symbol);
        // The window may be longer now than the one that the marks were kept for.
        cell.set_all_marks();
        cell.epoch = self.epoch;
    }
}

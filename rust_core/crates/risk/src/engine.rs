//! The state of all accounts, and the calls that keep it true.

use crate::account::Account;
use crate::cell::{Cell, Quantities};
use crate::instrument::Instrument;
use crate::money::{ATTOS_PER_NANO, MAX_PRICE_NANOS, MAX_QUANTITY_NANOS, notional};
use crate::order::{OpenOrder, OrderKind, Prices, Side, Terms};
use crate::policy::{CompiledPolicy, Policy, PolicyError};
use crate::recent::RecentOrders;
use crate::refusal::Refusal;
use crate::slot_index::{SlotIndex, hash_id, hash_pair, hash_symbol};

/// What a maintaining call was given that it cannot use. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineError {
    UnknownAccount(u128),
    UnknownSymbol(String),
    UnknownOrder(u128),
    OrderExists(u128),
    /// Field and what is wrong with it.
    Invalid(&'static str, &'static str),
}

/// Checks orders and keeps what they reserve. One writer; see the crate's page for units.
pub struct RiskEngine {
    pub(crate) accounts: Vec<Account>,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) orders: Vec<OpenOrder>,
    pub(crate) order_index: SlotIndex,
    pub(crate) recent: RecentOrders,
    pub(crate) policy: CompiledPolicy,
    pub(crate) policy_given: bool,
    pub(crate) lease_expires_at_ns: i64,
    /// Counts policies, so that cached look-ups into an old one are noticed.
    epoch: u32,
    free_orders: Vec<u32>,
    account_index: SlotIndex,
    symbol_index: SlotIndex,
    cell_index: SlotIndex,
    pub(crate) symbols: Vec<String>,
    pub(crate) cost_bases: Vec<i128>,
    pub(crate) cells_of_account: Vec<Vec<u32>>,
    cells_of_instrument: Vec<Vec<u32>>,
    mark_tolerance_bp: u32,
}

impl Default for RiskEngine {
    fn default() -> Self {
        RiskEngine::new()
    }
}

impl RiskEngine {
    /// An engine that knows nothing and refuses everything until it has a policy and a lease.
    pub fn new() -> Self {
        RiskEngine::with_capacity(0, 0)
    }

    /// The same with room for this many cells (accounts × symbols traded) and open orders.
    pub fn with_capacity(cells: usize, orders: usize) -> Self {
        RiskEngine {
            accounts: Vec::new(),
            instruments: Vec::new(),
            cells: Vec::with_capacity(cells),
            orders: Vec::with_capacity(orders),
            order_index: SlotIndex::with_capacity(orders),
            recent: RecentOrders::new(),
            policy: CompiledPolicy::new(&Policy::default()).expect("the empty policy is valid"),
            policy_given: false,
            lease_expires_at_ns: i64::MIN,
            epoch: 1,
            free_orders: Vec::with_capacity(orders),
            account_index: SlotIndex::with_capacity(0),
            symbol_index: SlotIndex::with_capacity(0),
            cell_index: SlotIndex::with_capacity(cells),
            symbols: Vec::new(),
            cost_bases: Vec::with_capacity(cells),
            cells_of_account: Vec::new(),
            cells_of_instrument: Vec::new(),
            mark_tolerance_bp: 0,
        }
    }

    /// Positions are valued anew only when the price has moved by more than this since they last were.
    /// 0, the default: at every price. Worth raising where many thousand accounts hold one symbol.
    pub fn set_mark_tolerance_bp(&mut self, tolerance_bp: u32) {
        self.mark_tolerance_bp = tolerance_bp;
    }

    // --- reference data -------------------------------------------------------------------------

    /// Adds a symbol, or changes its grid.
    pub fn put_instrument(
        &mut self,
        symbol: &str,
        tick_nanos: i64,
        lot_nanos: i64,
    ) -> Result<(), EngineError> {
        if symbol.is_empty() {
            return Err(EngineError::Invalid("symbol", "is empty"));
        }
        if !(1..=MAX_PRICE_NANOS).contains(&tick_nanos) {
            return Err(EngineError::Invalid(
                "tick_size_nanos",
                "is not above zero, or too large",
            ));
        }
        if !(1..=MAX_QUANTITY_NANOS).contains(&lot_nanos) {
            return Err(EngineError::Invalid(
                "lot_size_nanos",
                "is not above zero, or too large",
            ));
        }
        if let Some(at) = self.find_instrument(symbol) {
            let instrument = &mut self.instruments[at as usize];
            (instrument.tick_nanos, instrument.lot_nanos) = (tick_nanos, lot_nanos);
            return Ok(());
        }
        self.symbol_index
            .insert(hash_symbol(symbol), self.instruments.len() as u32);
        self.instruments
            .push(Instrument::new(tick_nanos, lot_nanos));
        self.symbols.push(symbol.to_owned());
        self.cells_of_instrument.push(Vec::new());
        Ok(())
    }

    /// Adds an account, or sets its cash and rights. Money that comes or goes this way is not profit or loss.
    pub fn put_account(
        &mut self,
        id: u128,
        cash_nanos: i128,
        multiplier: u32,
        shorting_enabled: bool,
    ) -> Result<(), EngineError> {
        let cash = cash_nanos
            .checked_mul(ATTOS_PER_NANO)
            .filter(|cash| cash.unsigned_abs() < i128::MAX as u128 / 4)
            .ok_or(EngineError::Invalid("cash_nanos", "is too large"))?;
        if !(1..=100).contains(&multiplier) {
            return Err(EngineError::Invalid("multiplier", "is not within 1..100"));
        }
        let at = self.find_account(id).unwrap_or_else(|| {
            let at = self.accounts.len() as u32;
            self.account_index.insert(hash_id(id), at);
            self.accounts.push(Account::new(id));
            self.cells_of_account.push(Vec::new());
            at
        });
        let account = &mut self.accounts[at as usize];
        account.day_start_equity += cash - account.cash;
        (account.cash, account.multiplier, account.shorting_enabled) =
            (cash, multiplier, shorting_enabled);
        Ok(())
    }

    /// Sets a position. Its value then is not profit or loss of the day; what prices do to it is.
    pub fn set_position(
        &mut self,
        account_id: u128,
        symbol: &str,
        quantity_nanos: i64,
        cost_basis_nanos: i128,
    ) -> Result<(), EngineError> {
        if quantity_nanos.unsigned_abs() > MAX_QUANTITY_NANOS as u64 {
            return Err(EngineError::Invalid("quantity_nanos", "is too large"));
        }
        let cost = cost_basis_nanos
            .checked_mul(ATTOS_PER_NANO)
            .ok_or(EngineError::Invalid("cost_basis_nanos", "is too large"))?;
        let (account, instrument) = self.find_both(account_id, symbol)?;
        let cell = self.cell_of(account, instrument);
        let net_before = self.accounts[account as usize].exposure.net;
        self.reshape(cell, |quantities| quantities.position = quantity_nanos);
        let account = &mut self.accounts[account as usize];
        account.day_start_equity += account.exposure.net - net_before;
        self.cost_bases[cell as usize] = cost;
        Ok(())
    }

    // --- policy ---------------------------------------------------------------------------------

    /// Validates and swaps the policy in. Costs nothing per account or order.
    pub fn set_policy(&mut self, policy: &Policy) -> Result<(), PolicyError> {
        self.policy = CompiledPolicy::new(policy)?;
        self.policy_given = true;
        self.epoch = self.epoch.wrapping_add(1).max(1);
        Ok(())
    }

    /// Orders at this time or later are refused as unavailable.
    pub fn set_lease(&mut self, expires_at_ns: i64) {
        self.lease_expires_at_ns = expires_at_ns;
    }

    // --- prices ---------------------------------------------------------------------------------

    /// Takes a quote or trade in (0: that side is empty) and values positions at it. One older than the
    /// latest is passed over.
    pub fn update_price(
        &mut self,
        symbol: &str,
        bid: i64,
        ask: i64,
        last: i64,
        time_ns: i64,
    ) -> Result<(), EngineError> {
        for (field, price) in [("bid_nanos", bid), ("ask_nanos", ask), ("last_nanos", last)] {
            if !(0..=MAX_PRICE_NANOS).contains(&price) {
                return Err(EngineError::Invalid(field, "is negative or too large"));
            }
        }
        let at = self
            .find_instrument(symbol)
            .ok_or_else(|| EngineError::UnknownSymbol(symbol.to_owned()))?;
        let instrument = &mut self.instruments[at as usize];
        if time_ns < instrument.price_time_ns {
            return Ok(());
        }
        instrument.set_prices(bid, ask, last, time_ns);
        let moved = (i128::from(instrument.reference) - i128::from(instrument.mark)).abs() * 10_000;
        if moved > i128::from(instrument.mark) * i128::from(self.mark_tolerance_bp) {
            self.revalue(at);
        }
        Ok(())
    }

    fn revalue(&mut self, at: u32) {
        let instrument = &mut self.instruments[at as usize];
        let (old, new) = (instrument.mark, instrument.reference);
        instrument.mark = new;
        for &cell in &self.cells_of_instrument[at as usize] {
            let cell = &self.cells[cell as usize];
            if cell.quantities.is_empty() {
                continue;
            }
            let account = &mut self.accounts[cell.account as usize];
            let weights = cell.quantities.weights();
            account.exposure.shift(&weights, old, &weights, new);
            if old == 0 && !account.day_start_given {
                account.day_start_equity += notional(new, weights.net);
            }
        }
    }

    // --- the life of an order -------------------------------------------------------------------

    /// Takes an open order in at start, without checks. Quantity: what is still open.
    #[allow(clippy::too_many_arguments)]
    pub fn restore_order(
        &mut self,
        account_id: u128,
        order_id: u128,
        symbol: &str,
        side: Side,
        kind: OrderKind,
        open_nanos: i64,
        prices: Prices,
    ) -> Result<(), EngineError> {
        if !(1..=MAX_QUANTITY_NANOS).contains(&open_nanos) {
            return Err(EngineError::Invalid(
                "open_quantity_nanos",
                "is not above zero, or too large",
            ));
        }
        for (field, price) in [
            ("limit_price_nanos", prices.limit),
            ("stop_price_nanos", prices.stop),
            ("trail_price_nanos", prices.trail),
        ] {
            if !(0..=MAX_PRICE_NANOS).contains(&price) {
                return Err(EngineError::Invalid(field, "is negative or too large"));
            }
        }
        let hash = hash_id(order_id);
        if self.find_order(order_id, hash).is_some() {
            return Err(EngineError::OrderExists(order_id));
        }
        let (account, instrument) = self.find_both(account_id, symbol)?;
        let cell = self.cell_of(account, instrument);
        self.refresh(account, instrument, cell);
        let reserve_price = match side {
            Side::Sell => 0,
            Side::Buy => self.reserve_price_unchecked(instrument, cell, kind, &prices),
        };
        let terms = Terms {
            open_nanos,
            reserve_price,
            prices,
        };
        self.reshape(cell, |quantities| match side {
            Side::Buy => quantities.open_buy += open_nanos,
            Side::Sell => quantities.open_sell += open_nanos,
        });
        let account = &mut self.accounts[account as usize];
        account.reserved_buys += terms.reserve();
        account.open_orders += 1;
        let next = Terms::default();
        self.insert_order(
            hash,
            OpenOrder {
                id: order_id,
                cell,
                side,
                kind,
                replacing: false,
                terms,
                next_id: 0,
                next,
            },
        );
        Ok(())
    }

    /// The same price that a check would reserve a buy at, as far as prices are known.
    fn reserve_price_unchecked(
        &self,
        instrument: u32,
        cell: u32,
        kind: OrderKind,
        prices: &Prices,
    ) -> i64 {
        let instrument = &self.instruments[instrument as usize];
        let collar_bp =
            i128::from(self.policy.effective[self.cells[cell as usize].limits as usize].collar_bp);
        let touch = instrument.ask_or_reference();
        let trigger = match kind {
            OrderKind::Limit | OrderKind::StopLimit => return prices.limit,
            OrderKind::Market => touch,
            OrderKind::Stop => prices.stop.max(touch),
            OrderKind::TrailingStop if prices.trail_bp == 0 => instrument.reference + prices.trail,
            OrderKind::TrailingStop => {
                let trail = i128::from(instrument.reference) * i128::from(prices.trail_bp) / 10_000;
                (i128::from(instrument.reference) + trail) as i64
            }
        };
        let slipped = i128::from(trigger) + (i128::from(trigger) * collar_bp + 9_999) / 10_000;
        i64::try_from(slipped).unwrap_or(i64::MAX)
    }

    /// Moves what was filled out of the reservation into position and cash. An order with nothing left
    /// open is released.
    pub fn on_fill(
        &mut self,
        order_id: u128,
        quantity_nanos: i64,
        price_nanos: i64,
    ) -> Result<(), EngineError> {
        if !(1..=MAX_QUANTITY_NANOS).contains(&quantity_nanos) {
            return Err(EngineError::Invalid(
                "quantity_nanos",
                "is not above zero, or too large",
            ));
        }
        if !(0..=MAX_PRICE_NANOS).contains(&price_nanos) {
            return Err(EngineError::Invalid(
                "price_nanos",
                "is negative or too large",
            ));
        }
        let slot = self
            .find_order(order_id, hash_id(order_id))
            .ok_or(EngineError::UnknownOrder(order_id))?;
        if self.orders[slot as usize].id != order_id {
            // The venue filled the changed order, so it has changed it.
            self.settle_replace(slot, true);
        }
        let cell = self.orders[slot as usize].cell;
        let side = self.orders[slot as usize].side;
        self.change_order(slot, |order| {
            order.terms.open_nanos = (order.terms.open_nanos - quantity_nanos).max(0);
            order.next.open_nanos = (order.next.open_nanos - quantity_nanos).max(0);
        });
        let signed = if side == Side::Buy {
            quantity_nanos
        } else {
            -quantity_nanos
        };
        let position = self.cells[cell as usize].quantities.position;
        let cost = &mut self.cost_bases[cell as usize];
        *cost = cost_after_fill(*cost, position, signed, price_nanos);
        self.reshape(cell, |quantities| {
            quantities.position = position.saturating_add(signed)
        });
        let account = self.cells[cell as usize].account as usize;
        let paid = notional(price_nanos, signed);
        self.accounts[account].cash = self.accounts[account].cash.saturating_sub(paid);
        if self.orders[slot as usize].working_nanos() == 0 {
            self.remove_order(slot);
        }
        Ok(())
    }

    /// The order is canceled, rejected, expired or done: what it still reserved is free. Of a change that
    /// is under way, releasing the new id gives up the change and releasing the original gives up both.
    /// Returns whether there was anything to release.
    pub fn release(&mut self, order_id: u128) -> bool {
        let Some(slot) = self.find_order(order_id, hash_id(order_id)) else {
            return false;
        };
        if self.orders[slot as usize].id == order_id {
            self.change_order(slot, |order| {
                order.terms.open_nanos = 0;
                order.next.open_nanos = 0;
            });
            self.remove_order(slot);
        } else {
            self.settle_replace(slot, false);
        }
        true
    }

    /// The venue has changed the order: from now on it is `new_id`, with the new terms.
    pub fn confirm_replace(&mut self, original_id: u128, new_id: u128) -> Result<(), EngineError> {
        self.end_replace(original_id, new_id, true)
    }

    /// The venue has left the order as it was.
    pub fn reject_replace(&mut self, original_id: u128, new_id: u128) -> Result<(), EngineError> {
        self.end_replace(original_id, new_id, false)
    }

    fn end_replace(
        &mut self,
        original_id: u128,
        new_id: u128,
        changed: bool,
    ) -> Result<(), EngineError> {
        let unknown = EngineError::UnknownOrder(original_id);
        let Some(slot) = self.find_order(original_id, hash_id(original_id)) else {
            // A fill of the new id may have confirmed it already.
            let settled = changed && self.find_order(new_id, hash_id(new_id)).is_some();
            return if settled { Ok(()) } else { Err(unknown) };
        };
        let order = &self.orders[slot as usize];
        if !order.replacing || order.next_id != new_id {
            return Err(EngineError::UnknownOrder(new_id));
        }
        self.settle_replace(slot, changed);
        if self.orders[slot as usize].working_nanos() == 0 {
            self.remove_order(slot);
        }
        Ok(())
    }

    fn settle_replace(&mut self, slot: u32, changed: bool) {
        let OpenOrder { id, next_id, .. } = self.orders[slot as usize];
        let gone = if changed { id } else { next_id };
        self.order_index.remove(hash_id(gone), slot);
        self.change_order(slot, |order| {
            order.replacing = false;
            if changed {
                (order.id, order.terms) = (order.next_id, order.next);
            }
            (order.next_id, order.next) = (0, Terms::default());
        });
    }

    /// Changes an order and carries the difference into its cell and account.
    #[inline(always)]
    fn change_order(&mut self, slot: u32, change: impl FnOnce(&mut OpenOrder)) {
        let order = &mut self.orders[slot as usize];
        let (quantity, reserve) = (order.working_nanos(), order.reserve());
        change(order);
        let less = quantity - order.working_nanos();
        let freed = reserve - order.reserve();
        let (cell, side) = (order.cell, order.side);
        let account = self.reshape(cell, |quantities| match side {
            Side::Buy => quantities.open_buy -= less,
            Side::Sell => quantities.open_sell -= less,
        });
        account.reserved_buys -= freed;
    }

    /// Changes a cell's quantities and its account's exposure with them.
    #[inline(always)]
    fn reshape(&mut self, cell: u32, change: impl FnOnce(&mut Quantities)) -> &mut Account {
        let cell = &mut self.cells[cell as usize];
        let mark = self.instruments[cell.instrument as usize].mark;
        let before = cell.quantities.weights();
        change(&mut cell.quantities);
        let account = &mut self.accounts[cell.account as usize];
        account
            .exposure
            .shift(&before, mark, &cell.quantities.weights(), mark);
        account
    }

    /// The day's profit and loss starts from here: from the equity given, or from what it is now.
    /// `None`: for all accounts. After a restart: once accounts and positions are in.
    pub fn start_day(
        &mut self,
        account_id: Option<u128>,
        now_ns: i64,
        equity_nanos: Option<i128>,
    ) -> Result<(), EngineError> {
        let given = match equity_nanos {
            None => None,
            Some(nanos) => Some(
                nanos
                    .checked_mul(ATTOS_PER_NANO)
                    .ok_or(EngineError::Invalid("equity_nanos", "is too large"))?,
            ),
        };
        let which = match account_id {
            None => 0..self.accounts.len(),
            Some(id) => {
                let at = self
                    .find_account(id)
                    .ok_or(EngineError::UnknownAccount(id))? as usize;
                at..at + 1
            }
        };
        for account in &mut self.accounts[which] {
            account.day_start_equity = given.unwrap_or(account.equity());
            account.day_start_given = given.is_some();
            account.day_started_at_ns = now_ns;
        }
        Ok(())
    }

    // --- look-ups -------------------------------------------------------------------------------

    /// The sentence for people about a refusal.
    pub fn message(&self, refusal: &Refusal, symbol: &str) -> String {
        refusal.message(symbol, &self.policy.texts)
    }

    pub fn policy_version(&self) -> u64 {
        self.policy.version
    }

    /// The symbol of an open order, for messages about it.
    pub fn symbol_of(&self, order_id: u128) -> Option<&str> {
        let slot = self.find_order(order_id, hash_id(order_id))?;
        let instrument = self.cells[self.orders[slot as usize].cell as usize].instrument;
        Some(&self.symbols[instrument as usize])
    }

    #[inline(always)]
    pub(crate) fn find_account(&self, id: u128) -> Option<u32> {
        self.account_index
            .find(hash_id(id), |slot| self.accounts[slot as usize].id == id)
    }

    #[inline(always)]
    pub(crate) fn find_instrument(&self, symbol: &str) -> Option<u32> {
        self.symbol_index.find(hash_symbol(symbol), |slot| {
            self.symbols[slot as usize] == symbol
        })
    }

    fn find_both(&self, account_id: u128, symbol: &str) -> Result<(u32, u32), EngineError> {
        let account = self
            .find_account(account_id)
            .ok_or(EngineError::UnknownAccount(account_id))?;
        let instrument = self
            .find_instrument(symbol)
            .ok_or_else(|| EngineError::UnknownSymbol(symbol.to_owned()))?;
        Ok((account, instrument))
    }

    #[inline(always)]
    pub(crate) fn find_order(&self, id: u128, hash: u64) -> Option<u32> {
        self.order_index.find(hash, |slot| {
            let order = &self.orders[slot as usize];
            order.id == id || (order.replacing && order.next_id == id)
        })
    }

    #[inline(always)]
    pub(crate) fn insert_order(&mut self, hash: u64, order: OpenOrder) {
        let slot = match self.free_orders.pop() {
            Some(slot) => {
                self.orders[slot as usize] = order;
                slot
            }
            None => {
                self.orders.push(order);
                self.orders.len() as u32 - 1
            }
        };
        self.order_index.insert(hash, slot);
    }

    fn remove_order(&mut self, slot: u32) {
        let order = self.orders[slot as usize];
        self.order_index.remove(hash_id(order.id), slot);
        if order.replacing {
            self.order_index.remove(hash_id(order.next_id), slot);
        }
        self.orders[slot as usize].terms = Terms::default();
        self.orders[slot as usize].replacing = false;
        let account = self.cells[order.cell as usize].account;
        self.accounts[account as usize].open_orders -= 1;
        self.free_orders.push(slot);
    }

    /// The cell of an account and a symbol, made at their first meeting.
    #[inline(always)]
    pub(crate) fn cell_of(&mut self, account: u32, instrument: u32) -> u32 {
        let hash = hash_pair(account, instrument);
        let same = |slot: u32| {
            let cell = &self.cells[slot as usize];
            cell.account == account && cell.instrument == instrument
        };
        match self.cell_index.find(hash, same) {
            Some(slot) => slot,
            None => self.add_cell(hash, account, instrument),
        }
    }

    #[cold]
    fn add_cell(&mut self, hash: u64, account: u32, instrument: u32) -> u32 {
        let slot = self.cells.len() as u32;
        self.cells.push(Cell::new(account, instrument));
        self.cost_bases.push(0);
        self.cell_index.insert(hash, slot);
        self.cells_of_account[account as usize].push(slot);
        self.cells_of_instrument[instrument as usize].push(slot);
        slot
    }

    /// Brings what account, instrument and cell remember of the policy up to the present one.
    #[inline(always)]
    pub(crate) fn refresh(&mut self, account: u32, instrument: u32, cell: u32) {
        if self.cells[cell as usize].epoch != self.epoch
            || self.accounts[account as usize].epoch != self.epoch
            || self.instruments[instrument as usize].epoch != self.epoch
        {
            self.refresh_from_policy(account, instrument, cell);
        }
    }

    #[cold]
    fn refresh_from_policy(&mut self, account: u32, instrument: u32, cell: u32) {
        let symbol = &self.symbols[instrument as usize];
        let account = &mut self.accounts[account as usize];
        if account.epoch != self.epoch {
            let standing = self.policy.account(account.id);
            (account.limits, account.halt, account.epoch) =
                (standing.limits, standing.halt, self.epoch);
        }
        let instrument = &mut self.instruments[instrument as usize];
        if instrument.epoch != self.epoch {
            let standing = self.policy.symbol(symbol);
            (instrument.limits, instrument.halt, instrument.epoch) =
                (standing.limits, standing.halt, self.epoch);
        }
        let cell = &mut self.cells[cell as usize];
        if cell.epoch != self.epoch {
            cell.limits =
                self.policy
                    .resolve(account.id, symbol, account.limits, instrument.limits);
            (cell.restriction, cell.restriction_text) = self.policy.restriction(account.id, symbol);
            cell.epoch = self.epoch;
        }
    }
}

/// Average cost: what is added costs its price, what is closed leaves at the average, and a position
/// that turns starts anew at the fill's price. Attos, signed like the position.
fn cost_after_fill(cost: i128, position: i64, signed: i64, price: i64) -> i128 {
    let after = position.saturating_add(signed);
    if position == 0 || (position > 0) == (signed > 0) {
        return cost.saturating_add(notional(price, signed));
    }
    if after == 0 {
        return 0;
    }
    if (after > 0) != (position > 0) {
        return notional(price, after);
    }
    let (position, after) = (i128::from(position), i128::from(after));
    cost / position * after + cost % position * after / position
}

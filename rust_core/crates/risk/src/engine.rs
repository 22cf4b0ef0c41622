//! The state of all accounts, and what is told about the world around them: instruments, cash,
//! positions, policy, prices.

use cift_memory::List;

use crate::account::Account;
use crate::cell_table::CellTable;
use crate::fees::Fees;
use crate::grid::Grid;
use crate::instrument::Instrument;
use crate::money::{ATTOS_PER_NANO, MAX_PRICE_NANOS, MAX_QUANTITY_NANOS, MAX_SUM, notional};
use crate::open_orders::OpenOrders;
use crate::policy::{CompiledPolicy, Policy, PolicyError};
use crate::recent::RecentOrders;
use crate::refusal::Refusal;
use crate::slot_index::{SlotIndex, hash_id};
use crate::symbol::SymbolKey;

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
    pub(crate) accounts: List<Account>,
    pub(crate) instruments: List<Instrument>,
    pub(crate) symbols: Vec<String>,
    pub(crate) cells: CellTable,
    /// Runs parallel to the cells' slots.
    pub(crate) cost_bases: Vec<i128>,
    pub(crate) orders: OpenOrders,
    pub(crate) recent: RecentOrders,
    pub(crate) policy: CompiledPolicy,
    pub(crate) policy_given: bool,
    pub(crate) lease_expires_at_ns: i64,
    /// Counts policies, so that cached look-ups into an old one are noticed.
    pub(crate) epoch: u32,
    pub(crate) account_index: SlotIndex,
    pub(crate) symbol_index: SlotIndex,
    pub(crate) cells_of_account: Vec<Vec<u32>>,
    pub(crate) cells_of_instrument: Vec<Vec<u32>>,
    pub(crate) fees: Fees,
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
        let cells = CellTable::with_capacity(cells);
        RiskEngine {
            accounts: List::with_capacity(Account::new(0), 0),
            instruments: List::with_capacity(Instrument::new(1, 1, SymbolKey::of("")), 0),
            symbols: Vec::new(),
            cost_bases: vec![0; cells.slots()],
            cells,
            orders: OpenOrders::with_capacity(orders),
            recent: RecentOrders::new(),
            policy: CompiledPolicy::new(&Policy::default()).expect("the empty policy is valid"),
            policy_given: false,
            lease_expires_at_ns: i64::MIN,
            epoch: 1,
            account_index: SlotIndex::with_capacity(0),
            symbol_index: SlotIndex::with_capacity(0),
            cells_of_account: Vec::new(),
            cells_of_instrument: Vec::new(),
            fees: Fees::default(),
            mark_tolerance_bp: 0,
        }
    }

    /// Positions are valued anew only when the price has moved by more than this since they last were.
    /// 0, the default: at every price. Worth raising where many thousand accounts hold one symbol.
    pub fn set_mark_tolerance_bp(&mut self, tolerance_bp: u32) {
        self.mark_tolerance_bp = tolerance_bp;
    }

    /// What executions are charged: open buys reserve it with their worst price. Before the first order.
    pub fn set_fees(&mut self, fees: Fees) -> Result<(), EngineError> {
        if let Some(field) = fees.invalid_field() {
            return Err(EngineError::Invalid(field, "is negative or too large"));
        }
        self.fees = fees;
        Ok(())
    }

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
        let key = SymbolKey::of(symbol);
        if let Some(at) = self.find_instrument(symbol, &key) {
            let instrument = &mut self.instruments[at as usize];
            (instrument.tick, instrument.lot) = (Grid::new(tick_nanos), Grid::new(lot_nanos));
            return Ok(());
        }
        self.symbol_index
            .insert(key.hash(), self.instruments.len() as u32);
        self.instruments
            .push(Instrument::new(tick_nanos, lot_nanos, key));
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
            .filter(|cash| cash.abs() <= MAX_SUM / 4)
            .ok_or(EngineError::Invalid("cash_nanos", "is too large"))?;
        if !(1..=100).contains(&multiplier) {
            return Err(EngineError::Invalid("multiplier", "is not within 1..100"));
        }
        let hash = hash_id(id);
        let at = self.find_account(id, hash).unwrap_or_else(|| {
            let at = self.accounts.len() as u32;
            self.account_index.insert(hash, at);
            self.accounts.push(Account::new(id));
            self.cells_of_account.push(Vec::new());
            at
        });
        let account = &mut self.accounts[at as usize];
        account.shift_day_start(cash - account.cash);
        account.cash = cash;
        account.multiplier = multiplier;
        account.shorting_enabled = shorting_enabled;
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
        let (account, _, cell) = self.place_of(account_id, symbol)?;
        let net_before = self.accounts[account as usize].exposure.net;
        let account = self.reshape(cell, |quantities| quantities.position = quantity_nanos);
        let change = account.exposure.net - net_before;
        account.shift_day_start(change);
        self.cost_bases[cell as usize] = cost;
        Ok(())
    }

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
            .find_instrument(symbol, &SymbolKey::of(symbol))
            .ok_or_else(|| EngineError::UnknownSymbol(symbol.to_owned()))?;
        let instrument = &mut self.instruments[at as usize];
        if time_ns < instrument.price_time_ns {
            return Ok(());
        }
        instrument.set_prices(bid, ask, last, time_ns);
        let moved = i128::from((instrument.reference - instrument.mark).abs()) * 10_000;
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
            let cell = &self.cells[cell];
            if cell.quantities.is_empty() {
                continue;
            }
            let account = &mut self.accounts[cell.account as usize];
            let weights = cell.quantities.weights();
            account.exposure.shift(&weights, old, &weights, new);
            if old == 0 && !account.day_start_given {
                let value = notional(new, weights.net);
                account.shift_day_start(value);
            }
        }
    }

    /// The day's profit and loss starts from here: from the equity given, or from what it is now.
    /// `None`: for all accounts. After a restart: once accounts and positions are in.
    pub fn start_day(
        &mut self,
        account_id: Option<u128>,
        now_ns: i64,
        equity_nanos: Option<i128>,
    ) -> Result<(), EngineError> {
        let to_attos = |nanos: i128| {
            let attos = nanos
                .checked_mul(ATTOS_PER_NANO)
                .filter(|attos| attos.abs() <= MAX_SUM);
            attos.ok_or(EngineError::Invalid("equity_nanos", "is too large"))
        };
        let given = equity_nanos.map(to_attos).transpose()?;
        let which = match account_id {
            None => 0..self.accounts.len(),
            Some(id) => {
                let at = self
                    .find_account(id, hash_id(id))
                    .ok_or(EngineError::UnknownAccount(id))?;
                at as usize..at as usize + 1
            }
        };
        for account in &mut self.accounts[which] {
            account.day_start_equity = given.unwrap_or(account.equity());
            account.day_start_given = given.is_some();
            account.day_started_at_ns = now_ns;
        }
        Ok(())
    }

    /// The sentence for people about a refusal.
    pub fn message(&self, refusal: &Refusal, symbol: &str) -> String {
        refusal.message(symbol, &self.policy.texts)
    }

    pub fn policy_version(&self) -> u64 {
        self.policy.version
    }
}

//! What an account looks like to the engine, in nanos.

use crate::engine::{EngineError, RiskEngine};
use crate::money::{attos_to_nanos, notional};
use crate::slot_index::hash_id;

/// Money in nanos, towards zero; quantities in nanos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountExposure {
    pub cash: i128,
    pub reserved: i128,
    pub buying_power: i128,
    pub equity: i128,
    pub gross: i128,
    pub net: i128,
    /// Gross if the worse side of the open orders fills.
    pub gross_worst: i128,
    pub open_buy: i128,
    pub open_sell: i128,
    pub day_start_equity: i128,
    pub day_started_at_ns: i64,
    pub daily_pnl: i128,
    pub open_orders: u32,
    pub multiplier: u32,
    pub shorting_enabled: bool,
    /// In the order in which the account first met the symbols; empty ones left out.
    pub positions: Vec<PositionExposure>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionExposure {
    pub symbol: String,
    pub quantity: i64,
    pub cost_basis: i128,
    pub mark_price: i64,
    pub market_value: i128,
    pub open_buy: i64,
    pub open_sell: i64,
}

impl RiskEngine {
    pub fn exposure(&self, account_id: u128) -> Result<AccountExposure, EngineError> {
        let found = self.find_account(account_id, hash_id(account_id));
        let at = found.ok_or(EngineError::UnknownAccount(account_id))? as usize;
        let account = &self.accounts[at];
        let positions = self.cells_of_account[at].iter().filter_map(|&slot| {
            let cell = &self.cells[slot];
            let mark = self.instruments[cell.instrument as usize].mark;
            (!cell.quantities.is_empty()).then(|| PositionExposure {
                symbol: self.symbols[cell.instrument as usize].clone(),
                quantity: cell.quantities.position,
                cost_basis: attos_to_nanos(self.cost_bases[slot as usize]),
                mark_price: mark,
                market_value: attos_to_nanos(notional(mark, cell.quantities.position)),
                open_buy: cell.quantities.open[0],
                open_sell: cell.quantities.open[1],
            })
        });
        Ok(AccountExposure {
            cash: attos_to_nanos(account.cash),
            reserved: attos_to_nanos(account.reserved()),
            buying_power: attos_to_nanos(account.buying_power()),
            equity: attos_to_nanos(account.equity()),
            gross: attos_to_nanos(account.exposure.gross),
            net: attos_to_nanos(account.exposure.net),
            gross_worst: attos_to_nanos(account.exposure.gross_worst),
            open_buy: attos_to_nanos(account.exposure.open[0]),
            open_sell: attos_to_nanos(account.exposure.open[1]),
            day_start_equity: attos_to_nanos(account.day_start_equity),
            day_started_at_ns: account.day_started_at_ns,
            daily_pnl: attos_to_nanos(account.daily_pnl()),
            open_orders: account.open_orders,
            multiplier: account.multiplier,
            shorting_enabled: account.shorting_enabled,
            positions: positions.collect(),
        })
    }
}

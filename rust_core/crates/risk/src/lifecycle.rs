//! The life of an order after its check: restored, filled, changed, released.

use crate::account::Account;
use crate::cell::Quantities;
use crate::engine::{EngineError, RiskEngine};
use crate::money::{ATTOS_PER_NANO, MAX_PRICE_NANOS, MAX_QUANTITY_NANOS, notional};
use crate::open_orders::OpenOrders;
use crate::order::{Change, NO_CHANGE, OpenOrder, OrderKind, Prices, Side, Terms};
use crate::pricing::protection_price;
use crate::slot_index::hash_id;

/// The widest protection of the highest price.
const MAX_PROTECTION_NANOS: i64 = 52 * MAX_PRICE_NANOS;

impl RiskEngine {
    /// Takes an open order in at start, without checks. Quantity: what is still open; `filled`: it has had an execution.
    /// `protection` is the price that the venue holds it to; 0 where it has none.
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
        protection: i64,
        filled: bool,
    ) -> Result<(), EngineError> {
        let Prices {
            limit, stop, trail, ..
        } = prices;
        check_amount("open_quantity_nanos", open_nanos, 1..=MAX_QUANTITY_NANOS)?;
        check_amount("limit_price_nanos", limit, 0..=MAX_PRICE_NANOS)?;
        check_amount("stop_price_nanos", stop, 0..=MAX_PRICE_NANOS)?;
        check_amount("trail_price_nanos", trail, 0..=MAX_PRICE_NANOS)?;
        check_amount(
            "protection_price_nanos",
            protection,
            0..=MAX_PROTECTION_NANOS,
        )?;
        let hash = hash_id(order_id);
        let vacancy = self.orders.probe(order_id, hash);
        let vacancy = vacancy.err().ok_or(EngineError::OrderExists(order_id))?;
        let (account, instrument, cell) = self.place_of(account_id, symbol)?;
        self.refresh(account, instrument, cell);
        if self.cells[cell].quantities.open[side.index()] > MAX_QUANTITY_NANOS - open_nanos {
            return Err(EngineError::Invalid("open_quantity_nanos", "is too large"));
        }
        let mut terms = self.terms_of(cell, side, kind, open_nanos, &prices, protection, None);
        if filled {
            terms.charge_nanos = 0;
        }
        let account = self.reshape(cell, |quantities| {
            quantities.open[side.index()] += open_nanos
        });
        account.shift_reserved(terms.reserve());
        account.open_orders += 1;
        let order = OpenOrder {
            id: order_id,
            terms,
            cell,
            change: NO_CHANGE,
            side,
            kind,
        };
        self.orders.insert(vacancy, hash, order);
        Ok(())
    }

    /// Takes a change that the venue has not answered yet in at start, without checks. Terms as in
    /// [`RiskEngine::check_replace`].
    pub fn restore_replace(
        &mut self,
        original_id: u128,
        new_id: u128,
        open_nanos: i64,
        prices: &Prices,
        protection: i64,
    ) -> Result<(), EngineError> {
        check_amount("quantity_nanos", open_nanos, 1..=MAX_QUANTITY_NANOS)?;
        check_amount("limit_price_nanos", prices.limit, 0..=MAX_PRICE_NANOS)?;
        check_amount("stop_price_nanos", prices.stop, 0..=MAX_PRICE_NANOS)?;
        check_amount("trail_price_nanos", prices.trail, 0..=MAX_PRICE_NANOS)?;
        check_amount(
            "protection_price_nanos",
            protection,
            0..=MAX_PROTECTION_NANOS,
        )?;
        let slot = self.slot_of(original_id)?;
        let new_hash = hash_id(new_id);
        let order = *self.orders.get(slot);
        let vacancy = self
            .orders
            .probe(new_id, new_hash)
            .err()
            .filter(|_| order.change == NO_CHANGE);
        let vacancy = vacancy.ok_or(EngineError::OrderExists(new_id))?;
        let terms = self.terms_of(
            order.cell,
            order.side,
            order.kind,
            open_nanos,
            prices,
            protection,
            Some(&order.terms),
        );
        self.change_order(slot, |orders| {
            orders.begin_change(slot, vacancy, new_hash, Change { new_id, terms })
        });
        Ok(())
    }

    /// The terms that a check would have made. Without a protection price, which orders of earlier releases do not have,
    /// an order without a limit is reserved at the prices of now.
    #[allow(clippy::too_many_arguments)]
    fn terms_of(
        &self,
        cell: u32,
        side: Side,
        kind: OrderKind,
        open_nanos: i64,
        prices: &Prices,
        protection: i64,
        standing: Option<&Terms>,
    ) -> Terms {
        let cell = &self.cells[cell];
        let instrument = &self.instruments[cell.instrument as usize];
        let reserve_price = match (side, kind.has_limit(), protection) {
            (Side::Sell, ..) => 0,
            (_, true, _) => prices.limit,
            (_, _, 0) => {
                let protection_bp = self.policy.effective[cell.limits as usize].protection_bp;
                protection_price(side, kind, prices, instrument, protection_bp)
            }
            (_, _, protection) => protection,
        };
        let lot = instrument.lot.step;
        Terms::reserving(&self.fees, open_nanos, reserve_price, prices, standing, lot)
    }

    /// Moves what was filled out of the reservation into position and cash, and takes the commission (a rebate: below
    /// zero) out of the cash. An order with nothing left open is released.
    pub fn on_fill(
        &mut self,
        order_id: u128,
        quantity_nanos: i64,
        price_nanos: i64,
        commission_nanos: i64,
    ) -> Result<(), EngineError> {
        check_amount("quantity_nanos", quantity_nanos, 1..=MAX_QUANTITY_NANOS)?;
        check_amount("price_nanos", price_nanos, 0..=MAX_PRICE_NANOS)?;
        let slot = self.slot_of(order_id)?;
        if self.orders.get(slot).id != order_id {
            // The venue filled the changed order, so it has changed it.
            self.change_order(slot, |orders| orders.end_change(slot, true));
        }
        let OpenOrder { cell, side, .. } = *self.orders.get(slot);
        self.change_order(slot, |orders| orders.fill(slot, quantity_nanos));
        let signed = side.sign() * quantity_nanos;
        let position = self.cells[cell].quantities.position;
        let cost = &mut self.cost_bases[cell as usize];
        *cost = cost_after_fill(*cost, position, signed, price_nanos);
        let account = self.reshape(cell, |quantities| {
            quantities.position =
                (position + signed).clamp(-MAX_QUANTITY_NANOS, MAX_QUANTITY_NANOS);
        });
        let commission = i128::from(commission_nanos) * ATTOS_PER_NANO;
        account.shift_cash(-notional(price_nanos, signed) - commission);
        self.remove_if_done(slot);
        Ok(())
    }

    /// The order is canceled, rejected, expired or done: what it still reserved is free. Of a change that
    /// is under way, releasing the new id gives up the change and releasing the original gives up both.
    /// Returns whether there was anything to release.
    pub fn release(&mut self, order_id: u128) -> bool {
        let Ok(slot) = self.slot_of(order_id) else {
            return false;
        };
        if self.orders.get(slot).id == order_id {
            self.change_order(slot, |orders| orders.fill(slot, MAX_QUANTITY_NANOS));
            self.remove_if_done(slot);
        } else {
            self.change_order(slot, |orders| orders.end_change(slot, false));
            self.remove_if_done(slot);
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
        made: bool,
    ) -> Result<(), EngineError> {
        let Ok(slot) = self.slot_of(original_id) else {
            // A fill of the new id may have confirmed it already.
            let settled = made && self.slot_of(new_id).is_ok();
            return if settled {
                Ok(())
            } else {
                Err(EngineError::UnknownOrder(original_id))
            };
        };
        match self.orders.change(self.orders.get(slot)) {
            Some(change) if change.new_id == new_id => {}
            _ => return Err(EngineError::UnknownOrder(new_id)),
        }
        self.change_order(slot, |orders| orders.end_change(slot, made));
        self.remove_if_done(slot);
        Ok(())
    }

    /// The symbol of an open order, for messages about it.
    pub fn symbol_of(&self, order_id: u128) -> Option<&str> {
        let order = self.orders.get(self.slot_of(order_id).ok()?);
        Some(&self.symbols[self.cells[order.cell].instrument as usize])
    }

    fn slot_of(&self, order_id: u128) -> Result<u32, EngineError> {
        let found = self.orders.find(order_id, hash_id(order_id));
        found.ok_or(EngineError::UnknownOrder(order_id))
    }

    fn remove_if_done(&mut self, slot: u32) {
        if self.orders.load(slot).quantity == 0 {
            let cell = self.orders.get(slot).cell;
            self.orders.remove(slot);
            self.accounts[self.cells[cell].account as usize].open_orders -= 1;
        }
    }

    /// Changes an order and carries the difference into its cell and account.
    #[inline(always)]
    fn change_order(&mut self, slot: u32, change: impl FnOnce(&mut OpenOrders)) {
        let before = self.orders.load(slot);
        change(&mut self.orders);
        let after = self.orders.load(slot);
        if before == after {
            return;
        }
        let OpenOrder { cell, side, .. } = *self.orders.get(slot);
        let account = self.reshape(cell, |quantities| {
            quantities.open[side.index()] += after.quantity - before.quantity;
        });
        account.shift_reserved(after.reserve - before.reserve);
    }

    /// Changes a cell's quantities and its account's exposure with them.
    #[inline(always)]
    pub(crate) fn reshape(
        &mut self,
        cell: u32,
        change: impl FnOnce(&mut Quantities),
    ) -> &mut Account {
        let cell = &mut self.cells[cell];
        let mark = self.instruments[cell.instrument as usize].mark;
        let before = cell.quantities.weights();
        change(&mut cell.quantities);
        let account = &mut self.accounts[cell.account as usize];
        account
            .exposure
            .shift(&before, mark, &cell.quantities.weights(), mark);
        account
    }
}

fn check_amount(
    field: &'static str,
    value: i64,
    range: std::ops::RangeInclusive<i64>,
) -> Result<(), EngineError> {
    let problem = if value < *range.start() {
        "is too small"
    } else {
        "is too large"
    };
    if range.contains(&value) {
        Ok(())
    } else {
        Err(EngineError::Invalid(field, problem))
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

//! The calls made of the rules: check (and reserve), preview, replace.

use crate::cell::Cell;
use crate::engine::RiskEngine;
use crate::order::{Change, NO_CHANGE, OpenOrder, OrderRequest, Prices};
use crate::recent::RecentOrder;
use crate::refusal::{Figures, Reason, Refusal, refuse};
use crate::rules::{Plan, Question, View, ask};
use crate::slot_index::{Vacancy, hash_id, hash_pair};
use crate::symbol::SymbolKey;
use crate::usage::{Usage, usages};

/// The order passed every rule; what it may use is reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub policy_version: u64,
    pub rules_asked: u32,
    /// The worst price at which the venue may execute an order without a limit; 0: it needs no bound.
    pub protection_price: i64,
}

/// What an order would be told, and how far each limit is used before and after it.
#[derive(Clone, Debug)]
pub struct Preview {
    pub outcome: Result<Accepted, Refusal>,
    pub usages: Vec<Usage>,
}

const RULES: u32 = Reason::ALL.len() as u32;

/// Where the state of an account in a symbol lies.
#[derive(Clone, Copy)]
struct Place {
    account: u32,
    instrument: u32,
    cell: u32,
}

impl RiskEngine {
    /// Checks the order against every rule and, if it passes, reserves what it may use, in one pass.
    ///
    /// # Errors
    /// The first rule that refuses; nothing has changed then.
    #[inline(never)]
    pub fn check(&mut self, request: &OrderRequest<'_>) -> Result<Accepted, Refusal> {
        let order_hash = hash_id(request.order_id);
        self.orders.touch(order_hash);
        let place = self.locate(request)?;
        let vacancy = self.check_id(request.order_id, order_hash)?;
        let question = Question::of(request);
        let plan = ask(&self.view(place), &question)?;
        self.reserve(place, &question, &plan);

        let cell = &mut self.cells[place.cell];
        let entry = RecentOrder {
            previous: cell.recent(),
            time_ns: question.now_ns,
            quantity_nanos: question.quantity,
            prices: question.prices,
            side: question.side,
            kind: question.kind,
        };
        let window = self.policy.longest_duplicate_window_ns;
        let number = self
            .recent
            .push(entry, question.now_ns.saturating_sub(window));
        cell.set_recent(number, plan.recent_marks, question.now_ns);
        self.accounts[place.account as usize].open_orders += 1;
        let order = OpenOrder {
            id: request.order_id,
            terms: plan.terms,
            cell: place.cell,
            change: NO_CHANGE,
            side: question.side,
            kind: question.kind,
        };
        self.orders.insert(vacancy, order_hash, order);
        self.recent.expect();
        self.orders.expect();
        Ok(self.accepted(&plan))
    }

    /// Asks like [`RiskEngine::check`], reserves nothing, and says how far each limit would be used.
    pub fn preview(&mut self, request: &OrderRequest<'_>) -> Preview {
        let mut used = Vec::new();
        let outcome = self.locate(request).and_then(|place| {
            let question = Question::of(request);
            used = usages(&self.view(place), &question);
            self.check_id(request.order_id, hash_id(request.order_id))?;
            let plan = ask(&self.view(place), &question)?;
            Ok(self.accepted(&plan))
        });
        Preview {
            outcome,
            usages: used,
        }
    }

    /// Checks a change of an open order and reserves the worse of both while the venue decides.
    /// The rules are those of a new order with the final terms, in whose place the original does not stand.
    /// `quantity_nanos` is what stays open after the change, `prices` are all prices of the changed order.
    ///
    /// # Errors
    /// The first rule that refuses; nothing has changed then.
    pub fn check_replace(
        &mut self,
        original_id: u128,
        new_id: u128,
        quantity_nanos: i64,
        prices: &Prices,
        now_ns: i64,
        closing: bool,
    ) -> Result<Accepted, Refusal> {
        self.check_availability(now_ns)?;
        let Some(slot) = self.orders.find(original_id, hash_id(original_id)) else {
            return refuse(Reason::UnknownOrder, "order_id", Figures::None);
        };
        let order = *self.orders.get(slot);
        if order.change != NO_CHANGE {
            return refuse(Reason::ReplacePending, "order_id", Figures::None);
        }
        let new_hash = hash_id(new_id);
        let vacancy = self.check_id(new_id, new_hash)?;
        let Cell {
            account,
            instrument,
            ..
        } = self.cells[order.cell];
        let place = Place {
            account,
            instrument,
            cell: order.cell,
        };
        self.refresh(account, instrument, order.cell);
        self.check_halts(place)?;
        let question = Question {
            side: order.side,
            kind: order.kind,
            quantity: quantity_nanos,
            prices: *prices,
            closing,
            standing: Some(order.terms),
            now_ns,
        };
        let plan = ask(&self.view(place), &question)?;
        self.reserve(place, &question, &plan);
        self.orders.begin_change(
            slot,
            vacancy,
            new_hash,
            Change {
                new_id,
                terms: plan.terms,
            },
        );
        Ok(self.accepted(&plan))
    }

    fn accepted(&self, plan: &Plan) -> Accepted {
        Accepted {
            policy_version: self.policy.version,
            rules_asked: RULES,
            protection_price: plan.protection_price,
        }
    }

    #[inline(always)]
    fn check_availability(&self, now_ns: i64) -> Result<(), Refusal> {
        if now_ns >= self.lease_expires_at_ns || !self.policy_given {
            return refuse(Reason::LeaseExpired, "", Figures::None);
        }
        if self.policy.platform_halt != 0 {
            return refuse(
                Reason::PlatformHalted,
                "",
                Figures::Text(self.policy.platform_halt),
            );
        }
        Ok(())
    }

    /// The id must be new; gives the place for it.
    #[inline(always)]
    fn check_id(&self, order_id: u128, hash: u64) -> Result<Vacancy, Refusal> {
        match self.orders.probe(order_id, hash) {
            Err(vacancy) => Ok(vacancy),
            Ok(_) => refuse(Reason::DuplicateOrder, "order_id", Figures::None),
        }
    }

    #[inline(always)]
    fn check_halts(&self, place: Place) -> Result<(), Refusal> {
        let halt = self.accounts[place.account as usize].halt;
        if halt != 0 {
            return refuse(Reason::AccountHalted, "account_id", Figures::Text(halt));
        }
        let halt = self.instruments[place.instrument as usize].halt;
        if halt != 0 {
            return refuse(Reason::SymbolHalted, "symbol", Figures::Text(halt));
        }
        Ok(())
    }

    /// Availability, account, symbol and their halts; then where their state lies.
    #[inline(always)]
    fn locate(&mut self, request: &OrderRequest<'_>) -> Result<Place, Refusal> {
        let (account_hash, key) = (hash_id(request.account_id), SymbolKey::of(request.symbol));
        let pair_hash = hash_pair(account_hash, key.hash());
        self.cells.touch(pair_hash);
        self.check_availability(request.now_ns)?;
        let Some(account) = self.find_account(request.account_id, account_hash) else {
            return refuse(Reason::UnknownAccount, "account_id", Figures::None);
        };
        let Some(instrument) = self.find_instrument(request.symbol, &key) else {
            return refuse(Reason::UnknownSymbol, "symbol", Figures::None);
        };
        let cell = self.cell_of(pair_hash, account, instrument);
        self.refresh(account, instrument, cell);
        let place = Place {
            account,
            instrument,
            cell,
        };
        self.check_halts(place)?;
        Ok(place)
    }

    #[inline(always)]
    fn view(&self, place: Place) -> View<'_> {
        let cell = &self.cells[place.cell];
        View {
            account: &self.accounts[place.account as usize],
            instrument: &self.instruments[place.instrument as usize],
            cell,
            limits: &self.policy.effective[cell.limits as usize],
            policy: &self.policy,
            fees: &self.fees,
            recent: &self.recent,
        }
    }

    #[inline(always)]
    fn reserve(&mut self, place: Place, question: &Question, plan: &Plan) {
        let side = question.side.index();
        self.cells[place.cell].quantities.open[side] += plan.added_quantity;
        let account = &mut self.accounts[place.account as usize];
        account.rate_next_ns = plan.rate_next_ns;
        account.reserved_buys += plan.added_reserve;
        account.exposure.open[side] += plan.added_open;
        account.exposure.gross_worst += plan.added_gross;
        account.exposure.short_opening += plan.added_short;
    }
}

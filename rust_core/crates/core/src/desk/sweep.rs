//! Many orders end at once: mass cancel, expiry, the close of a session, new bands.

use super::Desk;
use crate::command::SetBands;
use crate::event::ReportKind;
use crate::order::{Side, TimeInForce};
use crate::reason::Reason;
use crate::store::{Extra, LevelKind, NONE, Order};

impl Desk<'_> {
    /// Every order's slot: bids, asks, buy stops, sell stops, best first; those that wait for an auction; market
    /// orders in one.
    pub(crate) fn slots(&self, mut visit: impl FnMut(LevelKind, u32)) {
        crate::desk::visit_slots(self.shared, self.book, &mut visit);
    }

    /// Ends the orders that `ends` picks, in the order of [`Desk::slots`].
    pub(crate) fn sweep(
        &mut self,
        kind: ReportKind,
        reason: Reason,
        ends: impl Fn(LevelKind, &Order, Option<&Extra>) -> bool,
    ) {
        let mut picked = Vec::new();
        self.slots(|queue, slot| {
            if ends(
                queue,
                self.shared.orders.get(slot),
                self.shared.orders.extra(slot),
            ) {
                picked.push(slot);
            }
        });
        for slot in picked {
            self.end(slot, kind, reason);
        }
    }

    pub(crate) fn mass_cancel(&mut self, account: Option<u128>) {
        self.sweep(ReportKind::Canceled, Reason::MassCancel, |_, order, _| {
            account.is_none_or(|account| order.account == account)
        });
    }

    /// Ends what is due now; returns when the next order is.
    pub(crate) fn expire_due(&mut self) -> i64 {
        let now = self.shared.now;
        self.sweep(ReportKind::Expired, Reason::ExpiryReached, |_, _, extra| {
            extra.is_some_and(|extra| extra.expires > 0 && extra.expires <= now)
        });
        let mut next = i64::MAX;
        self.slots(|_, slot| {
            let expires = self
                .shared
                .orders
                .extra(slot)
                .map_or(0, |extra| extra.expires);
            if expires > 0 {
                next = next.min(expires);
            }
        });
        next
    }

    pub(crate) fn close_session(&mut self) {
        self.sweep(ReportKind::Expired, Reason::SessionClose, |_, order, _| {
            order.time_in_force == TimeInForce::Day || order.time_in_force.is_auction_only()
        });
    }

    /// Orders and quotes that could trade outside the new bands end.
    pub(crate) fn set_bands(&mut self, bands: &SetBands) {
        self.book.lower_band = bands.lower.0;
        self.book.upper_band = bands.upper.0;
        let mut picked = Vec::new();
        self.slots(|queue, slot| {
            let order = self.shared.orders.get(slot);
            if queue.is_book() && self.book.is_outside_bands(order.side, self.limit_of(slot)) {
                picked.push(slot);
            }
        });
        for slot in picked {
            self.end(slot, ReportKind::Canceled, Reason::PriceBand);
        }
        let before = self.book.quote;
        for (at, side) in [Side::Buy, Side::Sell].into_iter().enumerate() {
            if self.book.is_outside_bands(side, before[at].price) {
                self.book.quote[at].quantity = 0;
            }
        }
        if self.book.quote != before {
            self.emit_quote();
        }
    }
}

/// See [`Desk::slots`].
pub(crate) fn visit_slots(
    shared: &super::Shared,
    book: &super::Book,
    visit: &mut dyn FnMut(LevelKind, u32),
) {
    let mut walk = |kind: LevelKind, level: u32| {
        let mut slot = if level == NONE {
            NONE
        } else {
            shared.levels.head(level)
        };
        while slot != NONE {
            visit(kind, slot);
            slot = shared.levels.next(slot);
        }
    };
    for kind in LevelKind::ALL {
        match book.ladders.get(kind as usize) {
            Some(ladder) => ladder.iter().for_each(|level| walk(kind, level)),
            None => walk(kind, book.queues[kind as usize - LevelKind::LADDERS]),
        }
    }
}

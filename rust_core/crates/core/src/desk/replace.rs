//! An order goes on under a new id with other terms.

use super::entry::{check_pieces, check_price, check_quantity};
use super::{Desk, Incoming, Shared};
use crate::book::Book;
use crate::command::Replace;
use crate::event::{Phase, Report, ReportKind};
use crate::id::OrderId;
use crate::order::{OrderType, TimeInForce};
use crate::reason::{Field, Reason, Refusal};
use crate::store::{Extra, Order, Seat};

/// What the order's terms would be.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Terms {
    leaves: i64,
    limit: i64,
    stop: i64,
    trail: i64,
    trail_bp: u32,
    time_in_force: TimeInForce,
    expires: i64,
}

/// Can an order of this kind be given these terms? Nothing here depends on what the market does.
pub(crate) fn check_terms(
    book: &Book,
    now: i64,
    order: &Order,
    extra: &Extra,
    replace: &Replace,
) -> Result<(), Refusal> {
    if replace.quantity.0 != 0 {
        check_quantity(book, Field::Quantity, replace.quantity.0)?;
        if replace.quantity.0 <= order.filled {
            return Err(Refusal::with_limit(
                Reason::QuantityFilled,
                Field::Quantity,
                order.filled,
            ));
        }
        check_pieces(Field::Quantity, replace.quantity.0, extra.display)?;
        let growth = (replace.quantity.0 - order.filled).saturating_sub(order.leaves);
        if book.open_quantity.checked_add(growth).is_none() {
            let room = i64::MAX - book.open_quantity;
            return Err(Refusal::with_limit(
                Reason::QuantityOverflow,
                Field::Quantity,
                room,
            ));
        }
    }
    if replace.limit_price.0 != 0 {
        check_price(book, Field::LimitPrice, replace.limit_price.0)?;
    }
    if replace.stop_price.0 != 0 {
        check_price(book, Field::StopPrice, replace.stop_price.0)?;
        if !matches!(order.order_type, OrderType::Stop | OrderType::StopLimit) {
            return Err(Refusal::with_limit(
                Reason::InvalidPrice,
                Field::StopPrice,
                0,
            ));
        }
    }
    if replace.trail_price.0 != 0 {
        check_price(book, Field::Trail, replace.trail_price.0)?;
        if order.order_type != OrderType::TrailingStop || extra.trail == 0 {
            return Err(Refusal::new(Reason::InvalidTrail, Field::Trail));
        }
    }
    if replace.trail_percent_bp != 0
        && (order.order_type != OrderType::TrailingStop
            || extra.trail_bp == 0
            || replace.trail_percent_bp > 9_999)
    {
        return Err(Refusal::new(Reason::InvalidTrail, Field::Trail));
    }
    check_duration(now, order, extra, replace)
}

/// Orders for an auction stay what they are, and nothing that rests becomes immediate.
fn check_duration(
    now: i64,
    order: &Order,
    extra: &Extra,
    replace: &Replace,
) -> Result<(), Refusal> {
    let has = order.time_in_force;
    let wanted = replace.time_in_force.unwrap_or(has);
    if wanted != has && !(rests(has) && rests(wanted)) {
        return Err(Refusal::new(Reason::InvalidTimeInForce, Field::TimeInForce));
    }
    let expires = expiry_after(extra, replace);
    let fits = match wanted {
        TimeInForce::Gtd => expires > now || (replace.expires_at_ns == 0 && extra.expires > 0),
        _ => replace.expires_at_ns == 0,
    };
    if !fits {
        let limit = if wanted == TimeInForce::Gtd { now } else { 0 };
        return Err(Refusal::with_limit(
            Reason::InvalidExpiry,
            Field::ExpiresAt,
            limit,
        ));
    }
    Ok(())
}

fn rests(time_in_force: TimeInForce) -> bool {
    matches!(
        time_in_force,
        TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd
    )
}

fn expiry_after(extra: &Extra, replace: &Replace) -> i64 {
    if replace.expires_at_ns != 0 {
        replace.expires_at_ns
    } else {
        extra.expires
    }
}

impl Desk<'_> {
    pub(crate) fn check_replace(
        &self,
        slot: u32,
        replace: &Replace,
        now: i64,
    ) -> Result<(), Refusal> {
        let extra = self.shared.orders.extra(slot).copied().unwrap_or_default();
        let order = self.shared.orders.get(slot);
        check_terms(self.book, now, order, &extra, replace)
    }

    /// The terms have been checked, the new id is new.
    pub(crate) fn replace(&mut self, slot: u32, replace: &Replace) {
        let old = self.terms_of(slot);
        let filled = self.shared.orders.get(slot).filled;
        let keep = |wanted: i64, has: i64| if wanted == 0 { has } else { wanted };
        let time_in_force = replace.time_in_force.unwrap_or(old.time_in_force);
        let new = Terms {
            leaves: if replace.quantity.0 == 0 {
                old.leaves
            } else {
                replace.quantity.0 - filled
            },
            limit: keep(replace.limit_price.0, old.limit),
            stop: keep(replace.stop_price.0, old.stop),
            trail: keep(replace.trail_price.0, old.trail),
            trail_bp: if replace.trail_percent_bp == 0 {
                old.trail_bp
            } else {
                replace.trail_percent_bp
            },
            time_in_force,
            expires: if time_in_force == TimeInForce::Gtd {
                keep(replace.expires_at_ns, old.expires)
            } else {
                0
            },
        };
        if self.phase() == Phase::Halted {
            return self.reject_replace(slot, replace, Reason::Halted);
        }
        let leaves = new.leaves;
        let only_shrinks = Terms { leaves, ..old } == new && leaves <= old.leaves;
        if only_shrinks {
            self.replace_in_place(slot, replace, new.leaves);
        } else {
            self.requeue(slot, replace, &new);
        }
    }

    fn terms_of(&self, slot: u32) -> Terms {
        let extra = self.shared.orders.extra(slot).copied().unwrap_or_default();
        let order = self.shared.orders.get(slot);
        // A trailing stop's price is its own doing, not a term.
        let stop = if extra.watermark > 0 { 0 } else { extra.stop };
        Terms {
            leaves: order.leaves,
            limit: self.limit_of(slot),
            stop,
            trail: extra.trail,
            trail_bp: extra.trail_bp,
            time_in_force: order.time_in_force,
            expires: extra.expires,
        }
    }

    fn reject_replace(&mut self, slot: u32, replace: &Replace, reason: Reason) {
        let mut order = *self.shared.orders.get(slot);
        order.id = replace.new_order_id.0;
        let price = self.limit_of(slot);
        self.report(
            &order,
            price,
            order.leaves,
            ReportKind::ReplaceRejected,
            reason,
        );
        self.name_original(replace.order_id);
        self.remember(replace.new_order_id);
    }

    fn name_original(&mut self, original: OrderId) {
        if let Some(crate::Event::Report(Report {
            original_order_id, ..
        })) = self.out.last_mut()
        {
            *original_order_id = original;
        }
    }

    fn rename(&mut self, slot: u32, replace: &Replace) {
        self.shared.ids.close(&self.shared.orders, slot);
        let seat = self.remember(replace.new_order_id);
        let Shared { ids, orders, .. } = &mut *self.shared;
        orders.get_mut(slot).id = replace.new_order_id.0;
        ids.open(orders, slot, seat);
    }

    fn replace_in_place(&mut self, slot: u32, replace: &Replace, leaves: i64) {
        let before = self
            .shared
            .levels
            .get(self.shared.orders.get(slot).level)
            .quantity;
        let price = self.limit_of(slot);
        self.shrink(slot, leaves);
        self.rename(slot, replace);
        let order = *self.shared.orders.get(slot);
        self.report_replaced(&order, replace.order_id.0, price, Reason::None);
        let level = *self.shared.levels.get(order.level);
        let shown = self.shared.orders.shown(slot);
        if level.kind.is_book() && shown > 0 {
            self.emit_rename(&order, replace.order_id.0, price, shown);
            if level.quantity != before {
                self.emit_level(order.side, price, level.quantity, level.orders);
            }
        }
    }

    fn requeue(&mut self, slot: u32, replace: &Replace, new: &Terms) {
        let mut incoming = Incoming::from_slot(&self.shared.orders, slot, new.limit);
        let old_leaves = incoming.order.leaves;
        incoming.order.id = replace.new_order_id.0;
        incoming.order.leaves = new.leaves;
        incoming.order.set_hidden(false);
        incoming.order.time_in_force = new.time_in_force;
        if new.expires != 0 && incoming.extra.is_none() {
            incoming.extra = Some(Extra::default());
        }
        if let Some(extra) = &mut incoming.extra {
            extra.minimum = extra.minimum.min(new.leaves);
            (extra.trail, extra.trail_bp) = (new.trail, new.trail_bp);
            extra.expires = new.expires;
            if extra.watermark == 0 {
                extra.stop = new.stop;
            }
        }
        if let Err(reason) = self.admit(&mut incoming) {
            return self.reject_replace(slot, replace, reason);
        }
        self.unlink(slot);
        self.rename(slot, replace);
        self.book.open_quantity += new.leaves - old_leaves;
        let order = incoming.order;
        self.report_replaced(&order, replace.order_id.0, incoming.limit, Reason::None);
        self.place(&mut incoming);
    }

    fn remember(&mut self, order_id: OrderId) -> Seat {
        let Shared { ids, orders, .. } = &mut *self.shared;
        let home = ids.home(order_id.0);
        ids.remember(orders, home, order_id.0)
    }
}

//! A new order: what is refused, what is rejected, and where it goes.

use super::{Desk, Incoming};
use crate::book::Book;
use crate::command::{AuctionKind, NewOrder};
use crate::event::{Phase, ReportKind};
use crate::order::{OrderType, PostOnly, TimeInForce};
use crate::reason::{Field, Reason, Refusal};
use crate::store::{Extra, LevelKind, NONE, Order, Seat};

/// Is the order one that a book with this grid can hold? Nothing here depends on what the market does.
#[cold]
#[inline(never)]
pub(crate) fn check_form(book: &Book, now: i64, order: &NewOrder) -> Result<(), Refusal> {
    if order.account_id.0 == 0 {
        return Err(Refusal::new(Reason::InvalidId, Field::AccountId));
    }
    check_quantity(book, Field::Quantity, order.quantity.0)?;
    // Without a limit of its own an order may have a price that bounds it.
    if order.order_type.has_limit_price() || order.limit_price.0 != 0 {
        check_price(book, Field::LimitPrice, order.limit_price.0)?;
    }
    let stop = matches!(order.order_type, OrderType::Stop | OrderType::StopLimit);
    check_kind_price(book, Field::StopPrice, order.stop_price.0, stop)?;
    check_trail(book, order)?;
    check_time_in_force(now, order)?;
    check_display(book, order)?;
    check_minimum(book, order)?;
    let may_be_post_only = order.order_type == OrderType::Limit
        && matches!(
            order.time_in_force,
            TimeInForce::Day | TimeInForce::Gtc | TimeInForce::Gtd
        );
    if order.post_only != PostOnly::Off && !may_be_post_only {
        return Err(Refusal::new(Reason::InvalidPostOnly, Field::PostOnly));
    }
    Ok(())
}

/// Positive and on the lot.
pub(crate) fn check_quantity(book: &Book, field: Field, quantity: i64) -> Result<(), Refusal> {
    if quantity <= 0 {
        return Err(Refusal::with_limit(
            Reason::InvalidQuantity,
            field,
            book.lot.divisor(),
        ));
    }
    if !book.lot.divides(quantity) {
        return Err(Refusal::with_limit(
            Reason::OffLot,
            field,
            book.lot.divisor(),
        ));
    }
    Ok(())
}

/// Positive and on the tick.
pub(crate) fn check_price(book: &Book, field: Field, price: i64) -> Result<(), Refusal> {
    if price <= 0 {
        return Err(Refusal::with_limit(
            Reason::InvalidPrice,
            field,
            book.tick.divisor(),
        ));
    }
    if !book.tick.divides(price) {
        return Err(Refusal::with_limit(
            Reason::OffTick,
            field,
            book.tick.divisor(),
        ));
    }
    Ok(())
}

fn check_kind_price(book: &Book, field: Field, price: i64, wanted: bool) -> Result<(), Refusal> {
    if wanted {
        return check_price(book, field, price);
    }
    if price != 0 {
        return Err(Refusal::with_limit(Reason::InvalidPrice, field, 0));
    }
    Ok(())
}

fn check_trail(book: &Book, order: &NewOrder) -> Result<(), Refusal> {
    let (price, percent) = (order.trail_price.0, order.trail_percent_bp);
    let invalid = Err(Refusal::new(Reason::InvalidTrail, Field::Trail));
    if order.order_type != OrderType::TrailingStop {
        return if price == 0 && percent == 0 {
            Ok(())
        } else {
            invalid
        };
    }
    match (price != 0, percent) {
        (true, 0) => check_price(book, Field::Trail, price),
        (false, 1..=9999) => Ok(()),
        _ => invalid,
    }
}

fn check_time_in_force(now: i64, order: &NewOrder) -> Result<(), Refusal> {
    if order.time_in_force == TimeInForce::Gtd {
        if order.expires_at_ns <= now {
            return Err(Refusal::with_limit(
                Reason::InvalidExpiry,
                Field::ExpiresAt,
                now,
            ));
        }
    } else if order.expires_at_ns != 0 {
        return Err(Refusal::with_limit(
            Reason::InvalidExpiry,
            Field::ExpiresAt,
            0,
        ));
    }
    if order.time_in_force.is_auction_only() && order.order_type.is_stop() {
        return Err(Refusal::new(Reason::InvalidTimeInForce, Field::TimeInForce));
    }
    Ok(())
}

/// Of an order that rests and is not hidden: a part of it.
fn check_display(book: &Book, order: &NewOrder) -> Result<(), Refusal> {
    let display = order.display_quantity.0;
    if display == 0 {
        return Ok(());
    }
    let rests = order.order_type.has_limit_price()
        && !order.time_in_force.is_immediate()
        && !order.time_in_force.is_auction_only();
    if display < 0 || display > order.quantity.0 || !rests || order.minimum_quantity.0 != 0 {
        let limit = order.quantity.0;
        return Err(Refusal::with_limit(
            Reason::InvalidDisplayQuantity,
            Field::DisplayQuantity,
            limit,
        ));
    }
    check_pieces(Field::DisplayQuantity, order.quantity.0, display)?;
    check_quantity(book, Field::DisplayQuantity, display)
}

/// One order that takes an iceberg trades with every piece of it, so there are not more than `MAX_PIECES`.
pub(crate) fn check_pieces(field: Field, quantity: i64, display: i64) -> Result<(), Refusal> {
    const MAX_PIECES: i64 = 1_000;
    if display > 0 && display < quantity / MAX_PIECES {
        return Err(Refusal::with_limit(
            Reason::InvalidDisplayQuantity,
            field,
            quantity / MAX_PIECES,
        ));
    }
    Ok(())
}

fn check_minimum(book: &Book, order: &NewOrder) -> Result<(), Refusal> {
    let minimum = order.minimum_quantity.0;
    if minimum == 0 {
        return Ok(());
    }
    let possible = !order.order_type.is_stop() && !order.time_in_force.is_auction_only();
    if minimum < 0 || minimum > order.quantity.0 || !possible {
        let limit = order.quantity.0;
        return Err(Refusal::with_limit(
            Reason::InvalidMinimumQuantity,
            Field::MinimumQuantity,
            limit,
        ));
    }
    check_quantity(book, Field::MinimumQuantity, minimum)
}

impl Desk<'_> {
    /// The order's form has been checked, its id is new.
    #[cold]
    #[inline(never)]
    pub(crate) fn enter(&mut self, new: &NewOrder, seat: Seat) {
        let mut incoming = Incoming {
            order: Order::new(
                new.order_id.0,
                new.account_id.0,
                new.side,
                new.order_type,
                new.time_in_force,
                new.self_trade,
                new.post_only,
            ),
            limit: new.limit_price.0,
            extra: extra_of(new),
            slot: NONE,
            begun: None,
        };
        incoming.order.leaves = new.quantity.0;
        incoming.order.seat = seat;
        self.book.open_quantity += new.quantity.0;
        if let Err(reason) = self.admit(&mut incoming) {
            return self.end_incoming(&incoming, ReportKind::Rejected, reason);
        }
        let order = incoming.order;
        self.report(
            &order,
            incoming.limit,
            order.leaves,
            ReportKind::New,
            Reason::None,
        );
        self.place(&mut incoming);
    }

    /// Does the market's state let the order in? A post-only order may slide.
    #[inline]
    pub(super) fn admit(&mut self, incoming: &mut Incoming) -> Result<(), Reason> {
        let side = incoming.order.side;
        let phase = self.phase();
        if phase == Phase::Halted {
            return Err(Reason::Halted);
        }
        let waits = incoming.order.order_type.is_stop();
        let auction_only = incoming.order.time_in_force.is_auction_only();
        let post_only = incoming.order.post_only();
        if phase == Phase::Auction && !waits && !auction_only {
            let immediate = incoming.order.time_in_force.is_immediate()
                || incoming.order.order_type == OrderType::Market;
            if immediate || post_only != PostOnly::Off {
                return Err(Reason::AuctionOn);
            }
        }
        if incoming.limit > 0 && self.book.is_outside_bands(side, incoming.limit) {
            return Err(Reason::PriceBand);
        }
        let trails = incoming.extra.is_some_and(|extra| extra.watermark > 0);
        if incoming.order.order_type == OrderType::TrailingStop
            && !trails
            && self.book.reference(side) == 0
        {
            return Err(Reason::NoReferencePrice);
        }
        if post_only != PostOnly::Off && self.crosses(side, incoming.limit) {
            self.slide(incoming)?;
        }
        if phase == Phase::Continuous && incoming.minimum() > 0 {
            let available = self.available(incoming);
            if available > 0 && available < incoming.minimum() {
                return Err(Reason::MinimumNotMet);
            }
        }
        Ok(())
    }

    fn slide(&mut self, incoming: &mut Incoming) -> Result<(), Reason> {
        let side = incoming.order.side;
        let tick = self.book.tick.divisor();
        let slid = match side {
            crate::Side::Buy => self.touch(side) - tick,
            crate::Side::Sell => self.touch(side).checked_add(tick).unwrap_or(0),
        };
        if incoming.order.post_only() == PostOnly::Reject || slid <= 0 {
            return Err(Reason::PostOnlyWouldTake);
        }
        incoming.limit = slid;
        Ok(())
    }

    /// Where an admitted order goes: matching, a stop ladder, or the wait for an auction.
    #[inline]
    pub(super) fn place(&mut self, incoming: &mut Incoming) {
        if incoming.order.order_type.is_stop() {
            return self.place_stop(incoming);
        }
        if incoming.order.time_in_force.is_auction_only() {
            return self.place_auction_only(incoming);
        }
        if self.book.auction.is_some() {
            return self.rest(incoming);
        }
        self.execute(incoming);
    }

    fn place_auction_only(&mut self, incoming: &mut Incoming) {
        let joins = self
            .book
            .auction
            .is_some_and(|kind| takes_part(kind, incoming.order.time_in_force));
        if joins {
            return self.join_auction(incoming);
        }
        incoming.extra = Some(Extra {
            limit: incoming.limit,
            ..incoming.extra.unwrap_or_default()
        });
        let slot = self.keep(incoming);
        self.link(slot, LevelKind::Waiting, 0);
    }
}

pub(super) fn takes_part(kind: AuctionKind, time_in_force: TimeInForce) -> bool {
    match kind {
        AuctionKind::Any => time_in_force.is_auction_only(),
        AuctionKind::Opening => time_in_force == TimeInForce::AtOpen,
        AuctionKind::Closing => time_in_force == TimeInForce::AtClose,
    }
}

#[inline]
fn extra_of(new: &NewOrder) -> Option<Extra> {
    let needed = new.order_type.is_stop()
        || (new.display_quantity.0 | new.minimum_quantity.0 | new.expires_at_ns) != 0;
    needed.then_some(Extra {
        limit: 0,
        stop: new.stop_price.0,
        trail: new.trail_price.0,
        trail_bp: new.trail_percent_bp,
        watermark: 0,
        display: new.display_quantity.0,
        shown: 0,
        minimum: new.minimum_quantity.0,
        expires: new.expires_at_ns,
    })
}

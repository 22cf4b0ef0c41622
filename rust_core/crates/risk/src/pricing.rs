//! An order's prices: are they the right ones, on the grid, within their bounds; what is the order worth, and what is
//! the worst that it may cost.
//!
//! Two bounds hold. The collar binds aggressive prices: a limit that would trade beyond the market. A passive limit, a
//! stop or a take profit may be far from the market, within [`SANITY_FACTOR`]. What has no limit of its own (market
//! orders, stops, trailing stops) gets one: the price at which it goes to the market and the market protection beyond
//! it. That price is what a buy reserves, and the venue holds the order to it.
//!
//! Order types come in no predictable order, so beyond limit orders the way through does not branch on them:
//! every type's figures are worked out and the one that counts is picked. Only a refusal asks what was wrong.

use crate::grid::Grid;
use crate::instrument::Instrument;
use crate::limits::{EffectiveLimits, MAX_COLLAR_BP};
use crate::money::MAX_PRICE_NANOS;
use crate::order::{OrderKind, Prices, Side};
use crate::refusal::{Figures, Reason, Refusal, refuse};

pub struct Priced {
    /// Per unit, for the order's value.
    pub value_price: i64,
    /// Per unit, the worst that a buy may cost, commission aside; 0 for sells.
    pub reserve_price: i64,
    /// The worst price at which an order without a limit may execute; 0 for orders with one.
    pub protection_price: i64,
}

/// A price further from the reference than this factor is nonsense, whatever side of the market it is on.
pub const SANITY_FACTOR: i64 = 10;

const LIMIT: u32 = 1;
const STOP: u32 = 2;
const TRAIL: u32 = 4;
const TRAIL_BP: u32 = 8;

/// By order type: which sets of prices are complete, as bits numbered by the set.
const COMPLETE: [u16; 6] = [
    0,
    1,
    1 << LIMIT,
    1 << STOP,
    1 << (LIMIT | STOP),
    1 << TRAIL | 1 << TRAIL_BP,
];

fn given(prices: &Prices) -> u32 {
    let bit = |given: bool, bit: u32| u32::from(given) * bit;
    bit(prices.limit != 0, LIMIT)
        | bit(prices.stop != 0, STOP)
        | bit(prices.trail != 0, TRAIL)
        | bit(prices.trail_bp != 0, TRAIL_BP)
}

/// Each price that the kind has must be there and on the grid; each that it has not must not be there.
#[inline(always)]
pub fn check_grid(kind: OrderKind, prices: &Prices, tick: &Grid) -> Result<(), Refusal> {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = *prices;
    let complete = (COMPLETE[kind as usize] >> given(prices)) & 1 == 1;
    let on_grid = tick.holds(limit) & tick.holds(stop) & tick.holds(trail);
    let not_negative = (limit | stop | trail) >= 0;
    let not_large = (limit.max(stop).max(trail) <= MAX_PRICE_NANOS) & (trail_bp <= MAX_COLLAR_BP);
    if complete & on_grid & not_negative & not_large {
        Ok(())
    } else {
        explain_grid(kind, prices, tick.step)
    }
}

#[cold]
fn explain_grid(kind: OrderKind, prices: &Prices, tick: i64) -> Result<(), Refusal> {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = *prices;
    check_price(kind.has_limit(), "limit_price", limit, tick)?;
    check_price(kind.has_stop(), "stop_price", stop, tick)?;
    let trailing = kind == OrderKind::TrailingStop;
    check_price(trailing && trail_bp == 0, "trail_price", trail, tick)?;
    if trailing && trail_bp > MAX_COLLAR_BP {
        return refuse(Reason::Overflow, "trail_percent", Figures::None);
    }
    refuse(Reason::InvalidPrice, "trail_percent", Figures::None)
}

fn check_price(wanted: bool, field: &'static str, value: i64, tick: i64) -> Result<(), Refusal> {
    if !wanted && value != 0 {
        return refuse(Reason::InvalidPrice, field, Figures::None);
    }
    if wanted && (value <= 0 || value % tick != 0) {
        return refuse(
            Reason::InvalidPrice,
            field,
            Figures::Grid { value, step: tick },
        );
    }
    if value > MAX_PRICE_NANOS {
        return refuse(Reason::Overflow, field, Figures::None);
    }
    Ok(())
}

/// Checks the bounds of every price that an order states or implies. The prices have passed [`check_grid`].
#[inline(always)]
pub fn price_order(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<Priced, Refusal> {
    let touch = instrument.touch[side.index()];
    let sells = side.index() as i64;
    let (value, worst, protection) = if kind == OrderKind::Limit {
        let bounds = Bounds::of(instrument.reference, limits.collar_bp);
        if bounds.is_aggressive(side, prices.limit) | bounds.is_insane(prices.limit) {
            return explain_bounds(side, kind, prices, instrument, limits);
        }
        (prices.limit, prices.limit, 0)
    } else {
        price_other(side, kind, prices, instrument, limits)?
    };
    Ok(Priced {
        // A sell with a low limit is still worth what the market pays.
        value_price: value.max(touch * sells),
        reserve_price: worst * (1 - sells),
        protection_price: protection,
    })
}

/// The bounds of prices around a base: the reference, or the stop at which a limit comes to the market.
struct Bounds {
    base: i64,
    width: i64,
    /// Without a collar there is no other bound either.
    bounded: bool,
}

impl Bounds {
    #[inline(always)]
    fn of(base: i64, collar_bp: u32) -> Bounds {
        let bounded = collar_bp != 0;
        Bounds {
            base,
            width: if bounded {
                fraction(base, collar_bp)
            } else {
                i64::MAX
            },
            bounded,
        }
    }

    /// Would it pay more, or sell for less, than the collar allows?
    #[inline(always)]
    fn is_aggressive(&self, side: Side, price: i64) -> bool {
        side.sign() * (price - self.base) > self.width
    }

    /// Both factors are at most 10⁸ units in nanos, so the products fit.
    #[inline(always)]
    fn is_insane(&self, price: i64) -> bool {
        self.bounded & ((price * SANITY_FACTOR < self.base) | (price > self.base * SANITY_FACTOR))
    }
}

/// Where a stop-limit order comes to the market: its stop, or the market that is past it already.
#[inline(always)]
fn stop_base(side: Side, stop: i64, market: i64) -> i64 {
    match side {
        Side::Buy => stop.max(market),
        Side::Sell => stop.min(market),
    }
}

/// Value, worst price and protection price of every type but the most common one.
fn price_other(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<(i64, i64, i64), Refusal> {
    let touch = instrument.touch[side.index()];
    let Prices { limit, stop, .. } = *prices;
    let trigger = trailing_trigger(side, prices, touch);
    let given = given(prices);
    let market = Bounds::of(instrument.reference, limits.collar_bp);
    let insane = |price: i64, set: u32| {
        market.is_insane(price.clamp(0, MAX_PRICE_NANOS)) & (given & set != 0)
    };
    let trailing = TRAIL | TRAIL_BP;
    let nonsense = ((trigger <= 0) | (trigger > MAX_PRICE_NANOS)) & (given & trailing != 0);
    let live = Bounds::of(
        stop_base(side, stop, instrument.reference),
        limits.collar_bp,
    );
    let aggressive = (given & LIMIT != 0) & live.is_aggressive(side, limit);
    let outside = !nonsense
        && (aggressive | insane(limit, LIMIT) | insane(stop, STOP) | insane(trigger, trailing));
    if nonsense | outside {
        return explain_bounds(side, kind, prices, instrument, limits);
    }
    let value = [0, touch, limit, stop, limit, trigger][kind as usize];
    if kind.has_limit() {
        return Ok((value, limit, 0));
    }
    let protection = protection_price(side, kind, prices, instrument, limits.protection_bp);
    Ok((value, protection, protection))
}

/// The worst price at which an order without a limit may execute: the price at which it goes to the market, and the
/// market protection beyond it, on the grid and never better than the market.
pub fn protection_price(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    protection_bp: u32,
) -> i64 {
    let touch = instrument.touch[side.index()];
    let base = match kind {
        OrderKind::Stop => stop_base(side, prices.stop, touch),
        OrderKind::TrailingStop => trailing_trigger(side, prices, touch).clamp(1, MAX_PRICE_NANOS),
        _ => touch,
    };
    let tick = instrument.tick.step;
    match side {
        Side::Buy => (slipped(base, protection_bp) + tick - 1) / tick * tick,
        Side::Sell => ((base - fraction(base, protection_bp)) / tick * tick).max(tick),
    }
}

#[cold]
fn explain_bounds<T>(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    limits: &EffectiveLimits,
) -> Result<T, Refusal> {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = *prices;
    let reference = instrument.reference;
    let market = Bounds::of(reference, limits.collar_bp);
    let sane = |field, price| {
        let figures = Figures::Bounds {
            price,
            low: (reference + SANITY_FACTOR - 1) / SANITY_FACTOR,
            high: reference * SANITY_FACTOR,
        };
        refuse(Reason::PriceCollar, field, figures)
    };
    if kind == OrderKind::TrailingStop {
        let field = if trail_bp == 0 {
            "trail_price"
        } else {
            "trail_percent"
        };
        let trigger = trailing_trigger(side, prices, instrument.touch[side.index()]);
        if trigger <= 0 || trigger > MAX_PRICE_NANOS || (trail | i64::from(trail_bp)) == 0 {
            let figures = Figures::Grid { value: -1, step: 0 };
            return refuse(Reason::InvalidPrice, field, figures);
        }
        return sane(field, trigger);
    }
    if kind.has_stop() && market.is_insane(stop) {
        return sane("stop_price", stop);
    }
    let base = if kind == OrderKind::StopLimit {
        stop_base(side, stop, reference)
    } else {
        reference
    };
    let live = Bounds::of(base, limits.collar_bp);
    if !live.is_aggressive(side, limit) {
        return sane("limit_price", limit);
    }
    let width = live.width;
    let figures = Figures::Collar {
        price: limit,
        low: base.saturating_sub(width).max(0),
        high: base.saturating_add(width),
        collar_bp: limits.collar_bp,
    };
    refuse(Reason::PriceCollar, "limit_price", figures)
}

/// Where a trailing stop would go off if the market turned now; it follows the side of the market that it trades with.
#[inline(always)]
pub fn trailing_trigger(side: Side, prices: &Prices, touch: i64) -> i64 {
    touch + side.sign() * (prices.trail + fraction(touch, prices.trail_bp))
}

/// A price and the protection beyond it, rounded up.
#[inline(always)]
fn slipped(price: i64, protection_bp: u32) -> i64 {
    let bp = i64::from(protection_bp);
    price + price / 10_000 * bp + (price % 10_000 * bp + 9_999) / 10_000
}

/// Hundredths of a percent of a price, rounded down; fits while both are at most their caps.
#[inline(always)]
fn fraction(price: i64, bp: u32) -> i64 {
    let bp = i64::from(bp);
    price / 10_000 * bp + price % 10_000 * bp / 10_000
}

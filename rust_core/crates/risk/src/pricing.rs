//! An order's prices: are they the right ones, on the grid, inside the collar; what is the order worth,
//! and what is the worst that it may cost.
//!
//! Order types come in no predictable order, so beyond limit orders the way through does not branch on them:
//! every type's figures are worked out and the one that counts is picked. Only a refusal asks what was wrong.

use crate::grid::Grid;
use crate::instrument::Instrument;
use crate::limits::MAX_COLLAR_BP;
use crate::money::MAX_PRICE_NANOS;
use crate::order::{OrderKind, Prices, Side};
use crate::refusal::{Figures, Reason, Refusal, refuse};

pub struct Priced {
    /// Per unit, for the order's value.
    pub value_price: i64,
    /// Per unit, the worst that a buy may cost; 0 for sells.
    pub reserve_price: i64,
}

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

/// The collar around the reference holds for every price that an order states or implies. The prices have
/// passed [`check_grid`].
#[inline(always)]
pub fn price_order(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    collar_bp: u32,
) -> Result<Priced, Refusal> {
    let reference = instrument.reference;
    let touch = instrument.touch[side.index()];
    let width = if collar_bp == 0 {
        i64::MAX
    } else {
        fraction(reference, collar_bp)
    };
    let limit_outside = (prices.limit - reference).abs() > width;
    let (value, worst) = if kind == OrderKind::Limit {
        if limit_outside {
            return explain_collar(prices, 0, reference, width, collar_bp);
        }
        (prices.limit, prices.limit)
    } else {
        price_other(side, kind, prices, instrument, width, collar_bp)?
    };
    let sells = side.index() as i64;
    Ok(Priced {
        // A sell with a low limit is still worth what the market pays.
        value_price: value.max(touch * sells),
        reserve_price: worst * (1 - sells),
    })
}

/// Value and worst price of every type but the most common one.
fn price_other(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    width: i64,
    collar_bp: u32,
) -> Result<(i64, i64), Refusal> {
    let reference = instrument.reference;
    let touch = instrument.touch[side.index()];
    let Prices { limit, stop, .. } = *prices;
    let trigger = trailing_trigger(side, prices, reference);
    let given = given(prices);
    let outside = |price: i64, set: u32| ((price - reference).abs() > width) & (given & set != 0);
    let trailing = TRAIL | TRAIL_BP;
    let nonsense = ((trigger <= 0) | (trigger > MAX_PRICE_NANOS)) & (given & trailing != 0);
    if outside(limit, LIMIT) | outside(stop, STOP) | outside(trigger, trailing) | nonsense {
        return explain_collar(prices, trigger, reference, width, collar_bp);
    }
    let value = [0, touch, limit, stop, limit, trigger][kind as usize];
    // A buy stop below the market goes off at once, at the market.
    let base = [0, touch, limit, stop.max(touch), limit, trigger][kind as usize];
    let slips = i64::from(!kind.has_limit());
    Ok((value, base + (slipped(base, collar_bp) - base) * slips))
}

#[cold]
fn explain_collar<T>(
    prices: &Prices,
    trigger: i64,
    reference: i64,
    width: i64,
    collar_bp: u32,
) -> Result<T, Refusal> {
    let (low, high) = (
        reference.saturating_sub(width).max(0),
        reference.saturating_add(width),
    );
    let trail = if prices.trail_bp == 0 {
        "trail_price"
    } else {
        "trail_percent"
    };
    if prices.trail != 0 || prices.trail_bp != 0 {
        if trigger <= 0 || trigger > MAX_PRICE_NANOS {
            return refuse(
                Reason::InvalidPrice,
                trail,
                Figures::Grid { value: -1, step: 0 },
            );
        }
        let figures = Figures::Collar {
            price: trigger,
            low,
            high,
            collar_bp,
        };
        return refuse(Reason::PriceCollar, trail, figures);
    }
    let stop_outside = prices.stop != 0 && (prices.stop - reference).abs() > width;
    let (field, price) = if stop_outside {
        ("stop_price", prices.stop)
    } else {
        ("limit_price", prices.limit)
    };
    refuse(
        Reason::PriceCollar,
        field,
        Figures::Collar {
            price,
            low,
            high,
            collar_bp,
        },
    )
}

/// Where a trailing stop would go off if the market turned now.
#[inline(always)]
pub fn trailing_trigger(side: Side, prices: &Prices, reference: i64) -> i64 {
    reference + side.sign() * (prices.trail + fraction(reference, prices.trail_bp))
}

/// What an order without a limit may pay beyond the price at which it goes to the market: the collar's
/// width, rounded up.
#[inline(always)]
pub fn slipped(price: i64, collar_bp: u32) -> i64 {
    let bp = i64::from(collar_bp);
    price + price / 10_000 * bp + (price % 10_000 * bp + 9_999) / 10_000
}

/// Hundredths of a percent of a price, rounded down; fits while both are at most their caps.
#[inline(always)]
fn fraction(price: i64, bp: u32) -> i64 {
    let bp = i64::from(bp);
    price / 10_000 * bp + price % 10_000 * bp / 10_000
}

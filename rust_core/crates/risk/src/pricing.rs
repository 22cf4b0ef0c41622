//! An order's prices: are they the right ones, on the grid, inside the collar; what is the order worth,
//! and what is the worst that it may cost.

use crate::instrument::Instrument;
use crate::money::MAX_PRICE_NANOS;
use crate::order::{OrderKind, Prices, Side};
use crate::refusal::{Figures, Reason, Refusal, refuse};

pub struct Priced {
    /// Per unit, for the order's value.
    pub value_price: i64,
    /// Per unit, the worst that a buy may cost; 0 for sells.
    pub reserve_price: i64,
}

/// Each price that the kind has must be there and on the grid; each that it has not must not be there.
#[inline(always)]
pub fn check_grid(kind: OrderKind, prices: &Prices, tick: i64) -> Result<(), Refusal> {
    let Prices {
        limit,
        stop,
        trail,
        trail_bp,
    } = *prices;
    let given = u32::from(limit != 0)
        | u32::from(stop != 0) << 1
        | u32::from(trail != 0) << 2
        | u32::from(trail_bp != 0) << 3;
    let fits = match kind {
        OrderKind::Market => given == 0,
        OrderKind::Limit => given == 1,
        OrderKind::Stop => given == 2,
        OrderKind::StopLimit => given == 3,
        OrderKind::TrailingStop => given == 4 || given == 8,
    };
    let on_grid = (limit % tick == 0) & (stop % tick == 0) & (trail == 0 || trail % tick == 0);
    let in_range = (limit | stop | trail) >= 0 && limit.max(stop).max(trail) <= MAX_PRICE_NANOS;
    if fits & on_grid & in_range {
        Ok(())
    } else {
        explain_grid(kind, prices, tick)
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
    if !trailing && trail_bp != 0 {
        return refuse(Reason::InvalidPrice, "trail_percent", Figures::None);
    }
    Ok(())
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

/// The collar around the reference holds for every price that an order states or implies.
#[inline(always)]
pub fn price_order(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    collar_bp: u32,
) -> Result<Priced, Refusal> {
    let touch = instrument.touch[side.index()];
    let (value, worst) = if kind == OrderKind::Limit {
        (
            collared("limit_price", prices.limit, instrument, collar_bp)?,
            prices.limit,
        )
    } else {
        price_other(side, kind, prices, instrument, collar_bp)?
    };
    Ok(match side {
        Side::Buy => Priced {
            value_price: value,
            reserve_price: worst,
        },
        // A sell with a low limit is still worth what the market pays.
        Side::Sell => Priced {
            value_price: value.max(touch),
            reserve_price: 0,
        },
    })
}

fn price_other(
    side: Side,
    kind: OrderKind,
    prices: &Prices,
    instrument: &Instrument,
    collar_bp: u32,
) -> Result<(i64, i64), Refusal> {
    let touch = instrument.touch[side.index()];
    let collared = |field, price| collared(field, price, instrument, collar_bp);
    Ok(match kind {
        OrderKind::Market => (touch, slipped(touch, collar_bp)),
        OrderKind::Limit => (collared("limit_price", prices.limit)?, prices.limit),
        OrderKind::StopLimit => {
            collared("stop_price", prices.stop)?;
            (collared("limit_price", prices.limit)?, prices.limit)
        }
        OrderKind::Stop => {
            let trigger = collared("stop_price", prices.stop)?;
            // A buy stop below the market goes off at once, at the market.
            (trigger, slipped(trigger.max(touch), collar_bp))
        }
        OrderKind::TrailingStop => {
            let field = if prices.trail_bp == 0 {
                "trail_price"
            } else {
                "trail_percent"
            };
            let trigger = trailing_trigger(side, prices, instrument.reference);
            if trigger <= 0 || trigger > MAX_PRICE_NANOS {
                return refuse(
                    Reason::InvalidPrice,
                    field,
                    Figures::Grid {
                        value: trigger.min(-1),
                        step: 0,
                    },
                );
            }
            (collared(field, trigger)?, slipped(trigger, collar_bp))
        }
    })
}

/// Where a trailing stop would go off if the market turned now.
pub fn trailing_trigger(side: Side, prices: &Prices, reference: i64) -> i64 {
    let trail = match prices.trail_bp {
        0 => prices.trail,
        bp => i64::try_from(i128::from(reference) * i128::from(bp) / 10_000).unwrap_or(i64::MAX),
    };
    reference.saturating_add(side.sign() * trail)
}

#[inline(always)]
fn collared(
    field: &'static str,
    price: i64,
    instrument: &Instrument,
    collar_bp: u32,
) -> Result<i64, Refusal> {
    let reference = instrument.reference;
    let distance = i128::from((price - reference).abs()) * 10_000;
    let width = i128::from(reference) * i128::from(collar_bp);
    if distance > width && collar_bp != 0 {
        return outside_collar(field, price, reference, collar_bp);
    }
    Ok(price)
}

#[cold]
fn outside_collar(
    field: &'static str,
    price: i64,
    reference: i64,
    collar_bp: u32,
) -> Result<i64, Refusal> {
    let width = (i128::from(reference) * i128::from(collar_bp) / 10_000) as i64;
    let (low, high) = (
        reference.saturating_sub(width).max(0),
        reference.saturating_add(width),
    );
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

/// What an order without a limit may pay beyond the price at which it goes to the market: the collar's
/// width, rounded up.
pub fn slipped(price: i64, collar_bp: u32) -> i64 {
    let bp = i64::from(collar_bp);
    let whole = (price / 10_000).saturating_mul(bp);
    let rest = (price % 10_000 * bp + 9_999) / 10_000;
    price.saturating_add(whole).saturating_add(rest)
}

//! The limits of one level of the policy, and the form that the rules read.

use crate::money::{ATTOS_PER_NANO, MAX_SUM};

/// Limits as the policy states them. 0 means "as the level above", and in the defaults "no limit".
/// Money is in nanos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub max_order_quantity_nanos: i64,
    pub max_order_notional_nanos: i128,
    pub price_collar_bp: u32,
    /// How far beyond the price at which it goes to the market an order without a limit may execute; 0: the collar.
    pub market_protection_bp: u32,
    pub max_position_quantity_nanos: i64,
    pub max_position_notional_nanos: i128,
    pub max_gross_exposure_nanos: i128,
    pub max_net_exposure_nanos: i128,
    pub max_open_orders: u32,
    pub max_order_rate_per_second: u32,
    pub order_rate_burst: u32,
    pub max_daily_loss_nanos: i128,
    pub duplicate_window_ms: u32,
    pub max_price_age_ms: u32,
}

/// A collar wider than this says nothing any more.
pub const MAX_COLLAR_BP: u32 = 500_000;

macro_rules! or_above {
    ($this:ident, $above:ident, $($field:ident),+) => {
        Limits { $($field: if $this.$field == 0 { $above.$field } else { $this.$field }),+ }
    };
}

impl Limits {
    /// These limits where they say something, `above` elsewhere.
    pub fn over(&self, above: &Limits) -> Limits {
        or_above!(
            self,
            above,
            max_order_quantity_nanos,
            max_order_notional_nanos,
            price_collar_bp,
            market_protection_bp,
            max_position_quantity_nanos,
            max_position_notional_nanos,
            max_gross_exposure_nanos,
            max_net_exposure_nanos,
            max_open_orders,
            max_order_rate_per_second,
            order_rate_burst,
            max_daily_loss_nanos,
            duplicate_window_ms,
            max_price_age_ms
        )
    }

    /// The field that is negative or out of range, if any.
    pub fn invalid_field(&self) -> Option<&'static str> {
        let too_much = i128::MAX / ATTOS_PER_NANO;
        let money = |value: i128| value < 0 || value > too_much;
        [
            (
                self.max_order_quantity_nanos < 0,
                "max_order_quantity_nanos",
            ),
            (money(self.max_order_notional_nanos), "max_order_notional"),
            (self.price_collar_bp > MAX_COLLAR_BP, "price_collar_bp"),
            (
                self.market_protection_bp > MAX_COLLAR_BP,
                "market_protection_bp",
            ),
            (
                self.max_position_quantity_nanos < 0,
                "max_position_quantity_nanos",
            ),
            (
                money(self.max_position_notional_nanos),
                "max_position_notional",
            ),
            (money(self.max_gross_exposure_nanos), "max_gross_exposure"),
            (money(self.max_net_exposure_nanos), "max_net_exposure"),
            (money(self.max_daily_loss_nanos), "max_daily_loss"),
        ]
        .into_iter()
        .find_map(|(bad, field)| bad.then_some(field))
    }
}

/// Limits ready to compare with: money in attos, times in nanoseconds, "no limit" as the largest value.
#[derive(Clone, Copy, Debug)]
pub struct EffectiveLimits {
    pub order_notional: i128,
    pub position_notional: i128,
    pub gross: i128,
    pub net: i128,
    pub daily_loss: i128,
    pub order_quantity: i64,
    pub position_quantity: i64,
    /// Time that one order uses up, and how far ahead of the clock it may run.
    pub rate_interval_ns: i64,
    pub rate_ahead_ns: i64,
    pub duplicate_window_ns: i64,
    pub price_age_ns: i64,
    pub open_orders: u32,
    pub collar_bp: u32,
    /// The narrower of the collar and the market protection.
    pub protection_bp: u32,
    pub rate_per_second: u32,
}

impl From<&Limits> for EffectiveLimits {
    fn from(limits: &Limits) -> Self {
        let money = |nanos: i128| {
            if nanos == 0 {
                i128::MAX
            } else {
                nanos.saturating_mul(ATTOS_PER_NANO)
            }
        };
        let quantity = |nanos: i64| if nanos == 0 { i64::MAX } else { nanos };
        let interval = 1_000_000_000_i64
            .checked_div(i64::from(limits.max_order_rate_per_second))
            .unwrap_or(0);
        EffectiveLimits {
            order_notional: money(limits.max_order_notional_nanos),
            position_notional: money(limits.max_position_notional_nanos),
            // Bounds all sums of an account, so that the rules can add without looking.
            gross: money(limits.max_gross_exposure_nanos).min(MAX_SUM),
            net: money(limits.max_net_exposure_nanos),
            daily_loss: money(limits.max_daily_loss_nanos),
            order_quantity: quantity(limits.max_order_quantity_nanos),
            position_quantity: quantity(limits.max_position_quantity_nanos),
            rate_interval_ns: interval,
            rate_ahead_ns: interval.saturating_mul(i64::from(limits.order_rate_burst)),
            duplicate_window_ns: i64::from(limits.duplicate_window_ms) * 1_000_000,
            price_age_ns: quantity(i64::from(limits.max_price_age_ms) * 1_000_000),
            open_orders: if limits.max_open_orders == 0 {
                u32::MAX
            } else {
                limits.max_open_orders
            },
            collar_bp: limits.price_collar_bp,
            protection_bp: match (limits.market_protection_bp, limits.price_collar_bp) {
                (0, collar) => collar,
                (protection, 0) => protection,
                (protection, collar) => protection.min(collar),
            },
            rate_per_second: limits.max_order_rate_per_second,
        }
    }
}

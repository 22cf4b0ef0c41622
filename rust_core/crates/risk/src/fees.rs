//! What the broker charges for executions, as far as a reservation has to cover it.

use crate::money::NANO;

/// Rates are in nanos of a basis point. A rebate reserves nothing, so rates are not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fees {
    /// Money, with the first execution of an order.
    pub per_order_nanos: i64,
    /// Money, for each unit of quantity.
    pub per_unit_nanos: i64,
    /// Of an execution's value: the higher of what maker and taker pay.
    pub rate_nano_bp: i64,
}

const MAX_AMOUNT_NANOS: i64 = 1_000_000 * NANO;
/// A tenth of the value.
const MAX_RATE: i64 = 1_000 * NANO;
/// Nanos of a basis point in one.
const WHOLE: i128 = 10_000 * NANO as i128;

impl Fees {
    pub fn invalid_field(&self) -> Option<&'static str> {
        [
            (self.per_order_nanos, MAX_AMOUNT_NANOS, "per_order_nanos"),
            (self.per_unit_nanos, MAX_AMOUNT_NANOS, "per_unit_nanos"),
            (self.rate_nano_bp, MAX_RATE, "rate_nano_bp"),
        ]
        .into_iter()
        .find_map(|(value, most, field)| (!(0..=most).contains(&value)).then_some(field))
    }

    #[inline(always)]
    pub fn is_free(&self) -> bool {
        (self.per_order_nanos | self.per_unit_nanos | self.rate_nano_bp) == 0
    }

    /// The most that one unit bought at this price or a better one can be charged, `per_order_nanos` aside. Each
    /// execution is rounded up to a nano of money by itself, and none is smaller than a lot.
    pub fn per_unit_at(&self, price: i64, lot: i64) -> i64 {
        if self.is_free() {
            return 0;
        }
        let value = i128::from(price) * i128::from(self.rate_nano_bp);
        let ad_valorem = (value + WHOLE - 1) / WHOLE;
        let rounding = (NANO + lot - 1) / lot;
        self.per_unit_nanos + ad_valorem as i64 + rounding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_reserves_every_charge_of_its_executions() {
        let fees = Fees {
            per_order_nanos: NANO,
            per_unit_nanos: NANO / 200,
            rate_nano_bp: 5 * NANO / 2,
        };
        // 0.005 a share, 2.5 basis points of 100, and the rounding of one execution.
        let charge = NANO / 200 + NANO / 40 + 1;
        assert_eq!(fees.per_unit_at(100 * NANO, NANO), charge);
        assert_eq!(Fees::default().per_unit_at(100 * NANO, NANO), 0);
        assert_eq!(fees.per_unit_at(100 * NANO, NANO / 1_000), charge + 999);
        assert!(
            Fees {
                rate_nano_bp: -1,
                ..fees
            }
            .invalid_field()
            .is_some()
        );
    }
}

//! The price of an auction: most volume, then least imbalance, then nearest the reference, then the lowest.

/// An order, or the outside quote, in an auction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interest {
    pub slot: u32,
    /// Zero: any price.
    pub limit: i64,
    pub quantity: i64,
}

/// Zero: no such bound, no such price.
pub(crate) struct Rules {
    pub tick: i64,
    pub lower: i64,
    pub upper: i64,
    pub reference: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cross {
    pub price: i64,
    pub volume: i128,
}

/// `None` where nothing trades. `buys` and `sells` come market orders first, then the best price first.
pub(crate) fn clearing(buys: &[Interest], sells: &[Interest], rules: &Rules) -> Option<Cross> {
    let demand = Curve::new(buys);
    let supply = Curve::new(sells);
    // Volume and imbalance only change next to an order's price; in between, what is nearest the reference is
    // the reference, an end, or a band.
    let prices = |side: &[Interest]| -> Vec<i64> {
        side.iter()
            .map(|interest| interest.limit)
            .filter(|&limit| limit > 0)
            .collect()
    };
    let named = || {
        prices(buys)
            .into_iter()
            .chain(prices(sells))
            .chain(Some(rules.reference).filter(|&price| price > 0))
    };
    let (lowest, highest) = (named().min()?, named().max()?);
    let mut candidates = vec![rules.reference, rules.lower, rules.upper];
    candidates.extend(
        prices(buys)
            .iter()
            .flat_map(|&limit| [Some(limit), limit.checked_add(rules.tick)])
            .flatten(),
    );
    candidates.extend(
        prices(sells)
            .iter()
            .flat_map(|&limit| [limit, limit - rules.tick]),
    );
    candidates.retain(|&price| {
        (lowest..=highest).contains(&price)
            && price >= rules.lower
            && (rules.upper == 0 || price <= rules.upper)
    });
    candidates.sort_unstable();
    candidates.dedup();
    let best = candidates.into_iter().min_by_key(|&price| {
        let (bought, sold) = (demand.at_or_above(price), supply.at_or_below(price));
        let imbalance = (bought - sold).abs();
        (
            -bought.min(sold),
            imbalance,
            price.abs_diff(rules.reference),
            price,
        )
    })?;
    let volume = demand.at_or_above(best).min(supply.at_or_below(best));
    (volume > 0).then_some(Cross {
        price: best,
        volume,
    })
}

/// How much would trade by price: running totals over one side, best price first.
struct Curve {
    limits: Vec<i64>,
    totals: Vec<i128>,
}

impl Curve {
    fn new(side: &[Interest]) -> Curve {
        let mut total = 0i128;
        let mut curve = Curve {
            limits: Vec::with_capacity(side.len()),
            totals: vec![0],
        };
        for interest in side {
            total += i128::from(interest.quantity);
            curve.limits.push(interest.limit);
            curve.totals.push(total);
        }
        curve
    }

    fn at_or_above(&self, price: i64) -> i128 {
        self.totals[self
            .limits
            .partition_point(|&limit| limit == 0 || limit >= price)]
    }

    fn at_or_below(&self, price: i64) -> i128 {
        self.totals[self.limits.partition_point(|&limit| limit <= price)]
    }
}

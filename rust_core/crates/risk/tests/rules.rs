//! Every rule against every order type: none gets past one.

use cift_risk::fees::Fees;
use cift_risk::limits::Limits;
use cift_risk::money::NANO;
use cift_risk::policy::{Halt, HaltScope, Policy, Restriction};
use cift_risk::{OrderKind, OrderRequest, Prices, Reason, Refusal, RiskEngine, Side};

const ACCOUNT: u128 = 7;
const NOW: i64 = 1_000 * NANO;
const KINDS: [OrderKind; 5] = [
    OrderKind::Market,
    OrderKind::Limit,
    OrderKind::Stop,
    OrderKind::StopLimit,
    OrderKind::TrailingStop,
];

/// An engine with 100,000 in cash and AAPL at 99.99 × 100.01.
fn engine(limits: Limits) -> RiskEngine {
    let mut engine = RiskEngine::new();
    engine.put_instrument("AAPL", NANO / 100, NANO).unwrap();
    engine
        .put_account(ACCOUNT, 100_000 * i128::from(NANO), 1, false)
        .unwrap();
    engine
        .set_policy(&Policy {
            version: 1,
            defaults: limits,
            ..Policy::default()
        })
        .unwrap();
    engine.set_lease(i64::MAX);
    engine
        .update_price("AAPL", 9_999 * NANO / 100, 10_001 * NANO / 100, 0, NOW)
        .unwrap();
    engine
}

fn order(kind: OrderKind, id: u128) -> OrderRequest<'static> {
    let price = 100 * NANO;
    let prices = match kind {
        OrderKind::Market => Prices::default(),
        OrderKind::Limit => Prices {
            limit: price,
            ..Prices::default()
        },
        OrderKind::Stop => Prices {
            stop: price,
            ..Prices::default()
        },
        OrderKind::StopLimit => Prices {
            stop: price,
            limit: price,
            ..Prices::default()
        },
        OrderKind::TrailingStop => Prices {
            trail: NANO,
            ..Prices::default()
        },
    };
    OrderRequest {
        account_id: ACCOUNT,
        order_id: id,
        symbol: "AAPL",
        side: Side::Buy,
        kind,
        quantity_nanos: 10 * NANO,
        prices,
        now_ns: NOW + 1,
        closing: false,
    }
}

/// Every kind is refused with this reason, and leaves no trace.
fn all_refused(mut engine: RiskEngine, reason: Reason, change: impl Fn(&mut OrderRequest<'_>)) {
    for kind in KINDS {
        let mut request = order(kind, 1);
        change(&mut request);
        let before = engine.state_hash();
        let refusal = engine
            .check(&request)
            .expect_err(&format!("{kind:?} passed {reason:?}"));
        assert_eq!(
            refusal.reason,
            reason,
            "{kind:?}: {}",
            engine.message(&refusal, "AAPL")
        );
        assert_eq!(engine.state_hash(), before);
        assert_eq!(refusal.is_unavailable(), reason == Reason::LeaseExpired);
        assert!(!engine.message(&refusal, "AAPL").is_empty());
    }
}

fn units(units: i64) -> i128 {
    i128::from(units) * i128::from(NANO)
}

#[test]
fn without_limits_every_kind_passes() {
    for kind in KINDS {
        assert!(
            engine(Limits::default()).check(&order(kind, 1)).is_ok(),
            "{kind:?}"
        );
    }
}

#[test]
fn expecting_an_order_changes_nothing() {
    let engine = engine(Limits::default());
    let before = engine.state_hash();
    for (account, symbol) in [(ACCOUNT, "AAPL"), (ACCOUNT, "MSFT"), (8, "AAPL")] {
        engine.expect(account, 1, symbol);
        engine.expect_soon(account, symbol);
    }
    assert_eq!(engine.state_hash(), before);
}

#[test]
fn what_is_unknown_or_misshapen_is_refused() {
    all_refused(engine(Limits::default()), Reason::UnknownAccount, |order| {
        order.account_id = 8
    });
    all_refused(engine(Limits::default()), Reason::UnknownSymbol, |order| {
        order.symbol = "MSFT"
    });
    for quantity in [0, -NANO, i64::MIN, NANO / 2, NANO + 1] {
        all_refused(
            engine(Limits::default()),
            Reason::InvalidQuantity,
            |order| order.quantity_nanos = quantity,
        );
    }
    all_refused(engine(Limits::default()), Reason::Overflow, |order| {
        order.quantity_nanos = i64::MAX / NANO * NANO;
    });
    all_refused(engine(Limits::default()), Reason::InvalidPrice, |order| {
        // A price that the kind has not, or one off the grid.
        match order.kind {
            OrderKind::Market => order.prices.stop = NANO,
            OrderKind::Limit | OrderKind::StopLimit => order.prices.limit += 1,
            OrderKind::Stop => order.prices.stop = -order.prices.stop,
            OrderKind::TrailingStop => order.prices.trail_bp = 5,
        }
    });
}

#[test]
fn leases_and_halts_stop_every_kind() {
    let mut expired = engine(Limits::default());
    expired.set_lease(NOW + 1);
    all_refused(expired, Reason::LeaseExpired, |_| {});
    for (scope, reason) in [
        (HaltScope::Platform, Reason::PlatformHalted),
        (HaltScope::Account(ACCOUNT), Reason::AccountHalted),
        (HaltScope::Symbol("AAPL".into()), Reason::SymbolHalted),
    ] {
        let halts = vec![Halt {
            scope,
            reason: "drill".into(),
        }];
        let mut engine = engine(Limits::default());
        engine
            .set_policy(&Policy {
                version: 2,
                halts,
                ..Policy::default()
            })
            .unwrap();
        all_refused(engine, reason, |_| {});
    }
}

#[test]
fn restrictions_stop_every_kind_and_the_stricter_counts() {
    let rule = |account, close_only| Restriction {
        symbol: "AAPL".into(),
        account,
        reason: "listed".into(),
        close_only,
    };
    for restrictions in [
        vec![rule(None, false)],
        vec![rule(Some(ACCOUNT), false)],
        vec![rule(None, true)],
        vec![rule(None, true), rule(Some(ACCOUNT), false)],
        vec![rule(Some(ACCOUNT), true), rule(None, false)],
    ] {
        let closes_pass = restrictions.iter().all(|rule| rule.close_only);
        let mut engine = engine(Limits::default());
        engine
            .set_policy(&Policy {
                version: 2,
                restrictions,
                ..Policy::default()
            })
            .unwrap();
        engine.set_position(ACCOUNT, "AAPL", 10 * NANO, 0).unwrap();
        let close = OrderRequest {
            side: Side::Sell,
            ..order(OrderKind::Market, 1)
        };
        assert_eq!(engine.preview(&close).outcome.is_ok(), closes_pass);
        all_refused(engine, Reason::RestrictedSymbol, |_| {});
    }
}

#[test]
fn limits_of_size_hold_for_every_kind() {
    let refused = |limits: Limits, reason| all_refused(engine(limits), reason, |_| {});
    refused(
        Limits {
            max_order_quantity_nanos: 9 * NANO,
            ..Limits::default()
        },
        Reason::OrderQuantity,
    );
    refused(
        Limits {
            max_order_notional_nanos: units(999),
            ..Limits::default()
        },
        Reason::OrderNotional,
    );
    refused(
        Limits {
            max_position_quantity_nanos: 9 * NANO,
            ..Limits::default()
        },
        Reason::PositionQuantity,
    );
    refused(
        Limits {
            max_position_notional_nanos: units(999),
            ..Limits::default()
        },
        Reason::PositionNotional,
    );
    refused(
        Limits {
            max_gross_exposure_nanos: units(999),
            ..Limits::default()
        },
        Reason::GrossExposure,
    );
    refused(
        Limits {
            max_net_exposure_nanos: units(999),
            ..Limits::default()
        },
        Reason::NetExposure,
    );
}

#[test]
fn money_and_position_bound_every_kind() {
    let mut poor = engine(Limits::default());
    poor.put_account(ACCOUNT, units(999), 1, false).unwrap();
    all_refused(poor, Reason::BuyingPower, |_| {});
    let mut holder = engine(Limits::default());
    holder.set_position(ACCOUNT, "AAPL", 9 * NANO, 0).unwrap();
    all_refused(holder, Reason::InsufficientPosition, |order| {
        order.side = Side::Sell
    });
    let mut short = engine(Limits::default());
    short.put_account(ACCOUNT, units(999), 1, true).unwrap();
    all_refused(short, Reason::BuyingPower, |order| order.side = Side::Sell);
    all_refused(
        engine(Limits::default()),
        Reason::InsufficientPosition,
        |order| order.closing = true,
    );
}

#[test]
fn counting_rules_hold_for_every_kind() {
    let first = order(OrderKind::Limit, 100);
    let with_one = |limits| {
        let mut engine = engine(limits);
        engine.check(&first).unwrap();
        engine
    };
    all_refused(
        with_one(Limits {
            max_open_orders: 1,
            ..Limits::default()
        }),
        Reason::OpenOrders,
        |_| {},
    );
    all_refused(
        with_one(Limits {
            max_order_rate_per_second: 1,
            ..Limits::default()
        }),
        Reason::OrderRate,
        |_| {},
    );
    all_refused(
        with_one(Limits::default()),
        Reason::DuplicateOrder,
        |order| order.order_id = 100,
    );
    for kind in KINDS {
        let mut engine = engine(Limits {
            duplicate_window_ms: 5,
            ..Limits::default()
        });
        engine.check(&order(kind, 1)).unwrap();
        let again = OrderRequest {
            now_ns: NOW + 5_000_000,
            ..order(kind, 2)
        };
        assert_eq!(
            engine.check(&again).unwrap_err().reason,
            Reason::DuplicateOrder,
            "{kind:?}"
        );
        let later = OrderRequest {
            now_ns: NOW + 5_000_001,
            ..again
        };
        assert!(engine.check(&later).is_ok(), "{kind:?}");
    }
}

#[test]
fn a_lost_day_leaves_only_closing_orders() {
    let mut engine = engine(Limits {
        max_daily_loss_nanos: units(5),
        ..Limits::default()
    });
    engine.set_position(ACCOUNT, "AAPL", 10 * NANO, 0).unwrap();
    engine
        .update_price("AAPL", 99 * NANO, 99 * NANO, 0, NOW)
        .unwrap();
    let close = OrderRequest {
        side: Side::Sell,
        ..order(OrderKind::Market, 1)
    };
    assert!(engine.preview(&close).outcome.is_ok());
    all_refused(engine, Reason::DailyLoss, |_| {});
}

#[test]
fn the_collar_binds_aggressive_prices_and_a_wider_bound_holds_for_all() {
    let limits = Limits {
        price_collar_bp: 1_000,
        ..Limits::default()
    };
    let answer = |kind, prices: Prices| {
        let request = OrderRequest {
            prices,
            quantity_nanos: NANO,
            ..order(kind, 1)
        };
        engine(limits)
            .check(&request)
            .map_err(|refusal: Refusal| (refusal.field, refusal.limit_text()))
    };
    let prices = |limit: i64, stop: i64, trail: i64| Prices {
        limit: limit * NANO,
        stop: stop * NANO,
        trail: trail * NANO,
        trail_bp: 0,
    };
    for (kind, prices, wanted) in [
        (OrderKind::Limit, prices(110, 0, 0), None),
        (
            OrderKind::Limit,
            prices(111, 0, 0),
            Some(("limit_price", "10%")),
        ),
        (OrderKind::Limit, prices(20, 0, 0), None),
        (
            OrderKind::Limit,
            prices(9, 0, 0),
            Some(("limit_price", "10.00..1000.00")),
        ),
        (OrderKind::Stop, prices(0, 999, 0), None),
        (
            OrderKind::Stop,
            prices(0, 1001, 0),
            Some(("stop_price", "10.00..1000.00")),
        ),
        // A stop-limit order comes to the market at its stop.
        (OrderKind::StopLimit, prices(220, 200, 0), None),
        (
            OrderKind::StopLimit,
            prices(221, 200, 0),
            Some(("limit_price", "10%")),
        ),
        (
            OrderKind::TrailingStop,
            prices(0, 0, 901),
            Some(("trail_price", "10.00..1000.00")),
        ),
    ] {
        let wanted = wanted.map(|(field, limit)| (field, limit.to_owned()));
        assert_eq!(answer(kind, prices).err(), wanted, "{kind:?} {prices:?}");
    }
}

#[test]
fn an_order_without_a_limit_reserves_what_the_venue_holds_it_to() {
    let limits = Limits {
        price_collar_bp: 2_000,
        market_protection_bp: 200,
        ..Limits::default()
    };
    for (kind, protection) in [
        (OrderKind::Market, 10_202),
        (OrderKind::Stop, 10_202),
        (OrderKind::TrailingStop, 10_304),
    ] {
        let mut engine = engine(limits);
        let accepted = engine.check(&order(kind, 1)).unwrap();
        assert_eq!(
            accepted.protection_price,
            protection * NANO / 100,
            "{kind:?}"
        );
        let reserved = units(10 * protection) / 100;
        assert_eq!(engine.exposure(ACCOUNT).unwrap().reserved, reserved);
    }
    // A sale that only closes owes nothing.
    let mut engine = engine(limits);
    engine.set_position(ACCOUNT, "AAPL", 10 * NANO, 0).unwrap();
    let close = OrderRequest {
        side: Side::Sell,
        ..order(OrderKind::Market, 1)
    };
    assert_eq!(engine.check(&close).unwrap().protection_price, 0);
}

#[test]
fn a_refusal_for_the_commission_leaves_no_trace() {
    let mut engine = engine(Limits {
        max_order_rate_per_second: 1,
        duplicate_window_ms: 1_000,
        ..Limits::default()
    });
    engine
        .set_fees(Fees {
            per_order_nanos: NANO,
            ..Fees::default()
        })
        .unwrap();
    engine.put_account(ACCOUNT, units(1_000), 1, false).unwrap();
    let before = engine.state_hash();
    let refusal = engine.check(&order(OrderKind::Limit, 1)).unwrap_err();
    assert_eq!(refusal.reason, Reason::BuyingPower);
    assert_eq!(engine.state_hash(), before);
    engine.put_account(ACCOUNT, units(1_002), 1, false).unwrap();
    assert!(engine.check(&order(OrderKind::Limit, 1)).is_ok());
    // What is charged once an order is paid with its first execution.
    engine.on_fill(1, NANO, 100 * NANO, NANO).unwrap();
    let seen = engine.exposure(ACCOUNT).unwrap();
    assert_eq!((seen.cash, seen.reserved), (units(901), units(900) + 9));
}

#[test]
fn prices_that_are_missing_or_old() {
    let mut unpriced = engine(Limits::default());
    unpriced.put_instrument("MSFT", NANO / 100, NANO).unwrap();
    all_refused(unpriced, Reason::StalePrice, |order| order.symbol = "MSFT");
    let mut engine = engine(Limits {
        max_price_age_ms: 5,
        ..Limits::default()
    });
    let late = OrderRequest {
        now_ns: NOW + 5_000_001,
        ..order(OrderKind::Market, 1)
    };
    assert_eq!(engine.check(&late).unwrap_err().reason, Reason::StalePrice);
    assert!(
        engine
            .check(&OrderRequest {
                now_ns: NOW + 5_000_000,
                ..late
            })
            .is_ok()
    );
}

#[test]
fn every_reason_has_its_own_code() {
    let codes: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
}

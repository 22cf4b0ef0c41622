//! Random command logs: few prices, few accounts, few symbols, so that everything meets everything.

use cift_core::*;
use proptest::prelude::*;

pub const TICK: i64 = 10;
pub const LOT: i64 = 5;

/// Ids are given when the log is built, so that most are new and most cancels find an order.
#[derive(Clone, Debug)]
enum Step {
    New(NewOrder, u8),
    Cancel(u8),
    Replace(u8, u8, [i64; 4]),
    Other(Action),
}

fn price() -> impl Strategy<Value = Price> {
    prop_oneof![
        30 => (90..=110i64).prop_map(|ticks| Price(ticks * TICK)),
        1 => prop::sample::select(vec![0, -10, 7, 10, i64::MAX, i64::MAX - 7]).prop_map(Price),
    ]
}

fn quantity() -> impl Strategy<Value = Qty> {
    prop_oneof![
        30 => (1..=12i64).prop_map(|lots| Qty(lots * LOT)),
        1 => prop::sample::select(vec![0, -5, 3, i64::MAX, i64::MAX / LOT * LOT]).prop_map(Qty),
    ]
}

fn symbol() -> impl Strategy<Value = SymbolId> {
    prop_oneof![20 => Just(SymbolId(0)), 5 => Just(SymbolId(1)), 1 => Just(SymbolId(9))]
}

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(Side::ALL)
}

fn plain() -> impl Strategy<Value = NewOrder> {
    (
        1..=4u128,
        symbol(),
        side(),
        quantity(),
        price(),
        prop::sample::select(SelfTrade::ALL),
        0..4u8,
    )
        .prop_map(
            |(account, symbol, side, quantity, price, self_trade, guarded)| NewOrder {
                self_trade: if guarded == 0 {
                    self_trade
                } else {
                    SelfTrade::Allow
                },
                ..NewOrder::limit(
                    OrderId(0),
                    AccountId(account),
                    symbol,
                    side,
                    quantity,
                    price,
                )
            },
        )
}

/// Sensible orders of every kind.
fn order() -> impl Strategy<Value = NewOrder> {
    (
        plain(),
        0..24u8,
        price(),
        1..=4i64,
        quantity(),
        prop::sample::select(TimeInForce::ALL),
        prop::sample::select(PostOnly::ALL),
    )
        .prop_map(|(plain, kind, stop_price, ticks, part, force, post_only)| {
            let trail_price = Price(ticks * TICK);
            let part = Qty(part.0.min(plain.quantity.0));
            let market = NewOrder {
                order_type: OrderType::Market,
                // Now and then bounded.
                limit_price: if ticks > 2 {
                    plain.limit_price
                } else {
                    Price::ZERO
                },
                ..plain
            };
            let day = TimeInForce::Day;
            match kind {
                0..=6 => plain,
                7..=9 => NewOrder {
                    time_in_force: TimeInForce::Ioc,
                    ..plain
                },
                10 => NewOrder {
                    time_in_force: TimeInForce::Fok,
                    ..plain
                },
                11 => NewOrder {
                    time_in_force: TimeInForce::Gtd,
                    expires_at_ns: 20 * ticks,
                    ..plain
                },
                12 => NewOrder {
                    time_in_force: day,
                    ..market
                },
                13 => NewOrder {
                    order_type: OrderType::Stop,
                    time_in_force: day,
                    stop_price,
                    ..market
                },
                14 => NewOrder {
                    order_type: OrderType::StopLimit,
                    stop_price,
                    ..plain
                },
                15 => NewOrder {
                    order_type: OrderType::TrailingStop,
                    trail_price,
                    ..market
                },
                16 => NewOrder {
                    order_type: OrderType::TrailingStop,
                    trail_percent_bp: ticks as u32 * 90,
                    ..market
                },
                17 | 18 => NewOrder {
                    display_quantity: part,
                    ..plain
                },
                19 => NewOrder { post_only, ..plain },
                20 | 21 => NewOrder {
                    minimum_quantity: part,
                    ..plain
                },
                22 => NewOrder {
                    time_in_force: if ticks % 2 == 0 {
                        TimeInForce::AtOpen
                    } else {
                        TimeInForce::AtClose
                    },
                    ..plain
                },
                _ => NewOrder {
                    time_in_force: force,
                    ..market
                },
            }
        })
}

/// Orders that no one should send.
fn nonsense() -> impl Strategy<Value = NewOrder> {
    let kinds = (
        prop::sample::select(OrderType::ALL),
        prop::sample::select(TimeInForce::ALL),
        prop::sample::select(PostOnly::ALL),
    );
    let numbers = (
        price(),
        price(),
        quantity(),
        quantity(),
        -1..40i64,
        0..12_000u32,
    );
    (order(), kinds, numbers, any::<u8>()).prop_map(|(order, kinds, numbers, mask)| {
        let mut order = order;
        let (order_type, time_in_force, post_only) = kinds;
        let (stop_price, trail_price, display, minimum, expires, trail_bp) = numbers;
        let bit = |at: u8| mask & 1 << at != 0;
        order.order_type = if bit(0) { order_type } else { order.order_type };
        order.time_in_force = if bit(1) {
            time_in_force
        } else {
            order.time_in_force
        };
        order.post_only = if bit(2) { post_only } else { order.post_only };
        order.stop_price = if bit(3) { stop_price } else { order.stop_price };
        order.trail_price = if bit(4) {
            trail_price
        } else {
            order.trail_price
        };
        order.display_quantity = if bit(5) {
            display
        } else {
            order.display_quantity
        };
        order.minimum_quantity = if bit(6) {
            minimum
        } else {
            order.minimum_quantity
        };
        order.expires_at_ns = if bit(7) { expires } else { order.expires_at_ns };
        order.trail_percent_bp = if bit(4) && bit(5) {
            trail_bp
        } else {
            order.trail_percent_bp
        };
        order.account_id = AccountId(if mask == 255 { 0 } else { order.account_id.0 });
        order
    })
}

fn quote() -> impl Strategy<Value = Action> {
    (symbol(), price(), 0..=4i64, quantity(), quantity(), 0..8u8).prop_map(
        |(symbol, bid, spread, bids, asks, kind)| {
            let ask_price = Price(bid.0.saturating_add((spread - i64::from(kind == 0)) * TICK));
            let bid_quantity = if kind == 1 { Qty::ZERO } else { bids };
            let ask_quantity = if kind == 2 { Qty::ZERO } else { asks };
            SetQuote {
                symbol,
                bid_price: bid,
                bid_quantity,
                ask_price,
                ask_quantity,
            }
            .into()
        },
    )
}

fn rare() -> impl Strategy<Value = Action> {
    let reference = prop_oneof![Just(Price::ZERO), price()];
    let auction = (
        symbol(),
        any::<bool>(),
        prop::sample::select(AuctionKind::ALL),
        reference,
    )
        .prop_map(|(symbol, open, kind, reference_price)| {
            SetAuction {
                symbol,
                open,
                kind,
                reference_price,
            }
            .into()
        });
    let halt = (prop::option::of(symbol()), prop::bool::weighted(0.3))
        .prop_map(|(symbol, halted)| SetHalt { symbol, halted }.into());
    let mass =
        (prop::option::of(1..=4u128), prop::option::of(symbol())).prop_map(|(account, symbol)| {
            MassCancel {
                account_id: account.map(AccountId),
                symbol,
            }
            .into()
        });
    let bands =
        (symbol(), price(), price(), 0..4u8).prop_map(|(symbol, lower, upper, kind)| match kind {
            0 => SetBands {
                symbol,
                lower,
                upper,
            }
            .into(),
            1 => SetBands {
                symbol,
                lower: Price(94 * TICK),
                upper: Price(106 * TICK),
            }
            .into(),
            _ => SetBands {
                symbol,
                lower: Price::ZERO,
                upper: Price::ZERO,
            }
            .into(),
        });
    let instrument = (0..4u32, 0..4u8, 0..3i64, 0..3i64).prop_map(|(symbol, name, tick, lot)| {
        let name = SymbolName::from_bytes(&[b'A' + name]).expect("a letter names a symbol");
        PutInstrument {
            symbol: SymbolId(symbol),
            name,
            tick: Price(tick * TICK),
            lot: Qty(lot * LOT),
        }
        .into()
    });
    prop_oneof![
        6 => auction,
        3 => halt,
        1 => mass,
        2 => bands,
        1 => instrument,
        2 => prop::bool::weighted(0.2).prop_map(|session_close| Expire { session_close }.into()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let terms = (
        quantity(),
        prop::option::of(price()),
        prop::option::of(price()),
        0..6i64,
    )
        .prop_map(|(quantity, limit, stop, trail)| {
            let trail = if trail < 3 { trail * TICK } else { 0 };
            [
                quantity.0,
                limit.map_or(0, |p| p.0),
                stop.map_or(0, |p| p.0),
                trail,
            ]
        });
    prop_oneof![
        50 => (order(), any::<u8>()).prop_map(|(order, id)| Step::New(order, id)),
        5 => (nonsense(), any::<u8>()).prop_map(|(order, id)| Step::New(order, id)),
        12 => any::<u8>().prop_map(Step::Cancel),
        10 => (any::<u8>(), any::<u8>(), terms, 0..8u8).prop_map(|(old, new, [q, l, s, t], mask)| {
            let keep = |bit: u8, value: i64| if mask & 1 << bit != 0 { value } else { 0 };
            Step::Replace(old, new, [keep(0, q), keep(1, l), keep(2, s), t])
        }),
        8 => quote().prop_map(Step::Other),
        7 => rare().prop_map(Step::Other),
    ]
}

/// A log that begins with two instruments; time goes on by 0 to 3, and now and then back.
pub fn log(steps: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Command>> {
    prop::collection::vec((step(), -1..=3i64), steps).prop_map(|steps| {
        let mut commands = vec![];
        for (symbol, name) in [(0, "A"), (1, "B")] {
            let name = name.parse().expect("a letter names a symbol");
            let instrument = PutInstrument {
                symbol: SymbolId(symbol),
                name,
                tick: Price(TICK),
                lot: Qty(LOT),
            };
            commands.push(Command::at(1, instrument));
        }
        let (mut time, mut last) = (1, 0u128);
        for (step, passed) in steps {
            time += passed;
            // One in ten repeats an id or names one that never was.
            let fresh = |choice: u8, last: &mut u128| {
                if choice < 25 {
                    return OrderId(u128::from(choice));
                }
                *last += 1;
                OrderId(*last)
            };
            let recent = |choice: u8, last: u128| {
                OrderId((last + 1).saturating_sub(u128::from(choice % 40)))
            };
            commands.push(match step {
                Step::New(order, choice) => Command::at(
                    time,
                    NewOrder {
                        order_id: fresh(choice, &mut last),
                        ..order
                    },
                ),
                Step::Cancel(choice) => Command::at(
                    time,
                    Cancel {
                        order_id: recent(choice, last),
                    },
                ),
                Step::Replace(old, new, [quantity, limit, stop, trail]) => {
                    let order_id = recent(old, last);
                    let new_order_id = fresh(new, &mut last);
                    let (time_in_force, expires_at_ns) = match (old ^ new) % 8 {
                        0 => (Some(TimeInForce::Day), 0),
                        1 => (Some(TimeInForce::Gtc), 0),
                        2 => (Some(TimeInForce::Gtd), time + 5),
                        3 => (Some(TimeInForce::Ioc), 0),
                        4 => (None, time + 9),
                        _ => (None, 0),
                    };
                    let (limit_price, stop_price, trail_price) =
                        (Price(limit), Price(stop), Price(trail));
                    Command::at(
                        time,
                        Replace {
                            order_id,
                            new_order_id,
                            quantity: Qty(quantity),
                            limit_price,
                            stop_price,
                            trail_price,
                            trail_percent_bp: if trail > 0 {
                                0
                            } else {
                                u32::from(old % 4) * 70
                            },
                            time_in_force,
                            expires_at_ns,
                        },
                    )
                }
                Step::Other(action) => Command::at(time, action),
            });
        }
        commands
    })
}

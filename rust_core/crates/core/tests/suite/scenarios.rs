//! What a trader would expect, order by order: prices in cents, quantities in shares.

use cift_core::*;

const SYMBOL: SymbolId = SymbolId(0);

struct Desk {
    venue: Venue,
    time_ns: i64,
}

fn cents(price: i64) -> Price {
    Price(price * NANOS / 100)
}

fn shares(quantity: i64) -> Qty {
    Qty(quantity * NANOS)
}

fn limit(id: u128, side: Side, quantity: i64, price: i64) -> NewOrder {
    NewOrder::limit(
        OrderId(id),
        AccountId(id),
        SYMBOL,
        side,
        shares(quantity),
        cents(price),
    )
}

fn market(id: u128, side: Side, quantity: i64) -> NewOrder {
    NewOrder::market(OrderId(id), AccountId(id), SYMBOL, side, shares(quantity))
}

fn quote(bid: i64, ask: i64) -> SetQuote {
    let (bid_quantity, ask_quantity) = (shares(100), shares(100));
    SetQuote {
        symbol: SYMBOL,
        bid_price: cents(bid),
        bid_quantity,
        ask_price: cents(ask),
        ask_quantity,
    }
}

impl Desk {
    fn open() -> Desk {
        let mut desk = Desk {
            venue: Venue::new(VenueConfig::default()),
            time_ns: 0,
        };
        let name = "AAPL".parse().expect("a valid symbol");
        desk.send(PutInstrument {
            symbol: SYMBOL,
            name,
            tick: cents(1),
            lot: shares(1),
        });
        desk
    }

    fn try_send(&mut self, action: impl Into<Action>) -> Result<Vec<Event>, Refusal> {
        self.time_ns += 1;
        let mut events = Events::new();
        self.venue
            .apply(&Command::at(self.time_ns, action), &mut events)?;
        Ok(events.to_vec())
    }

    /// The reports, as `(order, kind, executed shares, price in cents, reason)`.
    fn send(&mut self, action: impl Into<Action>) -> Vec<(u128, ReportKind, i64, i64, Reason)> {
        let events = self.try_send(action).expect("not refused");
        let reports = events.iter().filter_map(|event| {
            if let Event::Report(report) = event {
                Some(report)
            } else {
                None
            }
        });
        reports
            .map(|r| {
                (
                    r.order_id.0,
                    r.kind,
                    r.last_quantity.0 / NANOS,
                    r.last_price.0 * 100 / NANOS,
                    r.reason,
                )
            })
            .collect()
    }

    /// The executions, as `(order, shares, price in cents)`.
    fn fills(&mut self, action: impl Into<Action>) -> Vec<(u128, i64, i64)> {
        let reports = self.send(action).into_iter();
        reports
            .filter(|r| r.1 == ReportKind::Trade)
            .map(|(id, _, quantity, price, _)| (id, quantity, price))
            .collect()
    }

    fn leaves(&self, id: u128) -> Option<i64> {
        match self.venue.order(OrderId(id)) {
            OrderState::Open(order) => Some(order.leaves_quantity.0 / NANOS),
            _ => None,
        }
    }
}

use ReportKind::{Canceled, Expired, New, Rejected, Replaced, Trade};
use Side::{Buy, Sell};

#[test]
fn the_first_of_the_best_price_trades_first() {
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1001));
    desk.send(limit(2, Sell, 5, 1000));
    desk.send(limit(3, Sell, 5, 1000));
    assert_eq!(
        desk.fills(limit(4, Buy, 12, 1001)),
        [
            (2, 5, 1000),
            (4, 5, 1000),
            (3, 5, 1000),
            (4, 5, 1000),
            (1, 2, 1001),
            (4, 2, 1001),
        ]
    );
    assert_eq!(desk.leaves(1), Some(3));
}

#[test]
fn a_market_order_fills_at_the_quote_and_a_limit_when_the_quote_comes_to_it() {
    let mut desk = Desk::open();
    desk.send(quote(1000, 1002));
    assert_eq!(desk.fills(market(1, Buy, 10)), [(1, 10, 1002)]);
    desk.send(limit(2, Buy, 10, 1001));
    assert_eq!(
        desk.fills(quote(998, 1000)),
        [(2, 10, 1001)],
        "at the resting order's price"
    );
    assert_eq!(
        desk.fills(limit(3, Sell, 150, 998)),
        [(3, 100, 998)],
        "no more than the quote shows"
    );
}

#[test]
fn the_quote_rests_behind_the_orders_of_its_price() {
    let mut desk = Desk::open();
    desk.send(quote(1000, 1002));
    desk.send(limit(1, Sell, 5, 1002));
    assert_eq!(
        desk.fills(market(2, Buy, 7)),
        [(1, 5, 1002), (2, 5, 1002), (2, 2, 1002)]
    );
}

#[test]
fn immediate_orders_never_rest() {
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1000));
    let ioc = NewOrder {
        time_in_force: TimeInForce::Ioc,
        ..limit(2, Buy, 3, 999)
    };
    assert_eq!(
        desk.send(ioc),
        [
            (2, New, 0, 0, Reason::None),
            (2, Canceled, 0, 0, Reason::IocRemainder)
        ]
    );
    let fok = NewOrder {
        time_in_force: TimeInForce::Fok,
        ..limit(3, Buy, 6, 1000)
    };
    assert_eq!(desk.send(fok)[1], (3, Canceled, 0, 0, Reason::FokNotFilled));
    let fok = NewOrder {
        order_id: OrderId(4),
        quantity: shares(5),
        ..fok
    };
    assert_eq!(desk.fills(fok), [(1, 5, 1000), (4, 5, 1000)]);
    assert_eq!(
        desk.send(market(5, Buy, 1))[1],
        (5, Canceled, 0, 0, Reason::NoLiquidity)
    );
}

#[test]
fn a_stop_waits_for_its_price_and_fires_once() {
    let mut desk = Desk::open();
    desk.send(quote(1000, 1002));
    let stop = NewOrder {
        order_type: OrderType::Stop,
        stop_price: cents(990),
        ..market(1, Sell, 10)
    };
    assert_eq!(desk.fills(stop), []);
    assert_eq!(desk.fills(quote(991, 993)), []);
    assert_eq!(desk.fills(quote(989, 991)), [(1, 10, 989)]);
    assert_eq!(desk.fills(quote(980, 982)), []);
}

#[test]
fn a_trailing_stop_follows_the_market_up_and_not_down() {
    let mut desk = Desk::open();
    desk.send(quote(1000, 1002));
    let trailing = NewOrder {
        order_type: OrderType::TrailingStop,
        trail_price: cents(10),
        ..market(1, Sell, 5)
    };
    desk.send(trailing);
    desk.send(quote(1020, 1022));
    desk.send(quote(1012, 1014));
    let OrderState::Open(order) = desk.venue.order(OrderId(1)) else {
        panic!("still open")
    };
    assert_eq!(order.stop_price, cents(1010));
    assert_eq!(desk.fills(quote(1009, 1011)), [(1, 5, 1009)]);
}

#[test]
fn an_iceberg_shows_a_piece_and_goes_to_the_end_of_the_queue_with_the_next() {
    let mut desk = Desk::open();
    desk.send(NewOrder {
        display_quantity: shares(2),
        ..limit(1, Sell, 6, 1000)
    });
    desk.send(limit(2, Sell, 2, 1000));
    assert_eq!(desk.venue.depth(SYMBOL, Sell, 1)[0].quantity, shares(4));
    assert_eq!(
        desk.fills(limit(3, Buy, 5, 1000)),
        [
            (1, 2, 1000),
            (3, 2, 1000),
            (2, 2, 1000),
            (3, 2, 1000),
            (1, 1, 1000),
            (3, 1, 1000),
        ]
    );
    assert_eq!(desk.leaves(1), Some(3));
}

#[test]
fn post_only_rejects_or_slides() {
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1000));
    let order = NewOrder {
        post_only: PostOnly::Reject,
        ..limit(2, Buy, 5, 1000)
    };
    assert_eq!(
        desk.send(order),
        [(2, Rejected, 0, 0, Reason::PostOnlyWouldTake)]
    );
    desk.send(NewOrder {
        post_only: PostOnly::Slide,
        order_id: OrderId(3),
        ..order
    });
    assert_eq!(desk.venue.depth(SYMBOL, Buy, 1)[0].price, cents(999));
}

#[test]
fn a_minimum_quantity_waits_hidden_for_someone_large_enough() {
    let mut desk = Desk::open();
    desk.send(NewOrder {
        minimum_quantity: shares(10),
        ..limit(1, Buy, 20, 1000)
    });
    assert_eq!(desk.venue.depth(SYMBOL, Buy, 1), []);
    assert_eq!(desk.fills(limit(2, Sell, 4, 1000)), [], "too small");
    let fills = desk.fills(limit(3, Sell, 12, 1000));
    // What is left of it is shown now, and meets the one that was too small.
    assert_eq!(
        fills,
        [(1, 12, 1000), (3, 12, 1000), (2, 4, 1000), (1, 4, 1000)]
    );
}

#[test]
fn self_trades_are_prevented_in_four_ways() {
    for (mode, own_left, new_left) in [
        (SelfTrade::CancelNewest, Some(5), None),
        (SelfTrade::CancelOldest, None, Some(8)),
        (SelfTrade::CancelBoth, None, None),
        (SelfTrade::Decrement, None, Some(3)),
    ] {
        let mut desk = Desk::open();
        desk.send(limit(1, Sell, 5, 1000));
        let own = NewOrder {
            account_id: AccountId(1),
            self_trade: mode,
            ..limit(2, Buy, 8, 1000)
        };
        assert_eq!(desk.fills(own), []);
        assert_eq!(
            (desk.leaves(1), desk.leaves(2)),
            (own_left, new_left),
            "{mode:?}"
        );
    }
}

#[test]
fn a_smaller_quantity_keeps_the_place_and_another_price_does_not() {
    let replace = |old, new, quantity, price| Replace {
        quantity: shares(quantity),
        limit_price: if price == 0 {
            Price::ZERO
        } else {
            cents(price)
        },
        ..Replace::keeping(OrderId(old), OrderId(new))
    };
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1000));
    desk.send(limit(2, Sell, 5, 1000));
    assert_eq!(
        desk.send(replace(1, 11, 3, 0)),
        [(11, Replaced, 0, 0, Reason::None)]
    );
    assert_eq!(desk.fills(limit(3, Buy, 3, 1000))[0], (11, 3, 1000));
    desk.send(limit(4, Sell, 5, 1000));
    desk.send(replace(2, 12, 6, 0));
    assert_eq!(
        desk.fills(limit(5, Buy, 5, 1000))[0],
        (4, 5, 1000),
        "more quantity goes to the end"
    );
    desk.send(limit(6, Buy, 6, 990));
    assert_eq!(
        desk.fills(replace(12, 13, 0, 990)),
        [(6, 6, 990), (13, 6, 990)],
        "a new price may trade"
    );
    assert_eq!(
        desk.try_send(replace(13, 14, 1, 0)).unwrap_err().reason,
        Reason::OrderDone
    );
}

#[test]
fn an_auction_crosses_at_the_price_of_most_volume() {
    let mut desk = Desk::open();
    desk.send(NewOrder {
        time_in_force: TimeInForce::AtOpen,
        ..market(1, Buy, 10)
    });
    desk.send(SetAuction {
        symbol: SYMBOL,
        open: true,
        kind: AuctionKind::Opening,
        reference_price: Price::ZERO,
    });
    desk.send(limit(2, Buy, 10, 1005));
    desk.send(limit(3, Buy, 10, 995));
    desk.send(limit(4, Sell, 15, 998));
    desk.send(limit(5, Sell, 10, 1003));
    let end = SetAuction {
        symbol: SYMBOL,
        open: false,
        kind: AuctionKind::Any,
        reference_price: cents(1004),
    };
    // At 1003 to 1005 20 trade; 1004 is where the reference is.
    assert_eq!(
        desk.fills(end),
        [
            (1, 10, 1004),
            (4, 10, 1004),
            (2, 5, 1004),
            (4, 5, 1004),
            (2, 5, 1004),
            (5, 5, 1004),
        ]
    );
    assert_eq!(desk.venue.phase(SYMBOL), Some(Phase::Continuous));
    let late = NewOrder {
        time_in_force: TimeInForce::AtOpen,
        ..limit(6, Buy, 1, 900)
    };
    desk.send(late);
    desk.send(SetAuction { open: true, ..end });
    assert_eq!(
        desk.send(end),
        [(6, Expired, 0, 0, Reason::AuctionRemainder)]
    );
}

#[test]
fn halts_and_bands_hold() {
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1000));
    desk.send(SetHalt {
        symbol: None,
        halted: true,
    });
    assert_eq!(
        desk.send(limit(2, Buy, 5, 1000)),
        [(2, Rejected, 0, 0, Reason::Halted)]
    );
    desk.send(SetHalt {
        symbol: None,
        halted: false,
    });
    desk.send(SetBands {
        symbol: SYMBOL,
        lower: cents(950),
        upper: cents(999),
    });
    assert_eq!(
        desk.send(limit(3, Buy, 5, 1000)),
        [(3, Rejected, 0, 0, Reason::PriceBand)]
    );
    assert_eq!(
        desk.send(market(4, Buy, 5))[1],
        (4, Canceled, 0, 0, Reason::NoLiquidity),
        "not beyond the band"
    );
    assert_eq!(desk.leaves(1), Some(5));
}

#[test]
fn orders_end_with_their_day_or_date() {
    let mut desk = Desk::open();
    desk.send(NewOrder {
        time_in_force: TimeInForce::Day,
        ..limit(1, Buy, 1, 900)
    });
    desk.send(NewOrder {
        time_in_force: TimeInForce::Gtd,
        expires_at_ns: 50,
        ..limit(2, Buy, 1, 900)
    });
    desk.send(limit(3, Buy, 1, 900));
    desk.time_ns = 60;
    // Whatever comes first after its date, it does not trade any more.
    assert_eq!(
        desk.send(limit(4, Sell, 1, 900)),
        [
            (2, Expired, 0, 0, Reason::ExpiryReached),
            (4, New, 0, 0, Reason::None),
            (1, Trade, 1, 900, Reason::None),
            (4, Trade, 1, 900, Reason::None),
        ]
    );
    desk.send(NewOrder {
        time_in_force: TimeInForce::Day,
        ..limit(5, Buy, 1, 900)
    });
    assert_eq!(
        desk.send(Expire {
            session_close: true
        }),
        [(5, Expired, 0, 0, Reason::SessionClose)]
    );
    assert_eq!(desk.leaves(3), Some(1));
}

#[test]
fn bad_input_is_refused_with_field_and_limit_and_changes_nothing() {
    let mut desk = Desk::open();
    desk.send(limit(1, Buy, i64::MAX / NANOS - 10, 1000));
    let before = desk.venue.state_hash();
    let order = limit(2, Buy, 1, 1000);
    for (order, reason, field) in [
        (
            NewOrder {
                order_id: OrderId(1),
                ..order
            },
            Reason::DuplicateOrder,
            Field::OrderId,
        ),
        (
            NewOrder {
                symbol: SymbolId(7),
                ..order
            },
            Reason::UnknownSymbol,
            Field::Symbol,
        ),
        (
            NewOrder {
                limit_price: Price(1),
                ..order
            },
            Reason::OffTick,
            Field::LimitPrice,
        ),
        (
            NewOrder {
                quantity: Qty(1),
                ..order
            },
            Reason::OffLot,
            Field::Quantity,
        ),
        (
            NewOrder {
                quantity: shares(-1),
                ..order
            },
            Reason::InvalidQuantity,
            Field::Quantity,
        ),
        (
            NewOrder {
                quantity: shares(100),
                ..order
            },
            Reason::QuantityOverflow,
            Field::Quantity,
        ),
        (
            NewOrder {
                limit_price: Price(i64::MIN),
                ..order
            },
            Reason::InvalidPrice,
            Field::LimitPrice,
        ),
        (
            NewOrder {
                account_id: AccountId(0),
                ..order
            },
            Reason::InvalidId,
            Field::AccountId,
        ),
    ] {
        let refusal = desk.try_send(order).unwrap_err();
        assert_eq!((refusal.reason, refusal.field), (reason, field));
        assert_eq!(desk.venue.state_hash(), before);
    }
    assert_eq!(
        desk.try_send(Cancel {
            order_id: OrderId(9)
        })
        .unwrap_err()
        .reason,
        Reason::UnknownOrder
    );
}

#[test]
fn a_bounded_market_order_takes_what_is_within_its_price() {
    let bounded = |id| NewOrder {
        order_type: OrderType::Market,
        time_in_force: TimeInForce::Day,
        ..limit(id, Buy, 8, 1002)
    };
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 5, 1000));
    desk.send(limit(2, Sell, 5, 1400));
    let reports = desk.send(bounded(3));
    assert_eq!(
        reports.last().map(|report| (report.0, report.1, report.4)),
        Some((3, Canceled, Reason::PriceProtection))
    );
    assert_eq!((desk.leaves(2), desk.leaves(3)), (Some(5), None));
}

#[test]
fn a_bounded_stop_rests_at_its_price_when_the_market_jumps_past_it() {
    let mut desk = Desk::open();
    desk.send(limit(1, Sell, 1, 1000));
    desk.send(NewOrder {
        order_type: OrderType::Stop,
        stop_price: cents(1050),
        ..limit(2, Buy, 8, 1070)
    });
    desk.send(limit(3, Sell, 50, 1400));
    // The trade at 14.00 elects it; it pays no more than 10.70.
    desk.send(limit(4, Buy, 2, 1400));
    assert_eq!(desk.leaves(2), Some(8));
    assert_eq!(
        desk.fills(limit(5, Sell, 8, 1060)),
        [(2, 8, 1070), (5, 8, 1070)]
    );
}

#[test]
fn a_replacement_changes_how_long_an_order_lasts() {
    let mut desk = Desk::open();
    let day = |id| NewOrder {
        time_in_force: TimeInForce::Day,
        ..limit(id, Buy, 5, 900)
    };
    for id in 1..=2 {
        desk.send(day(id));
    }
    desk.send(limit(3, Buy, 5, 900));
    desk.send(Replace {
        time_in_force: Some(TimeInForce::Gtc),
        ..Replace::keeping(OrderId(1), OrderId(11))
    });
    desk.send(Replace {
        time_in_force: Some(TimeInForce::Day),
        ..Replace::keeping(OrderId(3), OrderId(13))
    });
    desk.send(Expire {
        session_close: true,
    });
    assert_eq!(
        (desk.leaves(11), desk.leaves(2), desk.leaves(13)),
        (Some(5), None, None)
    );
}

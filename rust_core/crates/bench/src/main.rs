//! `match-bench ops.bin ROUNDS`: the venue that the sidecar runs, with all features, every event produced, ids in a
//! hash map as clients send them.

use cift_bench::{Engine, Op, Tally, run};
use cift_core::{
    AccountId, Action, Cancel, Command, Events, NANOS, NewOrder, OrderId, OrderType, PostOnly,
    Price, PutInstrument, Qty, Record, SelfTrade, Side, SymbolId, TimeInForce, Venue, VenueConfig,
    VenueTuning,
};
use std::process::ExitCode;

const TICK: i64 = NANOS / 100;
const SYMBOL: SymbolId = SymbolId(0);

struct Cift {
    venue: Venue,
    events: Events,
    time_ns: i64,
}

impl Cift {
    #[inline(always)]
    fn apply(&mut self, action: Action) {
        self.time_ns += 1;
        self.events.clear();
        let command = Command {
            time_ns: self.time_ns,
            action,
        };
        if self.venue.apply(&command, &mut self.events).is_err() {
            panic!("refused: {command:?}");
        }
    }

    #[inline(always)]
    fn submit(&mut self, op: &Op, time_in_force: TimeInForce, tally: &mut Tally) {
        self.apply(Action::NewOrder(NewOrder {
            order_id: OrderId(u128::from(op.id)),
            account_id: AccountId(u128::from(op.id % 64 + 1)),
            symbol: SYMBOL,
            side: if op.is_buy { Side::Buy } else { Side::Sell },
            order_type: OrderType::Limit,
            time_in_force,
            self_trade: SelfTrade::Allow,
            post_only: PostOnly::Off,
            trail_percent_bp: 0,
            quantity: Qty(i64::from(op.quantity) * NANOS),
            limit_price: Price(op.price * TICK),
            stop_price: Price::ZERO,
            trail_price: Price::ZERO,
            display_quantity: Qty::ZERO,
            minimum_quantity: Qty::ZERO,
            expires_at_ns: 0,
        }));
        for record in self.events.records() {
            if let Record::Filled(filled) = record {
                let (quantity, price) = (filled.quantity.0 / NANOS, filled.price.0 / TICK);
                tally.trade(filled.order_id.0 as u64, quantity as u64, price as u64);
            }
        }
    }
}

impl Engine for Cift {
    fn new(max_id: u64) -> Cift {
        let tuning = VenueTuning {
            reserve_orders: max_id as usize,
            hash_seed: 0,
        };
        let mut venue = Venue::tuned(VenueConfig::default(), tuning);
        let name = "BENCH".parse().expect("a valid symbol");
        let instrument = PutInstrument {
            symbol: SYMBOL,
            name,
            tick: Price(TICK),
            lot: Qty(NANOS),
        };
        let mut events = Events::with_capacity(4096);
        venue
            .apply(&Command::at(0, instrument), &mut events)
            .expect("a valid instrument");
        Cift {
            venue,
            events,
            time_ns: 0,
        }
    }

    #[inline]
    fn add(&mut self, op: &Op, tally: &mut Tally) {
        self.submit(op, TimeInForce::Gtc, tally);
    }

    #[inline]
    fn cancel(&mut self, op: &Op) {
        self.apply(Action::Cancel(Cancel {
            order_id: OrderId(u128::from(op.id)),
        }));
    }

    #[inline(always)]
    fn expect_soon(&mut self, id: u64) {
        self.venue.expect_soon(OrderId(u128::from(id)));
    }

    #[inline(always)]
    fn expect_later(&mut self, id: u64) {
        self.venue.expect(OrderId(u128::from(id)));
    }

    #[inline]
    fn ioc(&mut self, op: &Op, tally: &mut Tally) {
        self.submit(op, TimeInForce::Ioc, tally);
    }
}

fn main() -> ExitCode {
    run::<Cift>("cift (venue, Rust)")
}

//! orderbook-rs under the matching workload: counted ids, its own trade results.

use cift_bench::{Engine, Op, Tally, run};
use orderbook_rs::OrderBook;
use pricelevel::{Id, Side, TimeInForce};
use std::process::ExitCode;

struct Peer(OrderBook<()>);

impl Peer {
    fn submit(&mut self, op: &Op, force: TimeInForce, tally: &mut Tally) {
        let side = if op.is_buy { Side::Buy } else { Side::Sell };
        let price = u128::from(op.price.unsigned_abs());
        let id = Id::Sequential(op.id);
        // An immediate order that is not filled whole comes back as an error; its trades come from the match call.
        if force == TimeInForce::Ioc {
            let result = self.0.match_limit_order(id, u64::from(op.quantity), side, price).expect("a match");
            for trade in result.trades().as_vec() {
                let Id::Sequential(maker) = trade.maker_order_id() else { unreachable!("all ids are counted") };
                tally.trade(maker, trade.quantity().as_u64(), trade.price().as_u128() as u64);
            }
        } else {
            self.0.add_limit_order(id, price, u64::from(op.quantity), side, force, None).expect("a resting order");
        }
    }
}

impl Engine for Peer {
    fn new(_max_id: u64) -> Peer {
        Peer(OrderBook::new("BENCH"))
    }

    fn add(&mut self, op: &Op, tally: &mut Tally) {
        self.submit(op, TimeInForce::Gtc, tally);
    }

    fn cancel(&mut self, op: &Op) {
        self.0.cancel_order(Id::Sequential(op.id)).expect("an open order");
    }

    fn ioc(&mut self, op: &Op, tally: &mut Tally) {
        self.submit(op, TimeInForce::Ioc, tally);
    }
}

fn main() -> ExitCode {
    run::<Peer>("orderbook-rs (Rust)")
}

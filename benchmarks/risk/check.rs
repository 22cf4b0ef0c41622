//! Latency of one risk check (and its reservation), all rules on, every operation timed by itself.
//!
//! Between two checks, untimed, an earlier order is canceled or filled and now and then a price moves,
//! so that books of open orders stay about as large as they were. Prints one line of JSON per workload: orders that come
//! one at a time, and orders of a batch, of which the engine is told a few in advance (that counts in their time).

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

use cift_memory::Table;
use cift_risk::limits::Limits;
use cift_risk::money::NANO;
use cift_risk::policy::Policy;
use cift_risk::{OrderKind, OrderRequest, Prices, Reason, RiskEngine, Side};

const TICK: i64 = NANO / 100;
/// Between two orders: 10,000 a second over all accounts.
const STEP_NS: i64 = 100_000;
const OPEN_ORDERS: usize = 4_096;

struct Random(u64);

impl Random {
    /// splitmix64
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    fn id(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

#[derive(Clone, Copy)]
struct Order {
    account_id: u128,
    id: u128,
    symbol: usize,
    side: Side,
    kind: OrderKind,
    quantity: i64,
    prices: Prices,
    /// Of the market then.
    price: i64,
    now: i64,
}

struct Workload {
    engine: RiskEngine,
    accounts: Vec<u128>,
    symbols: Vec<String>,
    random: Random,
    coming: VecDeque<Order>,
    open: Vec<(u128, i64)>,
    now: i64,
    refused: usize,
}

impl Workload {
    fn new(accounts: usize, symbols: usize) -> Self {
        let mut random = Random(7);
        let mut engine = RiskEngine::with_capacity(accounts * symbols, OPEN_ORDERS * 2);
        let symbols: Vec<String> = (0..symbols).map(|at| format!("S{at:04}")).collect();
        let accounts: Vec<u128> = (0..accounts).map(|_| random.id()).collect();
        for symbol in &symbols {
            engine
                .put_instrument(symbol, TICK, NANO)
                .expect("a valid instrument");
        }
        for &account in &accounts {
            engine
                .put_account(account, i128::from(NANO) * 1_000_000_000, 2, true)
                .expect("a valid account");
        }
        let units = |units: i64| i128::from(units) * i128::from(NANO);
        let defaults = Limits {
            max_order_quantity_nanos: 100_000 * NANO,
            max_order_notional_nanos: units(50_000_000),
            price_collar_bp: 2_000,
            market_protection_bp: 200,
            max_position_quantity_nanos: 1_000_000 * NANO,
            max_position_notional_nanos: units(1_000_000_000),
            max_gross_exposure_nanos: units(1_000_000_000_000),
            max_net_exposure_nanos: units(1_000_000_000_000),
            max_open_orders: 1_000_000,
            max_order_rate_per_second: 100_000,
            order_rate_burst: 1_000,
            max_daily_loss_nanos: units(1_000_000_000),
            duplicate_window_ms: 500,
            max_price_age_ms: 3_600_000,
        };
        engine
            .set_policy(&Policy {
                version: 1,
                defaults,
                ..Policy::default()
            })
            .expect("a valid policy");
        engine.set_lease(i64::MAX);
        let now = 1_000 * NANO;
        for symbol in &symbols {
            engine
                .update_price(symbol, 9_999 * TICK, 10_001 * TICK, 0, now)
                .expect("a valid price");
        }
        // Every account holds every symbol: all cells are there before anything is timed.
        for &account in &accounts {
            for symbol in &symbols {
                engine
                    .set_position(account, symbol, 1_000 * NANO, 0)
                    .expect("a valid position");
            }
        }
        Workload {
            engine,
            accounts,
            symbols,
            random,
            coming: VecDeque::new(),
            open: Vec::with_capacity(OPEN_ORDERS + 1),
            now,
            refused: 0,
        }
    }

    fn order(&mut self) -> Order {
        let random = &mut self.random;
        self.now += STEP_NS;
        let side = if random.next() & 1 == 0 {
            Side::Buy
        } else {
            Side::Sell
        };
        let price = (9_500 + random.below(1_000) as i64) * TICK;
        let mut prices = Prices::default();
        let kind = match random.below(16) {
            0..=1 => OrderKind::Market,
            2 => OrderKind::Stop,
            3 => OrderKind::StopLimit,
            4 => OrderKind::TrailingStop,
            _ => OrderKind::Limit,
        };
        if matches!(kind, OrderKind::Stop | OrderKind::StopLimit) {
            prices.stop = price;
        }
        if matches!(kind, OrderKind::Limit | OrderKind::StopLimit) {
            prices.limit = price;
        }
        if kind == OrderKind::TrailingStop {
            prices.trail_bp = 200;
        }
        Order {
            symbol: random.below(self.symbols.len()),
            price,
            account_id: self.accounts[random.below(self.accounts.len())],
            id: random.id(),
            side,
            kind,
            quantity: (1 + random.below(500) as i64) * NANO,
            prices,
            now: self.now,
        }
    }

    /// One order, checked and timed; then the market goes on.
    fn step(&mut self, in_batch: bool) -> u64 {
        while self.coming.len() <= RiskEngine::LATER {
            let order = self.order();
            self.coming.push_back(order);
        }
        let order = self.coming[0];
        let (later, soon) = (
            self.coming[RiskEngine::LATER],
            self.coming[RiskEngine::SOON],
        );
        self.coming.pop_front();
        let request = OrderRequest {
            account_id: order.account_id,
            order_id: order.id,
            symbol: &self.symbols[order.symbol],
            side: order.side,
            kind: order.kind,
            quantity_nanos: order.quantity,
            prices: order.prices,
            now_ns: order.now,
            closing: false,
        };
        let started = Instant::now();
        if in_batch {
            let engine = &self.engine;
            engine.expect(later.account_id, later.id, &self.symbols[later.symbol]);
            engine.expect_soon(soon.account_id, &self.symbols[soon.symbol]);
        }
        let outcome = self.engine.check(black_box(&request));
        let elapsed = started.elapsed().as_nanos() as u64;
        match outcome {
            Ok(_) => self.open.push((order.id, order.quantity)),
            // Chance repeats an order within the window now and then, market orders above all.
            Err(refusal) => {
                assert_eq!(refusal.reason, Reason::DuplicateOrder);
                self.refused += 1;
            }
        }
        if self.open.len() > OPEN_ORDERS {
            let (id, quantity) = self.open.swap_remove(self.random.below(OPEN_ORDERS));
            if self.random.next() & 1 == 0 {
                self.engine.release(id);
            } else {
                self.engine
                    .on_fill(id, quantity, order.price, 0)
                    .expect("an open order");
            }
        }
        elapsed
    }
}

/// What reading the clock twice costs by itself: it is taken off every figure.
fn timer_cost() -> u64 {
    let mut costs: Vec<u64> = (0..100_000)
        .map(|_| Instant::now().elapsed().as_nanos() as u64)
        .collect();
    costs.sort_unstable();
    costs[costs.len() / 2]
}

/// One read at random from as much memory as the cells of the larger workload take, kept as they are: what an order that
/// comes alone cannot be checked faster than, and what this machine's memory costs at the moment.
fn one_read(timer: u64) -> [u64; 2] {
    let mut random = Random(11);
    let memory = Table::filled(1_u64, 1 << 27);
    let mut read = || {
        let at = random.below(memory.len());
        let started = Instant::now();
        black_box(memory[black_box(at)]);
        (started.elapsed().as_nanos() as u64).saturating_sub(timer)
    };
    let mut times: Vec<u64> = (0..CHECKS).map(|_| read()).collect();
    times.sort_unstable();
    [times[CHECKS / 2], times[CHECKS * 99 / 100]]
}

/// The quietest of several rounds counts: other work on the machine only ever adds.
const ROUNDS: usize = 5;
const CHECKS: usize = 500_000;

fn main() {
    let timer = timer_cost();
    for (accounts, symbols) in [(100, 50), (10_000, 1_000)] {
        let mut workload = Workload::new(accounts, symbols);
        for in_batch in [false, true] {
            for _ in 0..CHECKS / 2 {
                workload.step(in_batch);
            }
            let round = |workload: &mut Workload| {
                let mut times: Vec<u64> = (0..CHECKS)
                    .map(|_| workload.step(in_batch).saturating_sub(timer))
                    .collect();
                times.sort_unstable();
                [0.5, 0.9, 0.99, 0.999].map(|share| times[(CHECKS as f64 * share) as usize])
            };
            let rounds: Vec<[u64; 4]> = (0..ROUNDS).map(|_| round(&mut workload)).collect();
            let [p50, p90, p99, p999] =
                *rounds.iter().min_by_key(|round| round[2]).expect("rounds");
            println!(
                "{{\"accounts\": {accounts}, \"symbols\": {symbols}, \"in_batch\": {in_batch}, \"p50_ns\": {p50}, \
                 \"p90_ns\": {p90}, \"p99_ns\": {p99}, \"p999_ns\": {p999}, \"refused\": {}, \"timer_ns\": {timer}}}",
                workload.refused,
            );
        }
    }
    let [p50, p99] = one_read(timer);
    println!("{{\"p50_ns\": {p50}, \"p99_ns\": {p99}, \"p999_ns\": 0}}");
}

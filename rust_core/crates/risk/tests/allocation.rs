//! After warm-up an order's whole life allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use cift_risk::limits::Limits;
use cift_risk::money::NANO;
use cift_risk::policy::Policy;
use cift_risk::{OrderKind, OrderRequest, Prices, RiskEngine, Side};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SYMBOLS: [&str; 4] = ["AAPL", "MSFT", "NVDA", "TSLA"];

/// Orders that pass and orders that do not, changes, fills, cancels and prices; `from` numbers them.
fn trade(engine: &mut RiskEngine, from: u128) {
    for number in from..from + 2_000 {
        let symbol = SYMBOLS[number as usize % 4];
        let now_ns = number as i64 * 1_000_000;
        engine
            .update_price(symbol, 99 * NANO, 101 * NANO, 0, now_ns)
            .unwrap();
        let request = OrderRequest {
            account_id: number % 8,
            order_id: number,
            symbol,
            side: if number % 3 == 0 {
                Side::Sell
            } else {
                Side::Buy
            },
            kind: OrderKind::Limit,
            quantity_nanos: (1 + number as i64 % 5) * NANO,
            prices: Prices {
                limit: (95 + number as i64 % 20) * NANO,
                ..Prices::default()
            },
            now_ns,
            closing: false,
        };
        if engine.check(&request).is_err() {
            continue;
        }
        if number % 4 == 0
            && engine
                .check_replace(
                    number,
                    number << 64,
                    3 * NANO,
                    &request.prices,
                    now_ns,
                    false,
                )
                .is_ok()
        {
            engine.confirm_replace(number, number << 64).unwrap();
            engine.release(number << 64);
        } else if number % 2 == 0 {
            engine
                .on_fill(number, request.quantity_nanos, request.prices.limit, 0)
                .unwrap();
        } else {
            engine.release(number);
        }
    }
}

#[test]
fn nothing_is_allocated_after_warm_up() {
    let mut engine = RiskEngine::new();
    for symbol in SYMBOLS {
        engine.put_instrument(symbol, NANO / 100, NANO).unwrap();
    }
    for account in 0..8 {
        engine
            .put_account(account, i128::from(NANO) * 1_000_000, 2, true)
            .unwrap();
    }
    let defaults = Limits {
        price_collar_bp: 1_000,
        duplicate_window_ms: 50,
        ..Limits::default()
    };
    engine
        .set_policy(&Policy {
            version: 1,
            defaults,
            ..Policy::default()
        })
        .unwrap();
    engine.set_lease(i64::MAX);
    trade(&mut engine, 1);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    trade(&mut engine, 10_000);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0);
}

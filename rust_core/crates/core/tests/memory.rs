//! Memory: nothing is allocated per operation once the venue is warm, and a million resting orders stay small.

use cift_core::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator unchanged; only counters are added.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's contract is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SYMBOL: SymbolId = SymbolId(0);

/// A small generator, so that the test needs nothing that allocates.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn venue(config: VenueConfig, reserve_orders: usize) -> Venue {
    let mut venue = Venue::tuned(
        config,
        VenueTuning {
            reserve_orders,
            hash_seed: 1,
        },
    );
    let name = "MEM".parse().expect("a valid symbol");
    let instrument = PutInstrument {
        symbol: SYMBOL,
        name,
        tick: Price(10),
        lot: Qty(1),
    };
    venue
        .apply(&Command::at(0, instrument), &mut Events::new())
        .expect("a valid instrument");
    venue
}

fn step(venue: &mut Venue, dice: &mut Dice, id: &mut u64, events: &mut Events) {
    events.clear();
    *id += 1;
    // Random ids, as UUIDs are.
    let order_id = |n: u64| {
        OrderId(
            (u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64)
                | (u128::from(n) * 0x1234_5678_9abc_def1),
        )
    };
    let side = if dice.roll(2) == 0 {
        Side::Buy
    } else {
        Side::Sell
    };
    let away = dice.roll(300) as i64;
    let price = Price(
        10 * if side == Side::Buy {
            10_000 - away
        } else {
            10_001 + away
        },
    );
    let account = AccountId(1 + u128::from(dice.roll(50)));
    let plain = NewOrder::limit(
        order_id(*id),
        account,
        SYMBOL,
        side,
        Qty(1 + dice.roll(100) as i64),
        price,
    );
    let through = Price(if side == Side::Buy { 101_000 } else { 99_000 });
    let action: Action = match dice.roll(20) {
        0..=8 => plain.into(),
        9 => NewOrder {
            display_quantity: Qty(1 + plain.quantity.0 / 3),
            ..plain
        }
        .into(),
        10 => NewOrder {
            order_type: OrderType::StopLimit,
            stop_price: price,
            limit_price: price,
            ..plain
        }
        .into(),
        11..=13 => NewOrder {
            time_in_force: TimeInForce::Ioc,
            limit_price: through,
            ..plain
        }
        .into(),
        14 => Replace {
            quantity: plain.quantity,
            ..Replace::keeping(
                order_id(id.saturating_sub(1 + dice.roll(200))),
                order_id(*id),
            )
        }
        .into(),
        _ => Cancel {
            order_id: order_id(id.saturating_sub(1 + dice.roll(400))),
        }
        .into(),
    };
    let _ = venue.apply(&Command::at(*id as i64, action), events);
}

/// One test, because the counters are the process's.
#[test]
fn a_warm_venue_allocates_nothing_and_a_full_one_stays_small() {
    let config = VenueConfig {
        remembered_ids: 20_000,
        max_open_orders: 3_000,
    };
    let mut venue_under_test = venue(config, 40_000);
    let (mut dice, mut id, mut events) = (Dice(7), 0, Events::with_capacity(1 << 16));
    for _ in 0..300_000 {
        step(&mut venue_under_test, &mut dice, &mut id, &mut events);
    }
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..300_000 {
        step(&mut venue_under_test, &mut dice, &mut id, &mut events);
    }
    let allocated = ALLOCATIONS.load(Ordering::Relaxed) - before;
    assert_eq!(allocated, 0, "allocations in 300,000 operations");

    let before = BYTES.load(Ordering::Relaxed);
    let mut full = venue(VenueConfig::default(), 0);
    for n in 1..=1_000_000u128 {
        let side = if n % 2 == 0 { Side::Buy } else { Side::Sell };
        let away = 10 * (n as i64 / 2 % 5_000);
        let price = Price(if side == Side::Buy {
            1_000_000 - away
        } else {
            1_000_010 + away
        });
        let order = NewOrder::limit(
            OrderId((n << 64) | (n * 77)),
            AccountId(n % 1_000 + 1),
            SYMBOL,
            side,
            Qty(5),
            price,
        );
        events.clear();
        full.apply(&Command::at(0, order), &mut events)
            .expect("a valid order");
    }
    assert_eq!(full.open_orders(), 1_000_000);
    let used = BYTES.load(Ordering::Relaxed) - before;
    assert!(
        used <= 200_000_000,
        "{used} bytes for a million resting orders"
    );
    println!("{} MB for 1,000,000 resting orders", used / 1_000_000);
}

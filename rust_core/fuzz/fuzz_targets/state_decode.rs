//! Any bytes: a venue or an error, never a panic; a venue that is read is written to the same bytes and can be used.
#![no_main]

use cift_core::{AccountId, Command, Events, NewOrder, OrderId, Price, Qty, Side, SymbolId, Venue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut venue) = Venue::decode_state(bytes) else {
        return;
    };
    let mut again = Vec::new();
    venue.encode_state(&mut again);
    assert_eq!(again, bytes);
    let instruments = venue.instruments().to_vec();
    let mut events = Events::new();
    for (id, instrument) in (1u128 << 100..).zip(instruments) {
        let SymbolId(symbol) = instrument.symbol;
        let price =
            Price(instrument.tick.0.saturating_mul(100) / instrument.tick.0 * instrument.tick.0);
        for (at, side) in [Side::Buy, Side::Sell].into_iter().enumerate() {
            let order_id = OrderId(id << 2 | at as u128);
            let quantity = Qty(instrument.lot.0);
            let order = NewOrder::limit(
                order_id,
                AccountId(1),
                SymbolId(symbol),
                side,
                quantity,
                price,
            );
            let _ = venue.apply(&Command::at(0, order), &mut events);
        }
    }
    let _ = venue.state_hash();
});

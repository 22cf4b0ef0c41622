//! Any bytes: a command or an error, never a panic; what is decoded is encoded to the same bytes, and a venue
//! survives it.
#![no_main]

use cift_core::{Command, Events, Venue, VenueConfig};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut venue = Venue::new(VenueConfig {
        remembered_ids: 8,
        max_open_orders: 8,
    });
    let mut events = Events::new();
    for record in bytes.chunks(Command::MAX_ENCODED_LEN) {
        // Every length is tried, because a command is of the length that its kind says.
        for len in 0..=record.len() {
            if let Ok(command) = Command::decode(&record[..len]) {
                let mut again = Vec::new();
                command.encode(&mut again);
                assert_eq!(again, record[..len]);
                let _ = venue.apply(&command, &mut events);
            }
        }
    }
});

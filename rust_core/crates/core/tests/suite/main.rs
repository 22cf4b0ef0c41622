//! One suite for both venues: the engine and the oracle are given the same logs and must tell the same.

mod auditor;
mod logs;
mod naive;
mod scenarios;

use auditor::Auditor;
use cift_core::*;
use naive::Naive;
use proptest::prelude::*;

/// Small enough that ids are forgotten and the venue fills up.
const CONFIG: VenueConfig = VenueConfig {
    remembered_ids: 48,
    max_open_orders: 40,
};

fn open_orders(venue: &Venue) -> Vec<OrderView> {
    let mut orders = Vec::new();
    venue.for_each_order(&mut |order| orders.push(*order));
    orders
}

fn is_stop(command: &Command) -> Option<OrderId> {
    match command.action {
        Action::NewOrder(o) if o.order_type.is_stop() => Some(o.order_id),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn engine_and_oracle_agree(log in logs::log(20..120), restart in 2..120usize) {
        let mut engine = Venue::new(CONFIG);
        let mut naive = Naive::new(CONFIG);
        // Ids must not come again for the auditor, so it only watches as long as none has been forgotten.
        let mut auditor = Some(Auditor::default());
        for (at, command) in log.iter().enumerate() {
            if at == restart {
                let mut bytes = Vec::new();
                engine.encode_state(&mut bytes);
                let restored = Venue::decode_state(&bytes).expect("a state that was written can be read");
                prop_assert_eq!(restored.state_hash(), engine.state_hash());
                prop_assert_eq!(open_orders(&restored), open_orders(&engine));
                engine = restored;
            }
            let (mut told, mut expected) = (Events::new(), Vec::new());
            let before = engine.state_hash();
            let result = engine.apply(command, &mut told).map_err(|refusal| refusal.reason);
            prop_assert_eq!(result, naive.apply(command, &mut expected), "{:?}", command);
            prop_assert_eq!(told.len(), expected.len());
            prop_assert_eq!(told.to_vec(), expected, "{:?}", command);
            if result.is_err() {
                prop_assert_eq!(engine.state_hash(), before, "a refusal changes nothing");
                prop_assert!(told.is_empty());
            }
            if at > CONFIG.remembered_ids as usize {
                auditor = None;
            }
            if let Some(auditor) = &mut auditor {
                if let (Ok(()), Some(id)) = (result, is_stop(command)) {
                    auditor.expect_stop(id);
                }
                auditor.watch(&told.to_vec());
            }
        }
        let mut replayed = Venue::tuned(CONFIG, VenueTuning { reserve_orders: 500, hash_seed: 7 });
        for command in &log {
            let mut bytes = Vec::new();
            command.encode(&mut bytes);
            prop_assert!(bytes.len() <= Command::MAX_ENCODED_LEN);
            let decoded = Command::decode(&bytes).expect("a command that was written can be read");
            prop_assert_eq!(&decoded, command);
            let _ = replayed.apply(&decoded, &mut Events::new());
        }
        prop_assert_eq!(replayed.state_hash(), engine.state_hash(), "replay gives the same state");
    }
}

#[test]
fn a_state_of_another_version_is_refused_by_name() {
    let mut bytes = Vec::new();
    Venue::new(CONFIG).encode_state(&mut bytes);
    let expected = bytes[8];
    bytes[8] = 1;
    let refused = Venue::decode_state(&bytes).err();
    assert_eq!(refused, Some(DecodeError::Version { found: 1, expected }));
    assert_eq!(
        refused.map(|error| error.to_string()),
        Some(format!("version 1, expected {expected}"))
    );
}

proptest! {
    #[test]
    fn damaged_states_are_refused_or_whole(log in logs::log(5..60), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut venue = Venue::new(CONFIG);
        for command in &log {
            let _ = venue.apply(command, &mut Events::new());
        }
        let mut bytes = Vec::new();
        venue.encode_state(&mut bytes);
        for cut in (0..bytes.len()).step_by(7) {
            prop_assert!(Venue::decode_state(&bytes[..cut]).is_err());
        }
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = Venue::decode_state(&bytes) {
            let mut again = Vec::new();
            other.encode_state(&mut again);
            prop_assert_eq!(again, bytes, "what is read is what is written");
        }
    }
}

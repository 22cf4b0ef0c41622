//! Any sequence of commands, sensible or not: the engine tells what the naive venue tells, a refusal changes nothing,
//! and the state comes back from its bytes.
#![no_main]

#[path = "../../crates/core/tests/suite/naive.rs"]
mod naive;

use arbitrary::{Result, Unstructured};
use cift_core::*;
use libfuzzer_sys::fuzz_target;
use naive::Naive;

const CONFIG: VenueConfig = VenueConfig {
    remembered_ids: 24,
    max_open_orders: 24,
};
const TICK: i64 = 10;
const LOT: i64 = 5;

/// Mostly near the others, sometimes anything.
fn price(u: &mut Unstructured<'_>) -> Result<Price> {
    Ok(match u.int_in_range(0..=40u8)? {
        near @ 0..=37 => Price((90 + i64::from(near % 21)) * TICK),
        38 => Price(0),
        39 => Price(i64::MAX / TICK * TICK),
        _ => Price(u.arbitrary()?),
    })
}

fn quantity(u: &mut Unstructured<'_>) -> Result<Qty> {
    Ok(match u.int_in_range(0..=30u8)? {
        small @ 0..=28 => Qty(i64::from(small % 12 + 1) * LOT),
        29 => Qty(i64::MAX / LOT * LOT),
        _ => Qty(u.arbitrary()?),
    })
}

/// Zero three times out of four.
fn seldom<T: Default>(
    u: &mut Unstructured<'_>,
    value: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<T> {
    if u.ratio(1, 4)? {
        value(u)
    } else {
        Ok(T::default())
    }
}

fn symbol(u: &mut Unstructured<'_>) -> Result<SymbolId> {
    Ok(SymbolId(if u.ratio(1, 5)? {
        u.int_in_range(0..=3)?
    } else {
        0
    }))
}

fn order_id(u: &mut Unstructured<'_>) -> Result<OrderId> {
    Ok(OrderId(u.int_in_range(0..=60u8)?.into()))
}

fn new_order(u: &mut Unstructured<'_>) -> Result<NewOrder> {
    let (order_id, account_id) = (order_id(u)?, AccountId(u.int_in_range(0..=3u8)?.into()));
    let plain = NewOrder::limit(
        order_id,
        account_id,
        symbol(u)?,
        *u.choose(Side::ALL)?,
        quantity(u)?,
        price(u)?,
    );
    if u.ratio(1, 2)? {
        return Ok(plain);
    }
    let order_type = *u.choose(OrderType::ALL)?;
    let stop = matches!(order_type, OrderType::Stop | OrderType::StopLimit) || u.ratio(1, 20)?;
    Ok(NewOrder {
        order_type,
        limit_price: if order_type.has_limit_price() || u.ratio(1, 20)? {
            plain.limit_price
        } else {
            Price::ZERO
        },
        stop_price: if stop { price(u)? } else { Price::ZERO },
        trail_price: if order_type == OrderType::TrailingStop {
            Price(TICK * u.int_in_range(0..=4)?)
        } else {
            Price::ZERO
        },
        trail_percent_bp: seldom(u, |u| u.int_in_range(0..=10_001))?,
        time_in_force: *u.choose(TimeInForce::ALL)?,
        self_trade: *u.choose(SelfTrade::ALL)?,
        post_only: if u.ratio(1, 4)? {
            *u.choose(PostOnly::ALL)?
        } else {
            PostOnly::Off
        },
        display_quantity: seldom(u, quantity)?,
        minimum_quantity: seldom(u, quantity)?,
        expires_at_ns: seldom(u, |u| u.int_in_range(0..=200))?,
        ..plain
    })
}

fn action(u: &mut Unstructured<'_>) -> Result<Action> {
    Ok(match u.int_in_range(0..=23u8)? {
        0..=11 => new_order(u)?.into(),
        12..=13 => Cancel {
            order_id: order_id(u)?,
        }
        .into(),
        14..=15 => Replace {
            order_id: order_id(u)?,
            new_order_id: order_id(u)?,
            quantity: seldom(u, quantity)?,
            limit_price: seldom(u, price)?,
            stop_price: seldom(u, price)?,
            trail_price: seldom(u, price)?,
            trail_percent_bp: seldom(u, |u| u.int_in_range(0..=10_000))?,
            time_in_force: TimeInForce::from_code(u.int_in_range(0..=7)?),
            expires_at_ns: seldom(u, |u| u.int_in_range(0..=200))?,
        }
        .into(),
        16..=17 => SetQuote {
            symbol: symbol(u)?,
            bid_price: price(u)?,
            bid_quantity: quantity(u)?,
            ask_price: price(u)?,
            ask_quantity: seldom(u, quantity)?,
        }
        .into(),
        18 => SetHalt {
            symbol: if u.arbitrary()? {
                Some(symbol(u)?)
            } else {
                None
            },
            halted: u.arbitrary()?,
        }
        .into(),
        19 => MassCancel {
            account_id: None,
            symbol: Some(symbol(u)?),
        }
        .into(),
        20 => Expire {
            session_close: u.arbitrary()?,
        }
        .into(),
        21 => SetBands {
            symbol: symbol(u)?,
            lower: price(u)?,
            upper: price(u)?,
        }
        .into(),
        22 => SetAuction {
            symbol: symbol(u)?,
            open: u.arbitrary()?,
            kind: *u.choose(AuctionKind::ALL)?,
            reference_price: seldom(u, price)?,
        }
        .into(),
        _ => PutInstrument {
            symbol: symbol(u)?,
            name: SymbolName::from_bytes(&[b'A' + u.int_in_range(0..=3u8)?]).expect("a letter"),
            tick: Price(u.int_in_range(0..=2)? * TICK),
            lot: Qty(u.int_in_range(0..=2)? * LOT),
        }
        .into(),
    })
}

fuzz_target!(|bytes: &[u8]| {
    let mut u = Unstructured::new(bytes);
    let (mut engine, mut naive) = (Venue::new(CONFIG), Naive::new(CONFIG));
    let instrument = PutInstrument {
        symbol: SymbolId(0),
        name: "A".parse().expect("a letter"),
        tick: Price(TICK),
        lot: Qty(LOT),
    };
    let mut command = Command::at(0, instrument);
    let mut time = 0;
    for _ in 0..150 {
        let before = engine.state_hash();
        let (mut told, mut expected) = (Events::new(), Vec::new());
        let result = engine
            .apply(&command, &mut told)
            .map_err(|refusal| refusal.reason);
        assert_eq!(result, naive.apply(&command, &mut expected), "{command:?}");
        assert_eq!(told.to_vec(), expected, "{command:?}");
        assert!(result.is_ok() || (told.is_empty() && before == engine.state_hash()));
        if u.is_empty() {
            break;
        }
        time += u.int_in_range(0..=3).unwrap_or(0);
        let Ok(next) = action(&mut u) else { break };
        command = Command::at(time, next);
    }
    let mut bytes = Vec::new();
    engine.encode_state(&mut bytes);
    let restored = Venue::decode_state(&bytes).expect("a state that was written can be read");
    assert_eq!(restored.state_hash(), engine.state_hash());
});

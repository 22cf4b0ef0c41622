//! Makes the journal that `tests/test_replay.py` reads: `cargo run -p cift-python --example make_journal DIR`.

use cift_core::{
    AccountId, Action, Cancel, Command, Events, NewOrder, OrderId, Price, PutInstrument, Qty, Side,
    SymbolId, Venue, VenueConfig,
};
use cift_journal::{Journal, Options, Reader};

const SYMBOL: SymbolId = SymbolId(0);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let folder = std::path::Path::new(&folder);
    let options = Options {
        segment_bytes: 8 << 10,
        group_bytes: 4 << 10,
        ..Options::new(1)
    };
    let (mut journal, _) = Journal::open(folder, options)?;
    let mut venue = Venue::new(VenueConfig::default());
    let (mut events, mut bytes) = (Events::new(), Vec::new());
    for (at, action) in actions()?.into_iter().enumerate() {
        let command = Command::at(1_000 + at as i64, action);
        bytes.clear();
        command.encode(&mut bytes);
        venue
            .apply(&command, &mut events)
            .map_err(|refusal| refusal.to_string())?;
        journal.reserve()?;
        let record = journal.append(&bytes)?;
        journal.write()?;
        journal.sync()?;
        if record == 4 {
            let mut state = Vec::new();
            venue.encode_state(&mut state);
            Reader::new(folder, 1).write_snapshot(record, venue.last_sequence(), &state)?;
        }
    }
    println!("{}", venue.state_hash());
    Ok(())
}

/// Two sells, a buy that takes the first and a part of the second, a bid, and a cancel.
fn actions() -> Result<Vec<Action>, Box<dyn std::error::Error>> {
    let order = |id, side, units, price| {
        let (quantity, price) = (Qty::from_units(units, 0), Price::from_units(price, 0));
        Action::NewOrder(NewOrder::limit(
            OrderId(id),
            AccountId(7),
            SYMBOL,
            side,
            quantity,
            price,
        ))
    };
    let tick = Price::from_units(0, 10_000_000);
    Ok(vec![
        PutInstrument {
            symbol: SYMBOL,
            name: "AAPL".parse()?,
            tick,
            lot: Qty::from_units(1, 0),
        }
        .into(),
        order(1, Side::Sell, 10, 189),
        order(2, Side::Sell, 10, 190),
        order(3, Side::Buy, 15, 190),
        order(4, Side::Buy, 5, 188),
        order(5, Side::Buy, 5, 187),
        Cancel {
            order_id: OrderId(4),
        }
        .into(),
    ])
}

//! `replay`: what the matcher's journal says, carried out again in this process.

use std::ops::ControlFlow;
use std::path::PathBuf;

use cift_core::{Command, Event, Events, SymbolId, TradeEvent, Venue, VenueConfig};
use cift_journal::Reader;
use pyo3::exceptions::{PyKeyError, PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::events::Trade;
use crate::view::{Depth, OpenOrder, depth, open_orders};

/// The matcher writes its commands in this format.
const RECORD_FORMAT: u32 = 1;

/// The venue as its journal leaves it.
#[pyclass(frozen)]
pub struct Replay {
    venue: Venue,
    trades: Vec<TradeEvent>,
    #[pyo3(get)]
    records: u64,
    #[pyo3(get)]
    events: u64,
}

/// Reads a journal's folder without touching it, from its newest snapshot (or from its first record) to record
/// `upto` (or to its end). The GIL is released: this may take seconds.
#[pyfunction]
#[pyo3(signature = (path, *, upto=None, from_start=false))]
pub fn replay(
    py: Python<'_>,
    path: PathBuf,
    upto: Option<u64>,
    from_start: bool,
) -> PyResult<Replay> {
    py.detach(|| run(path, upto.unwrap_or(u64::MAX), from_start))
}

fn run(path: PathBuf, upto: u64, from_start: bool) -> PyResult<Replay> {
    if !path.is_dir() {
        return Err(PyOSError::new_err(format!(
            "{} is not a folder",
            path.display()
        )));
    }
    let reader = Reader::new(&path, RECORD_FORMAT);
    let (mut venue, after) = begin(&reader, upto, from_start)?;
    let (mut events, mut trades, mut count) = (Events::new(), Vec::new(), 0);
    let mut failed = None;
    let records = reader.replay(after, upto, |record, bytes| {
        events.clear();
        let applied = match Command::decode(bytes) {
            Ok(command) => venue
                .apply(&command, &mut events)
                .map_err(|refusal| refusal.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = applied {
            failed = Some(format!("journal record {record}: {error}"));
            return ControlFlow::Break(());
        }
        count += events.len() as u64;
        trades.extend(events.iter().filter_map(|event| match event {
            Event::Trade(trade) => Some(trade),
            _ => None,
        }));
        ControlFlow::Continue(())
    });
    let records = records.map_err(journal_error)?;
    match failed {
        Some(message) => Err(PyValueError::new_err(message)),
        None => Ok(Replay {
            venue,
            trades,
            records,
            events: count,
        }),
    }
}

/// The newest snapshot that is not past `upto`, or the empty venue.
fn begin(reader: &Reader, upto: u64, from_start: bool) -> PyResult<(Venue, u64)> {
    let names = if from_start {
        Vec::new()
    } else {
        reader.snapshots().map_err(journal_error)?
    };
    let Some(name) = names.iter().rev().find(|name| name.record <= upto) else {
        return Ok((Venue::new(VenueConfig::default()), 0));
    };
    let snapshot = reader.load(name).map_err(journal_error)?;
    let venue = Venue::decode_state(&snapshot.body);
    let venue = venue.map_err(|error| {
        PyValueError::new_err(format!("snapshot of record {}: {error}", name.record))
    })?;
    Ok((venue, snapshot.record))
}

fn journal_error(error: cift_journal::Error) -> PyErr {
    PyOSError::new_err(error.to_string())
}

impl Replay {
    fn symbol_id(&self, symbol: &str) -> PyResult<SymbolId> {
        let id = symbol
            .parse()
            .ok()
            .and_then(|name| self.venue.symbol_id(&name));
        id.ok_or_else(|| PyKeyError::new_err(format!("symbol: {symbol} is not in the journal")))
    }
}

#[pymethods]
impl Replay {
    #[getter]
    fn symbols(&self) -> Vec<String> {
        self.venue
            .instruments()
            .iter()
            .map(|instrument| instrument.name.to_string())
            .collect()
    }

    #[getter]
    fn sequence(&self) -> u64 {
        self.venue.last_sequence()
    }

    #[getter]
    fn time_ns(&self) -> i64 {
        self.venue.time_ns()
    }

    #[pyo3(signature = (symbol, levels=10))]
    fn depth(&self, symbol: &str, levels: usize) -> PyResult<Depth> {
        Ok(depth(&self.venue, self.symbol_id(symbol)?, levels))
    }

    fn orders(&self, symbol: &str) -> PyResult<Vec<OpenOrder>> {
        Ok(open_orders(&self.venue, self.symbol_id(symbol)?))
    }

    fn trades(&self, symbol: &str) -> PyResult<Vec<Trade>> {
        let id = self.symbol_id(symbol)?;
        Ok(self
            .trades
            .iter()
            .filter(|trade| trade.symbol == id)
            .map(|trade| Trade(*trade))
            .collect())
    }

    fn state_hash(&self) -> String {
        self.venue.state_hash().to_string()
    }

    fn __repr__(&self) -> String {
        let trades = self.trades.len();
        format!(
            "Replay({} records, {} events, {trades} trades, {} open orders)",
            self.records,
            self.events,
            self.venue.open_orders()
        )
    }
}

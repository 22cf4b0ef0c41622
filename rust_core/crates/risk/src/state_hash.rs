//! One number over everything that decides about the next order, independent of memory layout.

use crate::engine::RiskEngine;
use crate::order::{Prices, Terms};

/// FNV-1a over 64-bit words, with a final avalanche.
struct Digest(u64);

impl Digest {
    fn word(&mut self, word: u64) {
        for shift in [0, 32] {
            self.0 = (self.0 ^ (word >> shift & 0xffff_ffff)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        self.0 ^= self.0 >> 29;
    }

    fn wide(&mut self, word: u128) {
        self.word(word as u64);
        self.word((word >> 64) as u64);
    }

    fn terms(&mut self, terms: &Terms) {
        let Prices {
            limit,
            stop,
            trail,
            trail_bp,
        } = terms.prices;
        for value in [
            terms.open_nanos,
            terms.reserve_price,
            terms.charge_nanos,
            limit,
            stop,
            trail,
        ] {
            self.word(value as u64);
        }
        self.word(trail_bp.into());
    }

    fn text(&mut self, text: &str) {
        self.word(text.len() as u64);
        text.bytes().for_each(|byte| self.word(byte.into()));
    }
}

impl RiskEngine {
    /// Equal for engines that were told the same things in the same order. Walks and sorts the whole
    /// state: for tests and audits, not for every order.
    pub fn state_hash(&self) -> u64 {
        let mut digest = Digest(0xcbf2_9ce4_8422_2325);
        digest.word(self.policy.version);
        digest.word(self.lease_expires_at_ns as u64);
        for (symbol, instrument) in self.symbols.iter().zip(self.instruments.iter()) {
            digest.text(symbol);
            for value in [
                instrument.tick.step,
                instrument.lot.step,
                instrument.bid,
                instrument.ask,
                instrument.last,
                instrument.mark,
                instrument.price_time_ns,
            ] {
                digest.word(value as u64);
            }
        }
        for (account, cells) in self.accounts.iter().zip(&self.cells_of_account) {
            digest.wide(account.id);
            let exposure = &account.exposure;
            for value in [
                account.cash,
                account.reserved_buys,
                account.day_start_equity,
                exposure.net,
                exposure.gross,
                exposure.gross_worst,
                exposure.open[0],
                exposure.open[1],
                exposure.short_opening,
            ] {
                digest.wide(value as u128);
            }
            for value in [
                account.rate_next_ns as u64,
                account.day_started_at_ns as u64,
                account.multiplier.into(),
                account.open_orders.into(),
                account.shorting_enabled.into(),
                account.day_start_given.into(),
            ] {
                digest.word(value);
            }
            let filled = |&&at: &&u32| !self.cells[at].quantities.is_empty();
            let mut held: Vec<u32> = cells.iter().filter(filled).copied().collect();
            held.sort_unstable_by_key(|&at| self.cells[at].instrument);
            for at in held {
                let quantities = &self.cells[at].quantities;
                digest.word(self.cells[at].instrument.into());
                for value in [quantities.position, quantities.open[0], quantities.open[1]] {
                    digest.word(value as u64);
                }
                digest.wide(self.cost_bases[at as usize] as u128);
            }
        }
        let mut open: Vec<_> = self.orders.iter().collect();
        open.sort_unstable_by_key(|order| order.id);
        for order in open {
            digest.wide(order.id);
            digest.word((order.side as u64) << 8 | order.kind as u64);
            digest.terms(&order.terms);
            if let Some(change) = self.orders.change(order) {
                digest.wide(change.new_id);
                digest.terms(&change.terms);
            }
        }
        digest.word(self.recent.written);
        for entry in self.recent.entries() {
            digest.word(entry.time_ns as u64);
            digest.word(entry.quantity_nanos as u64);
        }
        digest.0 ^ digest.0 >> 32
    }
}

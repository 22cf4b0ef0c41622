//! The policy as the risk service leases it, and the compiled form that the engine looks things up in.
//!
//! Swapping a policy costs its compilation and nothing per account: accounts, instruments and cells
//! notice by an epoch number, at their next use.

use std::collections::HashMap;

use crate::limits::{EffectiveLimits, Limits};

#[derive(Clone, Debug, Default)]
pub struct LimitOverride {
    /// One of the two, or both.
    pub account: Option<u128>,
    pub symbol: Option<String>,
    pub limits: Limits,
}

#[derive(Clone, Debug)]
pub struct Restriction {
    pub symbol: String,
    /// `None`: for everyone.
    pub account: Option<u128>,
    pub reason: String,
    pub close_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HaltScope {
    Platform,
    Account(u128),
    Symbol(String),
}

#[derive(Clone, Debug)]
pub struct Halt {
    pub scope: HaltScope,
    pub reason: String,
}

#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub version: u64,
    pub defaults: Limits,
    pub overrides: Vec<LimitOverride>,
    pub restrictions: Vec<Restriction>,
    pub halts: Vec<Halt>,
}

/// Which part of a policy was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    pub field: String,
    pub message: &'static str,
}

/// Index of a text (the reason of a halt or restriction); 0: none.
pub type TextIndex = u32;

/// A restriction as the rules read it.
#[derive(Clone, Copy, Debug)]
pub struct Restricted {
    pub close_only: bool,
    pub text: TextIndex,
}

/// Overrides of one account or symbol; index 0 means none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing {
    pub limits: u32,
    /// Halt reason plus one; 0: not halted.
    pub halt: TextIndex,
}

pub struct CompiledPolicy {
    pub version: u64,
    pub platform_halt: TextIndex,
    pub texts: Vec<String>,
    /// Index 0: the defaults alone.
    pub effective: Vec<EffectiveLimits>,
    levels: Vec<Limits>,
    merged: HashMap<(u32, u32, u32), u32>,
    accounts: HashMap<u128, Standing>,
    symbols: HashMap<String, Standing>,
    pairs: HashMap<(u128, String), u32>,
    restrictions: HashMap<(Option<u128>, String), u32>,
    /// Index 0 is never used.
    pub restricted: Vec<Restricted>,
    pub longest_duplicate_window_ns: i64,
}

impl CompiledPolicy {
    pub fn new(policy: &Policy) -> Result<Self, PolicyError> {
        let mut compiled = CompiledPolicy {
            version: policy.version,
            platform_halt: 0,
            texts: vec![String::new()],
            effective: vec![EffectiveLimits::from(&policy.defaults)],
            levels: vec![policy.defaults],
            merged: HashMap::new(),
            accounts: HashMap::new(),
            symbols: HashMap::new(),
            pairs: HashMap::new(),
            restrictions: HashMap::new(),
            restricted: vec![Restricted {
                close_only: true,
                text: 0,
            }],
            longest_duplicate_window_ns: i64::from(policy.defaults.duplicate_window_ms) * 1_000_000,
        };
        if let Some(field) = policy.defaults.invalid_field() {
            return Err(PolicyError {
                field: format!("defaults.{field}"),
                message: "is negative or out of range",
            });
        }
        for (at, rule) in policy.overrides.iter().enumerate() {
            compiled.add_override(at, rule)?;
        }
        for (at, rule) in policy.restrictions.iter().enumerate() {
            compiled.add_restriction(at, rule)?;
        }
        for halt in &policy.halts {
            compiled.add_halt(halt);
        }
        Ok(compiled)
    }

    fn add_override(&mut self, at: usize, rule: &LimitOverride) -> Result<(), PolicyError> {
        if let Some(field) = rule.limits.invalid_field() {
            let field = format!("overrides[{at}].limits.{field}");
            return Err(PolicyError {
                field,
                message: "is negative or out of range",
            });
        }
        let index = self.levels.len() as u32;
        let slot = match (rule.account, &rule.symbol) {
            (Some(account), Some(symbol)) => {
                self.pairs.entry((account, symbol.clone())).or_default()
            }
            (Some(account), None) => &mut self.accounts.entry(account).or_default().limits,
            (None, Some(symbol)) => &mut self.symbols.entry(symbol.clone()).or_default().limits,
            (None, None) => {
                let field = format!("overrides[{at}]");
                return Err(PolicyError {
                    field,
                    message: "names neither an account nor a symbol",
                });
            }
        };
        if *slot != 0 {
            return Err(PolicyError {
                field: format!("overrides[{at}]"),
                message: "repeats an earlier override",
            });
        }
        *slot = index;
        self.levels.push(rule.limits);
        let window = i64::from(rule.limits.duplicate_window_ms) * 1_000_000;
        self.longest_duplicate_window_ns = self.longest_duplicate_window_ns.max(window);
        Ok(())
    }

    fn add_restriction(&mut self, at: usize, rule: &Restriction) -> Result<(), PolicyError> {
        if rule.symbol.is_empty() {
            return Err(PolicyError {
                field: format!("restrictions[{at}].symbol"),
                message: "is missing",
            });
        }
        let text = self.add_text(&rule.reason);
        let index = self.restricted.len() as u32;
        self.restricted.push(Restricted {
            close_only: rule.close_only,
            text,
        });
        let entry = self
            .restrictions
            .entry((rule.account, rule.symbol.clone()))
            .or_insert(index);
        if !rule.close_only {
            *entry = index;
        }
        Ok(())
    }

    fn add_halt(&mut self, halt: &Halt) {
        let text = self.add_text(&halt.reason);
        match &halt.scope {
            HaltScope::Platform => self.platform_halt = text,
            HaltScope::Account(account) => self.accounts.entry(*account).or_default().halt = text,
            HaltScope::Symbol(symbol) => {
                self.symbols.entry(symbol.clone()).or_default().halt = text
            }
        }
    }

    fn add_text(&mut self, text: &str) -> TextIndex {
        self.texts.push(text.to_owned());
        self.texts.len() as u32 - 1
    }

    pub fn account(&self, account: u128) -> Standing {
        self.accounts.get(&account).copied().unwrap_or_default()
    }

    pub fn symbol(&self, symbol: &str) -> Standing {
        self.symbols.get(symbol).copied().unwrap_or_default()
    }

    /// Index of the stricter of what stands for everyone and for this account; 0: none.
    pub fn restriction(&self, account: u128, symbol: &str) -> u32 {
        if self.restrictions.is_empty() {
            return 0;
        }
        let of = |account| {
            self.restrictions
                .get(&(account, symbol.to_owned()))
                .copied()
                .unwrap_or(0)
        };
        let (for_all, for_one) = (of(None), of(Some(account)));
        if for_all == 0 || (for_one != 0 && !self.restricted[for_one as usize].close_only) {
            for_one
        } else {
            for_all
        }
    }

    /// Index into `effective`: account and symbol together win over the account, the account over the
    /// symbol, the symbol over the defaults, field by field.
    pub fn resolve(&mut self, account: u128, symbol: &str, by_account: u32, by_symbol: u32) -> u32 {
        let by_pair = if self.pairs.is_empty() {
            0
        } else {
            self.pairs
                .get(&(account, symbol.to_owned()))
                .copied()
                .unwrap_or(0)
        };
        let key = (by_pair, by_account, by_symbol);
        if key == (0, 0, 0) {
            return 0;
        }
        if let Some(&known) = self.merged.get(&key) {
            return known;
        }
        let mut limits = self.levels[0];
        for level in [by_symbol, by_account, by_pair] {
            if level != 0 {
                limits = self.levels[level as usize].over(&limits);
            }
        }
        self.effective.push(EffectiveLimits::from(&limits));
        let index = self.effective.len() as u32 - 1;
        self.merged.insert(key, index);
        index
    }
}

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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RestrictionLevel {
    #[default]
    Open,
    CloseOnly,
    Closed,
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
    restrictions: HashMap<(Option<u128>, String), (RestrictionLevel, TextIndex)>,
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
        let level = if rule.close_only {
            RestrictionLevel::CloseOnly
        } else {
            RestrictionLevel::Closed
        };
        let text = self.add_text(&rule.reason);
        let entry = self
            .restrictions
            .entry((rule.account, rule.symbol.clone()))
            .or_default();
        if level as u8 > entry.0 as u8 {
            *entry = (level, text);
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

    /// The stricter of what stands for everyone and for this account.
    pub fn restriction(&self, account: u128, symbol: &str) -> (RestrictionLevel, TextIndex) {
        if self.restrictions.is_empty() {
            return Default::default();
        }
        let for_all = self
            .restrictions
            .get(&(None, symbol.to_owned()))
            .copied()
            .unwrap_or_default();
        let for_one = self
            .restrictions
            .get(&(Some(account), symbol.to_owned()))
            .copied()
            .unwrap_or_default();
        if for_one.0 as u8 > for_all.0 as u8 {
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

//! Commands as bytes, for the journal: version, kind, time, then the action's fields, little endian, fixed length.

use crate::command::*;
use crate::id::{AccountId, OrderId, SymbolId, SymbolName};
use crate::number::{Price, Qty};
use crate::order::{OrderType, PostOnly, SelfTrade, Side, TimeInForce};
use crate::state::DecodeError;

const VERSION: u8 = 1;
const NO_SYMBOL: u32 = u32::MAX;

impl Command {
    /// No encoded command is longer.
    pub const MAX_ENCODED_LEN: usize = 124;

    /// Appends the command.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        out.push(self.action.kind());
        put_i64(out, self.time_ns);
        match &self.action {
            Action::PutInstrument(a) => {
                put_u32(out, a.symbol.0);
                put_i64(out, a.tick.0);
                put_i64(out, a.lot.0);
                let name = a.name.as_bytes();
                out.push(name.len() as u8);
                out.extend_from_slice(name);
                out.resize(out.len() + SymbolName::MAX_LEN - name.len(), 0);
            }
            Action::NewOrder(a) => {
                put_u128(out, a.order_id.0);
                put_u128(out, a.account_id.0);
                put_u32(out, a.symbol.0);
                let codes = [
                    a.side.code(),
                    a.order_type.code(),
                    a.time_in_force.code(),
                    a.self_trade.code(),
                ];
                out.extend_from_slice(&codes);
                out.push(a.post_only.code());
                put_u32(out, a.trail_percent_bp);
                for value in [
                    a.quantity.0,
                    a.limit_price.0,
                    a.stop_price.0,
                    a.trail_price.0,
                ] {
                    put_i64(out, value);
                }
                for value in [a.display_quantity.0, a.minimum_quantity.0, a.expires_at_ns] {
                    put_i64(out, value);
                }
            }
            Action::Cancel(a) => put_u128(out, a.order_id.0),
            Action::Replace(a) => {
                put_u128(out, a.order_id.0);
                put_u128(out, a.new_order_id.0);
                for value in [
                    a.quantity.0,
                    a.limit_price.0,
                    a.stop_price.0,
                    a.trail_price.0,
                ] {
                    put_i64(out, value);
                }
                if a.changes_terms() {
                    put_u32(out, a.trail_percent_bp);
                    out.push(a.time_in_force.map_or(0, TimeInForce::code));
                    put_i64(out, a.expires_at_ns);
                }
            }
            Action::SetQuote(a) => {
                put_u32(out, a.symbol.0);
                for value in [
                    a.bid_price.0,
                    a.bid_quantity.0,
                    a.ask_price.0,
                    a.ask_quantity.0,
                ] {
                    put_i64(out, value);
                }
            }
            Action::SetHalt(a) => {
                put_symbol(out, a.symbol);
                out.push(u8::from(a.halted));
            }
            Action::MassCancel(a) => {
                put_u128(out, a.account_id.map_or(0, |account| account.0));
                put_symbol(out, a.symbol);
            }
            Action::Expire(a) => out.push(u8::from(a.session_close)),
            Action::SetAuction(a) => {
                put_u32(out, a.symbol.0);
                out.push(u8::from(a.open));
                out.push(a.kind.code());
                put_i64(out, a.reference_price.0);
            }
            Action::SetBands(a) => {
                put_u32(out, a.symbol.0);
                put_i64(out, a.lower.0);
                put_i64(out, a.upper.0);
            }
        }
    }

    /// Exactly one command: any other length, version, kind or code is an error.
    pub fn decode(bytes: &[u8]) -> Result<Command, DecodeError> {
        let &[version, kind, ..] = bytes else {
            return Err(DecodeError::Length {
                found: bytes.len(),
                expected: 2,
            });
        };
        if version != VERSION {
            return Err(DecodeError::Version {
                found: version,
                expected: VERSION,
            });
        }
        let expected = encoded_len(kind).ok_or(DecodeError::UnknownKind(kind))?;
        if bytes.len() != expected {
            return Err(DecodeError::Length {
                found: bytes.len(),
                expected,
            });
        }
        let mut input = Input { bytes: &bytes[2..] };
        let time_ns = input.i64();
        let action = match kind {
            1 => Action::PutInstrument(PutInstrument {
                symbol: SymbolId(input.u32()),
                tick: Price(input.i64()),
                lot: Qty(input.i64()),
                name: input.name()?,
            }),
            2 => Action::NewOrder(input.new_order()?),
            3 => Action::Cancel(Cancel {
                order_id: OrderId(input.u128()),
            }),
            4 => Action::Replace(input.replace()),
            11 => {
                let replace = input.replace();
                Action::Replace(Replace {
                    trail_percent_bp: input.u32(),
                    time_in_force: input.optional("time_in_force", TimeInForce::from_code)?,
                    expires_at_ns: input.i64(),
                    ..replace
                })
            }
            5 => Action::SetQuote(SetQuote {
                symbol: SymbolId(input.u32()),
                bid_price: Price(input.i64()),
                bid_quantity: Qty(input.i64()),
                ask_price: Price(input.i64()),
                ask_quantity: Qty(input.i64()),
            }),
            6 => Action::SetHalt(SetHalt {
                symbol: input.symbol(),
                halted: input.flag("halted")?,
            }),
            7 => Action::MassCancel(MassCancel {
                account_id: Some(AccountId(input.u128())).filter(|account| account.0 != 0),
                symbol: input.symbol(),
            }),
            8 => Action::Expire(Expire {
                session_close: input.flag("session_close")?,
            }),
            9 => Action::SetAuction(SetAuction {
                symbol: SymbolId(input.u32()),
                open: input.flag("open")?,
                kind: input.code("kind", AuctionKind::from_code)?,
                reference_price: Price(input.i64()),
            }),
            10 => Action::SetBands(SetBands {
                symbol: SymbolId(input.u32()),
                lower: Price(input.i64()),
                upper: Price(input.i64()),
            }),
            _ => return Err(DecodeError::UnknownKind(kind)),
        };
        Ok(Command { time_ns, action })
    }
}

impl Replace {
    /// Does it change more than quantity and prices? Journals of earlier releases have no other replacement.
    const fn changes_terms(&self) -> bool {
        self.trail_percent_bp != 0 || self.time_in_force.is_some() || self.expires_at_ns != 0
    }
}

impl Action {
    const fn kind(&self) -> u8 {
        match self {
            Action::PutInstrument(_) => 1,
            Action::NewOrder(_) => 2,
            Action::Cancel(_) => 3,
            Action::Replace(replace) if replace.changes_terms() => 11,
            Action::Replace(_) => 4,
            Action::SetQuote(_) => 5,
            Action::SetHalt(_) => 6,
            Action::MassCancel(_) => 7,
            Action::Expire(_) => 8,
            Action::SetAuction(_) => 9,
            Action::SetBands(_) => 10,
        }
    }
}

/// Of a whole command of this kind, header included.
const fn encoded_len(kind: u8) -> Option<usize> {
    let body = match kind {
        1 => 4 + 8 + 8 + 1 + SymbolName::MAX_LEN,
        2 => 16 + 16 + 4 + 5 + 4 + 7 * 8,
        3 => 16,
        4 => 16 + 16 + 4 * 8,
        5 => 4 + 4 * 8,
        6 => 4 + 1,
        7 => 16 + 4,
        8 => 1,
        9 => 4 + 1 + 1 + 8,
        10 => 4 + 8 + 8,
        11 => 16 + 16 + 4 * 8 + 4 + 1 + 8,
        _ => return None,
    };
    Some(2 + 8 + body)
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_i64(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u128(out: &mut Vec<u8>, value: u128) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_symbol(out: &mut Vec<u8>, symbol: Option<SymbolId>) {
    put_u32(out, symbol.map_or(NO_SYMBOL, |symbol| symbol.0));
}

/// Reads fields from bytes whose length was checked.
struct Input<'a> {
    bytes: &'a [u8],
}

impl Input<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let mut field = [0; N];
        if let Some((head, rest)) = self.bytes.split_at_checked(N) {
            field.copy_from_slice(head);
            self.bytes = rest;
        }
        field
    }

    fn u8(&mut self) -> u8 {
        self.take::<1>()[0]
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn i64(&mut self) -> i64 {
        i64::from_le_bytes(self.take())
    }

    fn u128(&mut self) -> u128 {
        u128::from_le_bytes(self.take())
    }

    fn symbol(&mut self) -> Option<SymbolId> {
        Some(SymbolId(self.u32())).filter(|symbol| symbol.0 != NO_SYMBOL)
    }

    fn flag(&mut self, field: &'static str) -> Result<bool, DecodeError> {
        match self.u8() {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::Invalid(field)),
        }
    }

    fn code<T>(
        &mut self,
        field: &'static str,
        from_code: fn(u8) -> Option<T>,
    ) -> Result<T, DecodeError> {
        from_code(self.u8()).ok_or(DecodeError::Invalid(field))
    }

    /// Zero: none.
    fn optional<T>(
        &mut self,
        field: &'static str,
        from_code: fn(u8) -> Option<T>,
    ) -> Result<Option<T>, DecodeError> {
        match self.u8() {
            0 => Ok(None),
            code => from_code(code).map(Some).ok_or(DecodeError::Invalid(field)),
        }
    }

    /// What both kinds of replacement begin with.
    fn replace(&mut self) -> Replace {
        let (order_id, new_order_id) = (OrderId(self.u128()), OrderId(self.u128()));
        Replace {
            quantity: Qty(self.i64()),
            limit_price: Price(self.i64()),
            stop_price: Price(self.i64()),
            trail_price: Price(self.i64()),
            ..Replace::keeping(order_id, new_order_id)
        }
    }

    fn name(&mut self) -> Result<SymbolName, DecodeError> {
        let len = usize::from(self.u8());
        let bytes: [u8; SymbolName::MAX_LEN] = self.take();
        let (Some(text), Some(padding)) = (bytes.get(..len), bytes.get(len..)) else {
            return Err(DecodeError::Invalid("name"));
        };
        if padding.iter().any(|&byte| byte != 0) {
            return Err(DecodeError::Invalid("name"));
        }
        SymbolName::from_bytes(text).map_err(|_| DecodeError::Invalid("name"))
    }

    fn new_order(&mut self) -> Result<NewOrder, DecodeError> {
        Ok(NewOrder {
            order_id: OrderId(self.u128()),
            account_id: AccountId(self.u128()),
            symbol: SymbolId(self.u32()),
            side: self.code("side", Side::from_code)?,
            order_type: self.code("order_type", OrderType::from_code)?,
            time_in_force: self.code("time_in_force", TimeInForce::from_code)?,
            self_trade: self.code("self_trade", SelfTrade::from_code)?,
            post_only: self.code("post_only", PostOnly::from_code)?,
            trail_percent_bp: self.u32(),
            quantity: Qty(self.i64()),
            limit_price: Price(self.i64()),
            stop_price: Price(self.i64()),
            trail_price: Price(self.i64()),
            display_quantity: Qty(self.i64()),
            minimum_quantity: Qty(self.i64()),
            expires_at_ns: self.i64(),
        })
    }
}

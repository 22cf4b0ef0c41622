//! Proto → domain.

use cift_core::{
    AccountId, Action, AuctionKind, Cancel, Command, Expire, MassCancel, NewOrder, OrderId,
    OrderType, PostOnly, Price, PutInstrument, Qty, Replace, SelfTrade, SetAuction, SetBands,
    SetHalt, SetQuote, Side, SymbolId, SymbolName, TimeInForce,
};
use cift_proto::matcher::v1::{self as pb, command::Command as Wire};
use uuid::Uuid;

use crate::engine::request::{Incoming, Refused};

/// What the engine puts the symbol's own id in place of.
const UNNAMED: SymbolId = SymbolId(u32::MAX - 1);

/// A field that no command can have so.
struct Invalid {
    reason: &'static str,
    message: String,
}

fn invalid<T>(reason: &'static str, message: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid {
        reason,
        message: message.into(),
    })
}

/// # Errors
/// A refusal that names the field; what needs the venue's state is the engine's to refuse.
pub fn parse(command: pb::Command) -> Result<Incoming, Refused> {
    let pb::Command {
        client_sequence,
        time_ns,
        command,
    } = command;
    let order_id = match &command {
        Some(Wire::NewOrder(order)) => order.order_id.as_str(),
        Some(Wire::CancelOrder(cancel)) => cancel.order_id.as_str(),
        Some(Wire::ReplaceOrder(replace)) => replace.order_id.as_str(),
        _ => "",
    };
    let order_id = Uuid::try_parse(order_id)
        .ok()
        .map(|id| OrderId(id.as_u128()));
    match action(command) {
        Ok((action, symbol)) => Ok(Incoming {
            client_sequence,
            command: Command { time_ns, action },
            symbol,
        }),
        Err(Invalid { reason, message }) => Err(Refused {
            client_sequence,
            order_id,
            reason,
            message,
        }),
    }
}

/// The id that a query names.
pub fn query_order_id(text: &str) -> Option<OrderId> {
    Uuid::try_parse(text)
        .ok()
        .map(|id| OrderId(id.as_u128()))
        .filter(|id| *id != OrderId::NONE)
}

fn action(command: Option<Wire>) -> Result<(Action, Option<SymbolName>), Invalid> {
    let Some(command) = command else {
        return invalid(
            "INVALID_COMMAND",
            "command: none is set, or this venue does not know it",
        );
    };
    Ok(match command {
        Wire::PutInstrument(put) => {
            let name = symbol(&put.symbol)?;
            let (tick, lot) = (Price(put.tick_size_nanos), Qty(put.lot_size_nanos));
            (
                PutInstrument {
                    symbol: UNNAMED,
                    name,
                    tick,
                    lot,
                }
                .into(),
                Some(name),
            )
        }
        Wire::NewOrder(order) => {
            let name = symbol(&order.symbol)?;
            (new_order(&order)?.into(), Some(name))
        }
        Wire::CancelOrder(cancel) => (
            Cancel {
                order_id: order_id("order_id", &cancel.order_id)?,
            }
            .into(),
            None,
        ),
        Wire::ReplaceOrder(replace) => (replacement(&replace)?.into(), None),
        Wire::SetQuote(set) => {
            let Some(quote) = set.quote else {
                return invalid("INVALID_COMMAND", "set_quote.quote: missing");
            };
            let name = symbol(&quote.symbol)?;
            let action = SetQuote {
                symbol: UNNAMED,
                bid_price: Price(quote.bid_price_nanos),
                bid_quantity: Qty(quote.bid_quantity_nanos),
                ask_price: Price(quote.ask_price_nanos),
                ask_quantity: Qty(quote.ask_quantity_nanos),
            };
            (action.into(), Some(name))
        }
        Wire::SetHalt(halt) => {
            let name = any_symbol(&halt.symbol)?;
            (
                SetHalt {
                    symbol: None,
                    halted: halt.halted,
                }
                .into(),
                name,
            )
        }
        Wire::MassCancel(cancel) => {
            let name = any_symbol(&cancel.symbol)?;
            let account_id = match cancel.account_id.as_str() {
                "" => None,
                text => Some(AccountId(uuid("account_id", text)?)),
            };
            (
                MassCancel {
                    account_id,
                    symbol: None,
                }
                .into(),
                name,
            )
        }
        Wire::Expire(expire) => (
            Expire {
                session_close: expire.session_close,
            }
            .into(),
            None,
        ),
        Wire::SetAuction(auction) => {
            let name = symbol(&auction.symbol)?;
            let action = SetAuction {
                symbol: UNNAMED,
                open: auction.open,
                kind: coded(
                    "kind",
                    auction.kind,
                    "INVALID_COMMAND",
                    AuctionKind::from_code,
                )?,
                reference_price: Price(auction.reference_price_nanos),
            };
            (action.into(), Some(name))
        }
        Wire::SetBands(bands) => {
            let name = symbol(&bands.symbol)?;
            let (lower, upper) = (
                Price(bands.lower_price_nanos),
                Price(bands.upper_price_nanos),
            );
            (
                SetBands {
                    symbol: UNNAMED,
                    lower,
                    upper,
                }
                .into(),
                Some(name),
            )
        }
    })
}

fn new_order(order: &pb::NewOrder) -> Result<NewOrder, Invalid> {
    // UNSPECIFIED and NONE both mean: they trade.
    let self_trade = match order.self_trade_prevention {
        1 => 0,
        code => code,
    };
    let trail_percent_bp = trail_percent(order.trail_percent_bp)?;
    Ok(NewOrder {
        order_id: order_id("order_id", &order.order_id)?,
        account_id: AccountId(uuid("account_id", &order.account_id)?),
        symbol: UNNAMED,
        side: coded("side", order.side, "INVALID_COMMAND", Side::from_code)?,
        order_type: coded(
            "type",
            order.r#type,
            "INVALID_COMMAND",
            OrderType::from_code,
        )?,
        time_in_force: coded(
            "time_in_force",
            order.time_in_force,
            "INVALID_TIME_IN_FORCE",
            TimeInForce::from_code,
        )?,
        self_trade: coded(
            "self_trade_prevention",
            self_trade,
            "INVALID_COMMAND",
            SelfTrade::from_code,
        )?,
        post_only: coded(
            "post_only",
            order.post_only,
            "INVALID_POST_ONLY",
            PostOnly::from_code,
        )?,
        trail_percent_bp,
        quantity: Qty(order.quantity_nanos),
        limit_price: Price(order.limit_price_nanos),
        stop_price: Price(order.stop_price_nanos),
        trail_price: Price(order.trail_price_nanos),
        display_quantity: Qty(order.display_quantity_nanos),
        minimum_quantity: Qty(order.minimum_quantity_nanos),
        expires_at_ns: order.expires_at_ns,
    })
}

fn replacement(replace: &pb::ReplaceOrder) -> Result<Replace, Invalid> {
    let time_in_force = match replace.time_in_force {
        0 => None,
        code => Some(coded(
            "time_in_force",
            code,
            "INVALID_TIME_IN_FORCE",
            TimeInForce::from_code,
        )?),
    };
    Ok(Replace {
        order_id: order_id("order_id", &replace.order_id)?,
        new_order_id: order_id("new_order_id", &replace.new_order_id)?,
        quantity: Qty(replace.quantity_nanos),
        limit_price: Price(replace.limit_price_nanos),
        stop_price: Price(replace.stop_price_nanos),
        trail_price: Price(replace.trail_price_nanos),
        trail_percent_bp: trail_percent(replace.trail_percent_bp)?,
        time_in_force,
        expires_at_ns: replace.expires_at_ns,
    })
}

fn trail_percent(bp: i32) -> Result<u32, Invalid> {
    u32::try_from(bp).or_else(|_| {
        invalid(
            "INVALID_TRAIL",
            format!("trail_percent_bp: {bp} is negative"),
        )
    })
}

fn uuid(field: &str, text: &str) -> Result<u128, Invalid> {
    match Uuid::try_parse(text) {
        Ok(id) if !id.is_nil() => Ok(id.as_u128()),
        _ => invalid(
            "INVALID_ID",
            format!(
                "{field}: {:?} is not a UUID, or is the nil UUID",
                head(text)
            ),
        ),
    }
}

/// Enough of a text to recognize it; it may be megabytes.
fn head(text: &str) -> &str {
    text.char_indices()
        .nth(48)
        .map_or(text, |(end, _)| &text[..end])
}

fn order_id(field: &str, text: &str) -> Result<OrderId, Invalid> {
    uuid(field, text).map(OrderId)
}

fn symbol(text: &str) -> Result<SymbolName, Invalid> {
    text.parse().or_else(|error| {
        invalid(
            "UNKNOWN_SYMBOL",
            format!("symbol: {:?}: {error}", head(text)),
        )
    })
}

/// Empty: any symbol.
fn any_symbol(text: &str) -> Result<Option<SymbolName>, Invalid> {
    if text.is_empty() {
        Ok(None)
    } else {
        symbol(text).map(Some)
    }
}

fn coded<T>(
    field: &str,
    code: i32,
    reason: &'static str,
    from_code: fn(u8) -> Option<T>,
) -> Result<T, Invalid> {
    match u8::try_from(code).ok().and_then(from_code) {
        Some(value) => Ok(value),
        None => invalid(reason, format!("{field}: {code} is unspecified or unknown")),
    }
}

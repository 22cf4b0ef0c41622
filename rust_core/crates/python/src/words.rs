//! The words that Python uses for the core's enums: Alpaca's, in lower case; codes in upper case.

use cift_core::{
    AuctionKind, OrderType, Phase, PostOnly, ReportKind, SelfTrade, Side, TimeInForce,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// One of `known`, by its word.
fn read<T: Copy>(field: &str, word: &str, known: &[(&str, T)]) -> PyResult<T> {
    let found = known.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        PyValueError::new_err(format!(
            "{field}: {word:?} is not one of {}",
            names.join(", ")
        ))
    })
}

pub fn read_side(word: &str) -> PyResult<Side> {
    read("side", word, &[("buy", Side::Buy), ("sell", Side::Sell)])
}

pub fn read_order_type(word: &str) -> PyResult<OrderType> {
    let known = [
        ("market", OrderType::Market),
        ("limit", OrderType::Limit),
        ("stop", OrderType::Stop),
        ("stop_limit", OrderType::StopLimit),
        ("trailing_stop", OrderType::TrailingStop),
    ];
    read("type", word, &known)
}

pub fn read_time_in_force(word: &str) -> PyResult<TimeInForce> {
    let known = [
        ("day", TimeInForce::Day),
        ("gtc", TimeInForce::Gtc),
        ("opg", TimeInForce::AtOpen),
        ("ioc", TimeInForce::Ioc),
        ("fok", TimeInForce::Fok),
        ("gtd", TimeInForce::Gtd),
        ("cls", TimeInForce::AtClose),
    ];
    read("time_in_force", word, &known)
}

pub fn read_self_trade(word: &str) -> PyResult<SelfTrade> {
    let known = [
        ("allow", SelfTrade::Allow),
        ("cancel_newest", SelfTrade::CancelNewest),
        ("cancel_oldest", SelfTrade::CancelOldest),
        ("cancel_both", SelfTrade::CancelBoth),
        ("decrement", SelfTrade::Decrement),
    ];
    read("self_trade", word, &known)
}

pub fn read_post_only(word: Option<&str>) -> PyResult<PostOnly> {
    let known = [("reject", PostOnly::Reject), ("slide", PostOnly::Slide)];
    word.map_or(Ok(PostOnly::Off), |word| read("post_only", word, &known))
}

pub fn read_auction(word: &str) -> PyResult<AuctionKind> {
    let known = [
        ("any", AuctionKind::Any),
        ("opening", AuctionKind::Opening),
        ("closing", AuctionKind::Closing),
    ];
    read("kind", word, &known)
}

pub fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

pub fn order_type(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Market => "market",
        OrderType::Limit => "limit",
        OrderType::Stop => "stop",
        OrderType::StopLimit => "stop_limit",
        OrderType::TrailingStop => "trailing_stop",
    }
}

pub fn time_in_force(time_in_force: TimeInForce) -> &'static str {
    match time_in_force {
        TimeInForce::Day => "day",
        TimeInForce::Gtc => "gtc",
        TimeInForce::AtOpen => "opg",
        TimeInForce::Ioc => "ioc",
        TimeInForce::Fok => "fok",
        TimeInForce::Gtd => "gtd",
        TimeInForce::AtClose => "cls",
    }
}

pub fn report_kind(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::New => "NEW",
        ReportKind::Trade => "TRADE",
        ReportKind::Canceled => "CANCELED",
        ReportKind::Replaced => "REPLACED",
        ReportKind::Rejected => "REJECTED",
        ReportKind::Expired => "EXPIRED",
        ReportKind::CancelRejected => "CANCEL_REJECTED",
        ReportKind::ReplaceRejected => "REPLACE_REJECTED",
    }
}

pub fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Continuous => "CONTINUOUS",
        Phase::Auction => "AUCTION",
        Phase::Halted => "HALTED",
    }
}

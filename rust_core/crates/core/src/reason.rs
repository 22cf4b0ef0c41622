//! Why something was refused, rejected or ended: one code per cause.

use crate::order::coded;
use std::fmt;

coded! {
    /// The reason in a [`crate::Report`] or a [`Refusal`].
    Reason {
        None = 0,
        // The command is malformed or names what does not exist: a refusal.
        UnknownSymbol = 1,
        UnknownOrder = 2,
        /// The order was known and has ended: filled, canceled, replaced, expired or rejected.
        OrderDone = 3,
        DuplicateOrder = 4,
        InvalidId = 5,
        InvalidPrice = 6,
        OffTick = 7,
        InvalidQuantity = 8,
        OffLot = 9,
        /// The symbol's open quantity would no longer fit 63 bits.
        QuantityOverflow = 10,
        /// A replacement's total is not above what is filled already.
        QuantityFilled = 11,
        InvalidTimeInForce = 12,
        InvalidExpiry = 13,
        InvalidDisplayQuantity = 14,
        InvalidMinimumQuantity = 15,
        InvalidPostOnly = 16,
        InvalidTrail = 17,
        InvalidInstrument = 18,
        /// The grid of an instrument with open orders stays.
        InstrumentInUse = 19,
        CrossedQuote = 20,
        InvalidBands = 21,
        /// No auction is on, or one is on already.
        InvalidPhase = 22,
        VenueFull = 23,
        // The order was well-formed and the market's state says no: a report.
        Halted = 40,
        /// Immediate and post-only orders have no place in an auction.
        AuctionOn = 41,
        PriceBand = 42,
        PostOnlyWouldTake = 43,
        MinimumNotMet = 44,
        /// There is no price yet that a trailing stop could follow.
        NoReferencePrice = 45,
        // Why an order ended.
        IocRemainder = 60,
        FokNotFilled = 61,
        NoLiquidity = 62,
        SelfTrade = 63,
        CancelRequested = 64,
        MassCancel = 65,
        SessionClose = 66,
        ExpiryReached = 67,
        AuctionRemainder = 68,
        /// What was there was worse than the price that the market order was bounded by.
        PriceProtection = 69,
    }
}

impl Reason {
    /// The code in UPPER_SNAKE_CASE, as it is on the wire; empty for [`Reason::None`].
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::None => "",
            Reason::UnknownSymbol => "UNKNOWN_SYMBOL",
            Reason::UnknownOrder => "UNKNOWN_ORDER",
            Reason::OrderDone => "ORDER_DONE",
            Reason::DuplicateOrder => "DUPLICATE_ORDER",
            Reason::InvalidId => "INVALID_ID",
            Reason::InvalidPrice => "INVALID_PRICE",
            Reason::OffTick => "OFF_TICK",
            Reason::InvalidQuantity => "INVALID_QUANTITY",
            Reason::OffLot => "OFF_LOT",
            Reason::QuantityOverflow => "QUANTITY_OVERFLOW",
            Reason::QuantityFilled => "QUANTITY_FILLED",
            Reason::InvalidTimeInForce => "INVALID_TIME_IN_FORCE",
            Reason::InvalidExpiry => "INVALID_EXPIRY",
            Reason::InvalidDisplayQuantity => "INVALID_DISPLAY_QUANTITY",
            Reason::InvalidMinimumQuantity => "INVALID_MINIMUM_QUANTITY",
            Reason::InvalidPostOnly => "INVALID_POST_ONLY",
            Reason::InvalidTrail => "INVALID_TRAIL",
            Reason::InvalidInstrument => "INVALID_INSTRUMENT",
            Reason::InstrumentInUse => "INSTRUMENT_IN_USE",
            Reason::CrossedQuote => "CROSSED_QUOTE",
            Reason::InvalidBands => "INVALID_BANDS",
            Reason::InvalidPhase => "INVALID_PHASE",
            Reason::VenueFull => "VENUE_FULL",
            Reason::Halted => "HALTED",
            Reason::AuctionOn => "AUCTION_ON",
            Reason::PriceBand => "PRICE_BAND",
            Reason::PostOnlyWouldTake => "POST_ONLY_WOULD_TAKE",
            Reason::MinimumNotMet => "MINIMUM_NOT_MET",
            Reason::NoReferencePrice => "NO_REFERENCE_PRICE",
            Reason::IocRemainder => "IOC_REMAINDER",
            Reason::FokNotFilled => "FOK_NOT_FILLED",
            Reason::NoLiquidity => "NO_LIQUIDITY",
            Reason::SelfTrade => "SELF_TRADE",
            Reason::CancelRequested => "CANCEL_REQUESTED",
            Reason::MassCancel => "MASS_CANCEL",
            Reason::SessionClose => "SESSION_CLOSE",
            Reason::ExpiryReached => "EXPIRY_REACHED",
            Reason::AuctionRemainder => "AUCTION_REMAINDER",
            Reason::PriceProtection => "PRICE_PROTECTION",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a command that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Symbol,
    OrderId,
    NewOrderId,
    AccountId,
    Quantity,
    LimitPrice,
    StopPrice,
    Trail,
    TimeInForce,
    ExpiresAt,
    DisplayQuantity,
    MinimumQuantity,
    PostOnly,
    TickSize,
    LotSize,
    BidPrice,
    BidQuantity,
    AskPrice,
    AskQuantity,
    LowerBand,
    UpperBand,
    ReferencePrice,
    Auction,
}

impl Field {
    /// The field's name in the proto contract.
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::Symbol => "symbol",
            Field::OrderId => "order_id",
            Field::NewOrderId => "new_order_id",
            Field::AccountId => "account_id",
            Field::Quantity => "quantity_nanos",
            Field::LimitPrice => "limit_price_nanos",
            Field::StopPrice => "stop_price_nanos",
            Field::Trail => "trail_price_nanos",
            Field::TimeInForce => "time_in_force",
            Field::ExpiresAt => "expires_at_ns",
            Field::DisplayQuantity => "display_quantity_nanos",
            Field::MinimumQuantity => "minimum_quantity_nanos",
            Field::PostOnly => "post_only",
            Field::TickSize => "tick_size_nanos",
            Field::LotSize => "lot_size_nanos",
            Field::BidPrice => "bid_price_nanos",
            Field::BidQuantity => "bid_quantity_nanos",
            Field::AskPrice => "ask_price_nanos",
            Field::AskQuantity => "ask_quantity_nanos",
            Field::LowerBand => "lower_price_nanos",
            Field::UpperBand => "upper_price_nanos",
            Field::ReferencePrice => "reference_price_nanos",
            Field::Auction => "open",
        }
    }
}

/// A command that was not carried out: no event followed and no state changed, so sending it again is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    pub field: Field,
    /// What the field was held against (tick, lot, filled quantity, …), where there is such a number.
    pub limit: Option<i64>,
}

impl Refusal {
    pub(crate) const fn new(reason: Reason, field: Field) -> Refusal {
        Refusal {
            reason,
            field,
            limit: None,
        }
    }

    pub(crate) const fn with_limit(reason: Reason, field: Field, limit: i64) -> Refusal {
        Refusal {
            reason,
            field,
            limit: Some(limit),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.field.as_str())?;
        match self.limit {
            Some(limit) => write!(f, ", limit {limit}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

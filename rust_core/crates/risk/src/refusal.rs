//! Why an order was refused: one reason code per rule, the field, the limit, and the sentence.

use crate::money::{ATTOS_PER_NANO, format_nanos};

macro_rules! reasons {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// In the order in which the rules are asked.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($name),+ }

        impl Reason {
            pub const ALL: &[Reason] = &[$(Reason::$name),+];

            pub fn code(self) -> &'static str {
                match self { $(Reason::$name => $code),+ }
            }
        }
    };
}

reasons! {
    LeaseExpired = "LEASE_EXPIRED",
    PlatformHalted = "PLATFORM_HALTED",
    UnknownAccount = "UNKNOWN_ACCOUNT",
    AccountHalted = "ACCOUNT_HALTED",
    UnknownSymbol = "UNKNOWN_SYMBOL",
    SymbolHalted = "SYMBOL_HALTED",
    UnknownOrder = "UNKNOWN_ORDER",
    ReplacePending = "REPLACE_PENDING",
    InvalidQuantity = "INVALID_QUANTITY",
    InvalidPrice = "INVALID_PRICE",
    RestrictedSymbol = "RESTRICTED_SYMBOL",
    OrderQuantity = "ORDER_QUANTITY",
    StalePrice = "STALE_PRICE",
    PriceCollar = "PRICE_COLLAR",
    OrderNotional = "ORDER_NOTIONAL",
    DuplicateOrder = "DUPLICATE_ORDER",
    InsufficientPosition = "INSUFFICIENT_POSITION",
    PositionQuantity = "POSITION_QUANTITY",
    PositionNotional = "POSITION_NOTIONAL",
    GrossExposure = "GROSS_EXPOSURE",
    NetExposure = "NET_EXPOSURE",
    BuyingPower = "BUYING_POWER",
    OpenOrders = "OPEN_ORDERS",
    DailyLoss = "DAILY_LOSS",
    OrderRate = "ORDER_RATE",
    Overflow = "OVERFLOW",
}

/// The figures behind a refusal; money in attos, prices and quantities in nanos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figures {
    None,
    /// Text index of the policy's reason.
    Text(u32),
    Grid {
        value: i64,
        step: i64,
    },
    Quantity {
        value: i64,
        limit: i64,
    },
    Money {
        value: i128,
        limit: i128,
    },
    Collar {
        price: i64,
        low: i64,
        high: i64,
        collar_bp: u32,
    },
    /// Of every price, around the reference.
    Bounds {
        price: i64,
        low: i64,
        high: i64,
    },
    Age {
        age_ns: i64,
        limit_ns: i64,
    },
    Count {
        value: u64,
        limit: u64,
    },
}

/// Which rule refused, over what. Small and without text, so that refusing allocates nothing either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: Reason,
    /// The request's field, as in the API: `limit_price`, `quantity`, …
    pub field: &'static str,
    pub figures: Figures,
}

#[cold]
pub(crate) fn refuse<T>(
    reason: Reason,
    field: &'static str,
    figures: Figures,
) -> Result<T, Refusal> {
    Err(Refusal {
        reason,
        field,
        figures,
    })
}

impl Refusal {
    /// A refusal that says nothing about the order: the engine may not decide now.
    pub fn is_unavailable(&self) -> bool {
        self.reason == Reason::LeaseExpired
    }

    /// Rules asked until this one answered, itself included.
    pub fn rules_asked(&self) -> u32 {
        self.reason as u32 + 1
    }

    /// The limit as text, empty where the rule has none: `20%`, `100000.00`, `50 a second`.
    pub fn limit_text(&self) -> String {
        match self.figures {
            Figures::Grid { step, .. } => format_nanos(step.into(), 0),
            Figures::Quantity { limit, .. } => format_nanos(limit.into(), 0),
            Figures::Money { limit, .. } => money(limit),
            Figures::Collar { collar_bp, .. } => percent(collar_bp),
            Figures::Bounds { low, high, .. } => format!(
                "{}..{}",
                format_nanos(low.into(), 2),
                format_nanos(high.into(), 2)
            ),
            Figures::Age { limit_ns, .. } if limit_ns == i64::MAX => String::new(),
            Figures::Age { limit_ns, .. } => format!("{} ms", limit_ns / 1_000_000),
            Figures::Count { limit, .. } if self.reason == Reason::OrderRate => {
                format!("{limit} a second")
            }
            Figures::Count { limit, .. } if self.reason == Reason::DuplicateOrder => {
                format!("{limit} ms")
            }
            Figures::Count { limit, .. } => limit.to_string(),
            Figures::Text(_) | Figures::None => String::new(),
        }
    }

    /// The sentence for people. `texts` are the policy's.
    pub fn message(&self, symbol: &str, texts: &[String]) -> String {
        let because = |subject: &str| match self.figures {
            Figures::Text(at) if texts.get(at as usize).is_some_and(|text| !text.is_empty()) => {
                format!("{subject}: {}", texts[at as usize])
            }
            _ => subject.to_owned(),
        };
        match (self.reason, self.figures) {
            (Reason::LeaseExpired, _) => {
                "the risk policy's lease has run out, so no order can be checked".into()
            }
            (Reason::PlatformHalted, _) => because("trading is halted"),
            (Reason::AccountHalted, _) => because("the account is halted"),
            (Reason::SymbolHalted, _) => because(&format!("{symbol} is halted")),
            (Reason::UnknownAccount, _) => "the account is not known to the risk engine".into(),
            (Reason::UnknownSymbol, _) => format!("{symbol} is not a known symbol"),
            (Reason::ReplacePending, _) => "the order already waits for a change".into(),
            (Reason::UnknownOrder, _) => "there is no such open order".into(),
            (Reason::InvalidQuantity, Figures::Grid { value, step }) if value > 0 => format!(
                "quantity {} is not a multiple of the lot {} of {symbol}",
                format_nanos(value.into(), 0),
                format_nanos(step.into(), 0)
            ),
            (Reason::InvalidQuantity, Figures::Grid { value, .. }) => {
                format!(
                    "quantity {} is not above zero",
                    format_nanos(value.into(), 0)
                )
            }
            (Reason::InvalidPrice, Figures::Grid { value, step }) if value > 0 => format!(
                "{} {} is not a multiple of the tick {} of {symbol}",
                words(self.field),
                format_nanos(value.into(), 2),
                format_nanos(step.into(), 2)
            ),
            (Reason::InvalidPrice, Figures::Grid { value: 0, .. }) => {
                format!("{} is missing", words(self.field))
            }
            (Reason::InvalidPrice, Figures::Grid { value, .. }) => {
                format!(
                    "{} {} is not above zero",
                    words(self.field),
                    format_nanos(value.into(), 2)
                )
            }
            (Reason::InvalidPrice, _) => {
                format!("an order of this type has no {}", words(self.field))
            }
            (Reason::RestrictedSymbol, _) => because(&format!("{symbol} is restricted")),
            (Reason::OrderQuantity, Figures::Quantity { value, limit }) => format!(
                "quantity {} is above the limit {} an order of {symbol}",
                format_nanos(value.into(), 0),
                format_nanos(limit.into(), 0)
            ),
            (Reason::StalePrice, Figures::Age { age_ns, limit_ns }) => format!(
                "the latest price of {symbol} is {} ms old, above {} ms",
                age_ns / 1_000_000,
                limit_ns / 1_000_000
            ),
            (Reason::StalePrice, _) => format!("no price of {symbol} is known yet"),
            (
                Reason::PriceCollar,
                Figures::Collar {
                    price, low, high, ..
                },
            ) => format!(
                "price {} is outside the collar {}..{} of {symbol}",
                format_nanos(price.into(), 2),
                format_nanos(low.into(), 2),
                format_nanos(high.into(), 2)
            ),
            (Reason::PriceCollar, Figures::Bounds { price, low, high }) => format!(
                "price {} is outside {}..{}, the bounds of every price of {symbol}",
                format_nanos(price.into(), 2),
                format_nanos(low.into(), 2),
                format_nanos(high.into(), 2)
            ),
            (Reason::OrderNotional, Figures::Money { value, limit }) => {
                format!(
                    "order value {} is above the limit {}",
                    money(value),
                    money(limit)
                )
            }
            (Reason::DuplicateOrder, Figures::Count { limit, .. }) => {
                format!("an equal order in {symbol} came within the last {limit} ms")
            }
            (Reason::DuplicateOrder, _) => "an order with this id is open already".into(),
            (Reason::InsufficientPosition, Figures::Quantity { value, limit }) => format!(
                "quantity {} is above the {} of {symbol} that can be closed",
                format_nanos(value.into(), 0),
                format_nanos(limit.into(), 0)
            ),
            (Reason::PositionQuantity, Figures::Quantity { value, limit }) => format!(
                "the position in {symbol} could reach {}, above the limit {}",
                format_nanos(value.into(), 0),
                format_nanos(limit.into(), 0)
            ),
            (Reason::PositionNotional, Figures::Money { value, limit }) => format!(
                "the position in {symbol} could be worth {}, above the limit {}",
                money(value),
                money(limit)
            ),
            (Reason::GrossExposure, Figures::Money { value, limit }) => {
                format!(
                    "gross exposure could reach {}, above the limit {}",
                    money(value),
                    money(limit)
                )
            }
            (Reason::NetExposure, Figures::Money { value, limit }) => {
                format!(
                    "net exposure could reach {}, above the limit {}",
                    money(value),
                    money(limit)
                )
            }
            (Reason::BuyingPower, Figures::Money { value, limit }) => {
                format!(
                    "the order needs {}, buying power is {}",
                    money(value),
                    money(limit)
                )
            }
            (Reason::OpenOrders, Figures::Count { value, limit }) => {
                format!("{value} orders are open, the limit is {limit}")
            }
            (Reason::DailyLoss, Figures::Money { value, limit }) => format!(
                "today's loss of {} has reached the limit {}; only closing orders pass",
                money(value),
                money(limit)
            ),
            (Reason::OrderRate, Figures::Count { limit, .. }) => {
                format!("more than {limit} orders a second")
            }
            (Reason::Overflow, _) => "the order's figures are too large to reckon with".into(),
            (reason, _) => format!("refused: {}", reason.code()),
        }
    }
}

fn words(field: &str) -> String {
    field.replace('_', " ")
}

/// Two places are shown, rounded towards zero.
fn money(attos: i128) -> String {
    let cents = attos / ATTOS_PER_NANO / 10_000_000;
    format_nanos(cents * 10_000_000, 2)
}

fn percent(bp: u32) -> String {
    format!("{}%", format_nanos(i128::from(bp) * 10_000_000, 0))
}

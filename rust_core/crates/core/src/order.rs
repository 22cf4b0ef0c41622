//! What kinds of orders there are. The discriminants are the numbers of the proto contract and of the journal.

/// Declares a field-less enum with a checked way back from its number.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $value:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant = $value),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// `None` where no variant has this number.
            pub const fn from_code(code: u8) -> Option<$name> {
                match code { $($value => Some($name::$variant),)+ _ => None }
            }

            pub const fn code(self) -> u8 {
                self as u8
            }
        }
    };
}
pub(crate) use coded;

coded! {
    Side { Buy = 1, Sell = 2 }
}

impl Side {
    pub const fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }
}

coded! {
    /// FIX 4.4 tag 40.
    OrderType { Market = 1, Limit = 2, Stop = 3, StopLimit = 4, TrailingStop = 5 }
}

impl OrderType {
    pub const fn has_limit_price(self) -> bool {
        matches!(self, OrderType::Limit | OrderType::StopLimit)
    }

    pub const fn is_stop(self) -> bool {
        matches!(
            self,
            OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop
        )
    }
}

coded! {
    /// FIX 4.4 tag 59; OPG and CLS are named `AtOpen` and `AtClose`.
    TimeInForce { Day = 1, Gtc = 2, AtOpen = 3, Ioc = 4, Fok = 5, Gtd = 6, AtClose = 7 }
}

impl TimeInForce {
    pub const fn is_auction_only(self) -> bool {
        matches!(self, TimeInForce::AtOpen | TimeInForce::AtClose)
    }

    pub const fn is_immediate(self) -> bool {
        matches!(self, TimeInForce::Ioc | TimeInForce::Fok)
    }
}

coded! {
    /// What happens where an order would trade with one of its own account. The incoming order's choice counts.
    SelfTrade {
        /// They trade.
        Allow = 0,
        /// What is left of the incoming order is canceled.
        CancelNewest = 2,
        /// The resting order is canceled; the incoming one goes on.
        CancelOldest = 3,
        /// Both are canceled.
        CancelBoth = 4,
        /// Both shrink by the smaller of the two, without a trade; what reaches zero is canceled.
        Decrement = 5,
    }
}

coded! {
    PostOnly {
        /// The order may take liquidity.
        Off = 0,
        /// An order that would take liquidity is rejected.
        Reject = 1,
        /// It is moved to the best price at which it rests.
        Slide = 2,
    }
}

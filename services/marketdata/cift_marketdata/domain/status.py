"""The words of a trading status, as Databento numbers them."""

ACTIONS = (
    "none",
    "pre_open",
    "pre_cross",
    "quoting",
    "cross",
    "rotation",
    "new_price_indication",
    "trading",
    "halt",
    "pause",
    "suspend",
    "pre_close",
    "close",
    "post_close",
    "ssr_change",
    "not_available_for_trading",
)
REASONS = {
    0: "",
    1: "scheduled",
    2: "surveillance_intervention",
    3: "market_event",
    4: "instrument_activation",
    5: "instrument_expiration",
    6: "recovery_in_process",
    10: "regulatory",
    11: "administrative",
    12: "non_compliance",
    13: "filings_not_current",
    14: "sec_trading_suspension",
    15: "new_issue",
    16: "issue_available",
    17: "issues_reviewed",
    18: "filing_reqs_satisfied",
    30: "news_pending",
    31: "news_released",
    32: "news_and_resumption_times",
    33: "news_not_forthcoming",
    40: "order_imbalance",
    50: "luld_pause",
    60: "operational",
    70: "additional_information_requested",
    80: "merger_effective",
    90: "etf",
    100: "corporate_action",
    110: "new_security_offering",
    120: "market_wide_halt_level1",
    121: "market_wide_halt_level2",
    122: "market_wide_halt_level3",
    123: "market_wide_halt_carryover",
    124: "market_wide_halt_resumption",
    130: "quotation_not_available",
}
STOPPED = frozenset({"halt", "pause", "suspend", "not_available_for_trading"})
"""Actions after which a symbol does not trade."""


def action(number: int) -> str:
    return ACTIONS[number] if 0 <= number < len(ACTIONS) else f"action_{number}"


def reason(number: int) -> str:
    return REASONS.get(number, f"reason_{number}")

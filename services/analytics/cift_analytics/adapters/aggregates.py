"""How sums are made of facts: the same expressions when a bucket is written and when a question reads every fact.

A sum has the name of the column that it is made of, so statements with them need SETTINGS.
"""

SETTINGS = "SETTINGS prefer_column_name_to_alias = 1"
_HOLDING = "(toUnixTimestamp64Nano(closed_at) - toUnixTimestamp64Nano(opened_at))"

ROUND_TRIPS = {
    "round_trips": "count()",
    "wins": "countIf(profit > 0)",
    "losses": "countIf(profit < 0)",
    "profit": "sum(profit)",
    "gross_profit": "sumIf(profit, profit > 0)",
    # A second sum with a condition would cost as much as the first.
    "gross_loss": "sum(profit) - sumIf(profit, profit > 0)",
    "fees": "sum(fees)",
    "entry_value": "sum(entry_value)",
    "best": "max(profit)",
    "worst": "min(profit)",
    "holding_ns": f"sum(toInt128({_HOLDING}))",
}
# A state of these in every sum would cost more than reading the facts.
QUANTILES = f"quantilesTDigest(0.5, 0.9)({_HOLDING})"
# Of rows that are sums already.
ROUND_TRIP_SUMS = {
    **{name: f"sum({name})" for name in ROUND_TRIPS},
    "best": "max(best)",
    "worst": "min(worst)",
}

_WITH_TOUCH = "touch IS NOT NULL"
COSTS = {
    "fills": "count()",
    "quantity": "sum(quantity)",
    "turnover": "sum(value)",
    "fees": "sum(fee)",
    "slippage": f"sumIf(toDecimal128((price - assumeNotNull(touch)) * quantity, 9) * toInt8(side), {_WITH_TOUCH})",
    "touch_value": f"sumIf(toDecimal128(quantity * assumeNotNull(touch), 9), {_WITH_TOUCH})",
    "fills_with_touch": f"countIf({_WITH_TOUCH})",
}
COST_SUMS = {name: f"sum({name})" for name in COSTS}


def listed(measures: dict[str, str]) -> str:
    """As the columns of a SELECT."""
    return ", ".join(f"{expression} AS {name}" for name, expression in measures.items())

from cift_execution.domain.expiry import DAY_NS, Expiry, end_of_utc_day


def test_where_the_market_never_closes_the_utc_day_ends() -> None:
    midnight = 20_000 * DAY_NS
    assert end_of_utc_day(midnight) == midnight + DAY_NS
    assert end_of_utc_day(midnight - 1) == midnight


def test_a_close_is_due_until_the_next_one_is_known() -> None:
    expiry = Expiry(100)
    assert not expiry.close_due(99)
    assert expiry.close_due(100)
    assert expiry.close_due(5_000), "a close that passed while we were down is caught up with"
    expiry.next_close_ns = 0
    assert not expiry.close_due(5_000)


def test_dates_are_due_one_after_the_other() -> None:
    expiry = Expiry(0)
    for date in (30, 0, 10, 20, 10):
        expiry.expect(date)
    assert not expiry.dates_due(9)
    assert expiry.dates_due(25)
    expiry.dates_done(25)
    assert not expiry.dates_due(29)
    assert expiry.dates_due(30)

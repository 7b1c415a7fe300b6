"""The speed bench measures mails of the sizes that it names."""

from __future__ import annotations

from bench.check_replies import examples
from bench.speed import LARGE, SMALL, long_mails, percentile


def test_long_mails_are_of_the_sizes_told() -> None:
    """Each way of growing gives mails between 4 and 40 kB above the reply itself."""
    found = [one for one in examples() if one.file != "short"][:40]

    made = long_mails(found)

    assert ["quoted thread", "forwarded", "all new"] == list(made)
    for kind, mails in made.items():
        sizes = [len(str(one.record["body"])) for one in mails]
        own = 0 if kind == "all new" else max(len(str(one.record["body"])) for one in found) + 200
        assert min(sizes) >= SMALL
        assert max(sizes) <= LARGE + own


def test_the_percentile_is_one_that_was_measured() -> None:
    """99 of 100 within the value: the largest but one of a hundred."""
    seconds = [place / 1000 for place in range(1, 101)]

    assert 100.0 == percentile(seconds, 0.99)
    assert 51.0 == percentile(seconds, 0.5)

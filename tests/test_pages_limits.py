import pytest

from bot.pages.limits import Limits


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_message_over_the_rate_waits_until_the_first_is_a_minute_old() -> None:
    clock = Clock()
    limits = Limits(2, 100, clock)
    assert [limits.take("1.2.3.4"), limits.take("1.2.3.4")] == [0, 0]
    clock.now = 20.0
    assert limits.take("1.2.3.4") == 40
    clock.now = 60.0
    assert limits.take("1.2.3.4") == 0


def test_all_together_have_a_rate_of_their_own() -> None:
    limits = Limits(9, 2, Clock())
    assert [limits.take(f"1.2.3.{at}") for at in range(3)] == [0, 0, 60]


def test_each_purpose_counts_by_itself_and_may_have_more() -> None:
    limits = Limits(1, 100, Clock())
    assert [limits.take("1.2.3.4"), limits.take("1.2.3.4", "screen")] == [0, 0]
    assert [limits.take("1.2.3.4", "join", times=2) for _ in range(3)] == [0, 0, 60]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:1.2.3.4", "::ffff:9.9.9.9", False),
        ("::ffff:1.2.3.4", "1.2.3.4", True),
        (None, "nowhere", True),
    ],
)
def test_a_home_has_one_limit(one: str | None, other: str, is_same: bool) -> None:
    limits = Limits(1, 100, Clock())
    limits.take(one)
    assert (limits.take(other) > 0) == is_same


def test_an_address_is_forgotten_after_its_last_message() -> None:
    clock = Clock()
    limits = Limits(2, 100, clock)
    for at in range(50):
        limits.take(f"1.2.3.{at}")
    assert limits.known == 50
    clock.now = 61.0
    limits.take("9.9.9.9")
    assert limits.known == 1


def test_an_address_of_which_nothing_counts_any_more_is_forgotten_though_it_was_refused() -> None:
    clock = Clock()
    limits = Limits(9, 1, clock)
    asked = {30: "1.2.3.4", 61: "9.9.9.9", 91: "9.9.9.9", 95: "1.2.3.4", 160: "5.6.7.8"}
    waits = []
    for clock.now, address in asked.items():
        waits.append(limits.take(address))
    # All together may ask once a minute.
    assert waits == [0, 29, 0, 56, 0]
    assert limits.known == 1

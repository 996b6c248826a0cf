from hypothesis import given
from hypothesis import strategies as st

from corpus.clean import Cleaned, Deletion

RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def cleaned(source: str, ranges: list[tuple[int, int]]) -> Cleaned:
    size = len(source)
    return Cleaned(
        source, [Deletion(min(a, b, size), min(max(a, b), size), "test") for a, b in ranges]
    )


@given(st.text(max_size=30), RANGES)
def test_cleaning_only_deletes(source: str, ranges: list[tuple[int, int]]) -> None:
    gone = {at for a, b in ranges for at in range(min(a, b), max(a, b))}
    assert cleaned(source, ranges).text == "".join(
        char for at, char in enumerate(source) if at not in gone
    )


@given(st.text(max_size=30), RANGES, st.integers(0, 29), st.integers(1, 30))
def test_a_span_gives_the_same_words_from_the_source(
    source: str, ranges: list[tuple[int, int]], start: int, length: int
) -> None:
    text = cleaned(source, ranges)
    end = min(start + length, len(text.text))
    if start < end:
        assert text.span(start, end).of(source) == text.text[start:end]


@given(st.text(max_size=30), RANGES)
def test_a_position_in_the_source_is_found_again(
    source: str, ranges: list[tuple[int, int]]
) -> None:
    text = cleaned(source, ranges)
    for at in range(len(text.text)):
        assert text.position(text.span(at, at + 1).start) == at


def test_cuts_lie_inside_their_span() -> None:
    text = Cleaned("one1 two2 three", [Deletion(3, 4, "mark"), Deletion(8, 9, "mark")])
    span = text.span(0, len("one two"))
    assert (span.start, span.end, span.cuts) == (0, 8, ((3, 4),))


def test_a_deleted_offset_moves_to_what_follows() -> None:
    assert Cleaned("abcdef", [Deletion(1, 4, "test")]).position(2) == 1

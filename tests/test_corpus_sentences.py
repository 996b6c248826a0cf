import itertools

from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import MAX_WORDS, sentences


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(st.text(alphabet=st.sampled_from("ab .!?,;“”’…\n-–1(é中\u00a0"), max_size=80))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    found = sentences(text)
    kept = {at for start, end in found for at in range(start, end)}
    assert all(text[at].isspace() for at in range(len(text)) if at not in kept)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "It costs approx. $150 at 5 p.m. daily. Jane Doe, Ph.D. agrees."
    assert pieces(text) == ["It costs approx. $150 at 5 p.m. daily.", "Jane Doe, Ph.D. agrees."]


def test_an_attribution_stays_with_its_words() -> None:
    assert pieces("“To be is to be heard.” – J. Roe") == ["“To be is to be heard.” – J. Roe"]


def test_a_sentence_that_is_too_long_is_cut_at_a_clause() -> None:
    text = "; ".join(["one two three four five six seven"] * 20) + "."
    found = pieces(text)
    assert len(found) > 1
    assert all(len(piece.split()) <= MAX_WORDS for piece in found)
    assert all(piece.endswith(";") for piece in found[:-1])

"""What a search would find further down."""

from index.query import Question
from index.search import Index


def test_the_first_of_a_ranking_is_what_a_search_finds(tiny_index: Index) -> None:
    question = Question(text="How long does a visit last?")
    (ranking,) = tiny_index.rankings([question])
    first = tiny_index.search(question, 1).hits[0]
    found = ranking.first(lambda passage: passage.id == first.passage.id)
    assert found is not None
    rank, hit = found
    assert (rank, hit.score) == (1, first.score)


def test_ranks_count_passages_that_do_not_overlap(tiny_index: Index) -> None:
    question = Question(text="How long does a visit last?")
    (ranking,) = tiny_index.rankings([question])
    tenth = tiny_index.search(question, 10).hits[-1]
    found = ranking.first(lambda passage: passage.id == tenth.passage.id)
    assert found is not None
    assert found[0] == len(tiny_index.search(question, 10).hits)


def test_what_no_passage_answers_has_no_rank(tiny_index: Index) -> None:
    (ranking,) = tiny_index.rankings([Question(text="dreams")])
    assert ranking.first(lambda passage: "waiting list" in passage.text) is None


def test_a_pool_holds_the_first_of_every_signal_once(tiny_index: Index) -> None:
    (ranking,) = tiny_index.rankings([Question(text="what does a dream bring to mind?")])
    pool = ranking.pooled(2)
    passages = [one.hit.passage.id for one in pool]
    assert len(set(passages)) == len(passages)
    by_signal = [signal for one in pool for signal in one.signals]
    assert by_signal.count("fused") == by_signal.count("meaning") == 2
    assert "words" in by_signal

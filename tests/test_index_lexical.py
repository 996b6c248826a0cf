from index.lexical import LexicalIndex

TEXTS = ["Dreams may be told.", "Silence is allowed.", "A dreamer sleeps."]


def test_the_text_with_the_rare_word_wins_and_has_score_one() -> None:
    assert LexicalIndex(TEXTS).scores("silence").tolist() == [0.0, 1.0, 0.0]


def test_inflections_match() -> None:
    scores = LexicalIndex(TEXTS).scores("dreaming")
    assert scores[0] == 1.0
    assert scores[1] == 0.0


def test_unknown_and_common_words_score_nothing() -> None:
    assert not LexicalIndex(TEXTS).scores("what is the zebra").any()


def test_a_text_without_words_is_no_error() -> None:
    assert LexicalIndex(["…", "Dreams."]).scores("dreams").tolist() == [0.0, 1.0]

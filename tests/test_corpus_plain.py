from corpus.plain import blocks


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


def test_a_short_line_without_an_end_is_a_heading() -> None:
    assert kinds("How It Works\nYou talk. Someone listens.") == [
        ("heading", "How It Works"),
        ("paragraph", "You talk. Someone listens."),
    ]


def test_a_heading_that_is_glued_to_a_sentence_is_set_apart() -> None:
    assert kinds("It can ease stressors.Low Mood\nIt is heavy.") == [
        ("paragraph", "It can ease stressors."),
        ("heading", "Low Mood"),
        ("paragraph", "It is heavy."),
    ]


def test_a_degree_or_an_address_is_no_glued_heading() -> None:
    text = "Ask Jane Doe, Ph.D. She wrote it.\nSee www.example.org/About\nAll is said there."
    assert next(kind for kind, _ in kinds(text)) == "paragraph"


def test_marked_items_lose_their_marks() -> None:
    assert kinds("It helps with:\n  • worry\n  • sleep\n  1. grief") == [
        ("paragraph", "It helps with:"),
        ("item", "worry"),
        ("item", "sleep"),
        ("item", "grief"),
    ]


def test_unmarked_items_end_where_their_kind_ends() -> None:
    text = (
        "It suits people who:\nlook inward\nlike to talk\nIt can be short or long, as you need it."
    )
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "item", "item", "paragraph"]


def test_one_line_after_an_introduction_is_a_quotation() -> None:
    text = "Dr. Roe explains:\nTalking takes time and patience.\nMany agree."
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "quotation", "paragraph"]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "Psychodynamic therapy is a way of talking that looks at\n"
        "how the past lives on in the present, and it takes as\n"
        "long as it takes, which for some people is a few months\n"
        "and for other people a few years.\n"
        "\n"
        "Sessions are weekly in most clinics, and they last about\n"
        "fifty minutes, though your clinic may do it differently."
    )
    assert [kind for kind, _ in kinds(text)] == ["paragraph", "paragraph"]


def test_three_bare_lines_are_a_list_under_the_first() -> None:
    text = "Who comes\nStudents\nParents\nCouples\nAnyone may come who wants to talk about it."
    assert [kind for kind, _ in kinds(text)] == ["heading", "item", "item", "item", "paragraph"]


def test_a_bullet_on_a_line_of_its_own_belongs_to_the_next() -> None:
    assert kinds("Bring:\n•\na letter\n•\na friend") == [
        ("paragraph", "Bring:"),
        ("item", "a letter"),
        ("item", "a friend"),
    ]


def test_unmarked_items_end_where_a_capital_begins() -> None:
    text = "Bring:\na letter\na friend\nConfidentiality\nWhat you say stays here, whoever asks."
    assert [kind for kind, _ in kinds(text)] == [
        "paragraph", "item", "item", "heading", "paragraph",
    ]  # fmt: skip

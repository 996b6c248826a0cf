from corpus.clean import Cleaned
from corpus.markdown import blocks


def words(text: str, body: int = 0) -> list[tuple[str, str]]:
    found, marks = blocks(text, body)
    cleaned = Cleaned(text, marks)
    return [
        (block.kind, cleaned.text[cleaned.position(block.start) : cleaned.position(block.end)])
        for block in found
    ]


def test_marks_are_deleted_and_words_stay() -> None:
    assert words("A **bold** [link](http://x.y), `code` and *more*.") == [
        ("paragraph", "A bold link, code and more.")
    ]


def test_kinds_are_told_apart() -> None:
    text = "# Tïtle\n\nThese:\n\n- one\n- two\n\n1. three\n\n> said\n> so\n"
    assert words(text) == [
        ("heading", "Tïtle"),
        ("paragraph", "These:"),
        ("item", "one"),
        ("item", "two"),
        ("item", "three"),
        ("quotation", "said\nso"),
    ]


def test_a_table_is_read_by_rows() -> None:
    text = "| Visit | Fee |\n|---|---|\n| First | none |\n"
    assert words(text) == [("paragraph", "Visit | Fee"), ("item", "First | none")]


def test_pictures_code_and_html_are_no_words() -> None:
    text = "See ![a cat](cat.png) <b>now</b>.\n\n```\nprint()\n```\n\n<div>\nx\n</div>\n"
    assert words(text) == [("paragraph", "See  now.")]


def test_an_escape_is_deleted() -> None:
    assert words(r"It costs 3\*4.") == [("paragraph", "It costs 3*4.")]


def test_what_stands_before_the_body_is_no_block() -> None:
    text = "---\nid: é\n---\nWords."
    assert words(text, body=text.index("Words")) == [("paragraph", "Words.")]

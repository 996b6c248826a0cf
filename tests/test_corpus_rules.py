from corpus.clean import Cleaned, Deletion
from corpus.rules import not_content


def dropped(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start, end, reason in sorted(not_content(text)):
        found.setdefault(reason, []).append(text[start:end])
    return found


def kept(text: str) -> list[str]:
    deletions = [Deletion(*deletion) for deletion in not_content(text)]
    return [line.strip() for line in Cleaned(text, deletions).text.split("\n") if line.strip()]


CALL = "Book your first visit\nOur staff is standing by.\n"


def test_a_call_to_action_that_stands_three_times_goes_everywhere() -> None:
    text = f"{CALL}Dreams matter.\n{CALL}Silence helps.\n{CALL}Book your first visitHow It Ends\nIt ends well."
    assert kept(text) == ["Dreams matter.", "Silence helps.", "How It Ends", "It ends well."]


def test_a_sentence_of_substance_that_stands_three_times_is_kept_once() -> None:
    text = "Therapy takes time.\nOne.\nTherapy takes time.\nTwo.\nTherapy takes time."
    assert kept(text) == ["Therapy takes time.", "One.", "Two."]


def test_a_line_that_invites_once_stays() -> None:
    assert kept("Call us at 555-0100 to book.") == ["Call us at 555-0100 to book."]


def test_a_table_of_contents_goes_with_its_entries() -> None:
    text = (
        "Table of Contents\nWhat it is\nHow it ends\nWhat it is\nIt is talk.\nHow it ends\nSlowly."
    )
    assert kept(text) == ["What it is", "It is talk.", "How it ends", "Slowly."]


def test_references_go_and_a_sentence_with_an_address_stays() -> None:
    text = (
        "You can chat at https://988lifeline.org at any time.\n"
        "Doe, J. (2010). On talking. Journal of Talk, 12(3), 98–109.\n"
        "Roe A. Dreams. 2019. Available from: https://example.org/dreams\n"
        "References\n"
        "Poe, E. On Silence. London 1999."
    )
    assert kept(text) == ["You can chat at https://988lifeline.org at any time."]


def test_a_legal_paragraph_needs_two_signs() -> None:
    text = "We use cookies. See our privacy policy.\nDisclaimer: feelings are not facts."
    assert kept(text) == ["Disclaimer: feelings are not facts."]


def test_a_click_here_sentence_goes_alone() -> None:
    assert kept("It works for many. Click here for more on that. It takes time.") == [
        "It works for many.  It takes time."
    ]


def test_navigation_and_page_numbers_go() -> None:
    text = (
        "Skip to content\nHome > Services\nBy Ann Roe, LCSW | March 3, 2024 | 6 min read\n"
        "Talking helps.\nPage 2 of 9\n3\nShare this article\nTweet\nBack to top"
    )
    assert kept(text) == ["Talking helps."]


def test_an_answer_loses_its_first_word_only_where_its_question_is_lost() -> None:
    assert kept("Not at all. It suits many.") == ["It suits many."]
    assert kept("Is it only for trauma?\nNot at all. It suits many.") == [
        "Is it only for trauma?",
        "Not at all. It suits many.",
    ]


def test_a_lead_in_whose_list_is_lost_goes() -> None:
    text = "It may suit you if you:\nMany people come when they are tired of the same old quarrels at home."
    assert list(dropped(text)) == ["lead-in without its list"]
    with_list = "It may suit you if you:\nfeel stuck\nwant to look inward"
    assert dropped(with_list) == {}


def test_a_paragraph_that_only_announces_goes() -> None:
    text = "Discover how talking helps. Learn about its uses.\nDiscover yourself. It takes courage."
    assert kept(text) == ["Discover yourself. It takes courage."]

import re
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest

from bot.answer import Bot
from bot.reply import Category, Crisis
from bot.safety.cards import ABUSE, Card, card
from bot.safety.normalise import normalise
from bot.safety.screen import Screening, screen
from bot.wording.words import Urgency, words
from corpus.document import Language

KINDS: tuple[Category | None, ...] = (None, *get_args(Category))
LANGUAGES: tuple[Language, ...] = get_args(Language)
LEVELS: tuple[Urgency, ...] = get_args(Urgency)
# What a card would name first: means, contracts, promises, diagnoses.
NOT_ON_A_CARD = {
    *("gun", "pills", "rope", "knife", "bridge", "pistola", "pastillas", "cuchillo", "puente"),
    *("promise", "promete", "prometo", "contract", "contrato", "guarantee", "garantia"),
    *("disorder", "trastorno", "diagnosis", "diagnostico", "schizophrenia", "anorexia", "bulimia"),
    *("commit", "committed", "cometer", "successful", "failed", "psychotic", "psicotico"),
}
PROFESSIONAL = re.compile("doctor|therapist|professional|medico|terapeuta|doctora|profesional")
TRUSTED = re.compile(r"you trust|someone close|of trust|de confianza|cercan[oa]")


def screening(
    category: Category | None, level: Urgency, language: Language, other: bool, before: int = 0
) -> Screening:
    """With as many cards before it, all of its own kind and level."""
    return Screening(
        level=level,
        category=category,
        language=language,
        matched=("x",),
        third_party=other,
        cards_before=before,
        emergencies_before=(category,) * before if level == "emergency" else (),
    )


def every_screening(before: int = 0) -> Iterator[Screening]:
    for parts in product(KINDS, LEVELS, LANGUAGES, (False, True)):
        yield screening(*parts, before=before)


FULL = [(found, card(found, "US").message) for found in every_screening()]
SHORT = [
    (found, card(found, "US").message)
    for before in (1, 2, 3, 4, 5, 6)
    for found in every_screening(before)
]


def first_sentence(text: str) -> str:
    return text.partition(".")[0]


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of English, syllables being counted as groups of vowels."""
    found = re.findall(r"[a-z']+", text.lower())
    groups = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word)))) for word in found)
    ends = len(re.findall(r"[.?:]", text))
    return 0.39 * len(found) / ends + 11.8 * groups / len(found) - 15.59


def test_a_full_card_is_short_plain_and_says_what_this_page_is() -> None:
    for found, message in FULL:
        assert len(message.split()) <= 90
        assert message.count("\n\n") == 2
        assert "automat" in normalise(message)
        assert "clinic" in normalise(message)
        assert PROFESSIONAL.search(normalise(message)), found
        assert TRUSTED.search(normalise(message)), found


def test_a_later_card_still_says_what_this_page_is_and_whom_to_tell() -> None:
    for found, message in SHORT:
        assert len(message.split()) <= 60, found
        assert "automat" in normalise(message), found
        assert TRUSTED.search(normalise(message)), found
        assert PROFESSIONAL.search(normalise(message)), found


def test_no_card_names_a_number_or_means_or_raises_its_voice() -> None:
    for _, message in FULL + SHORT:
        assert message
        assert not re.search(r"[0-9!¡]", message)
        assert not NOT_ON_A_CARD & set(re.findall(r"\w+", normalise(message)))


def test_a_card_asks_only_whether_someone_is_safe_and_never_in_the_negative() -> None:
    for _, message in FULL + SHORT:
        for question in re.findall(r"[^.?:]*\?", message):
            asked = normalise(question)
            assert re.search(r"\bsafe right now|be with you right now|a salvo|estar contigo", asked)
            assert not re.search(r"\b(not|n't|no)\b", asked)


def test_english_cards_are_for_readers_of_the_eighth_grade() -> None:
    for found, message in FULL + SHORT:
        if found.language == "en":
            assert grade(message) <= 8


def test_in_an_emergency_the_number_comes_now_with_company_and_distance() -> None:
    for found, message in FULL:
        if found.level == "crisis" or found.third_party or found.category == "medical_emergency":
            continue
        said = normalise(message)
        assert "emergency number" in said or "numero de emergencias" in said, found
        assert re.search(r"be with you|stay with|contigo|quedate con", said), found
        assert re.search(r"away from|lejos de|alejate de", said), found


@pytest.mark.parametrize("parts", list(product(KINDS, LEVELS, LANGUAGES)))
def test_the_first_sentence_fits_who_is_in_danger(
    parts: tuple[Category | None, Urgency, Language],
) -> None:
    own, other = (card(screening(*parts, other), "US").message for other in (False, True))
    assert first_sentence(own) != first_sentence(other)
    assert not re.search("page|página", first_sentence(own) + first_sentence(other))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_acknowledged_in_its_own_words(language: Language) -> None:
    leads = [
        card(screening(kind, "crisis", language, other), "US").message.split("\n\n")[0]
        for kind in KINDS
        for other in (False, True)
    ]
    assert len(set(leads)) == len(leads)


@pytest.mark.parametrize("category", sorted(filter(None, ABUSE)))
def test_a_card_about_abuse_warns_of_the_device_and_offers_a_way_out(category: Category) -> None:
    for level, other in product(LEVELS, (False, True)):
        shown = card(screening(category, level, "en", other), "US")
        assert shown.quick_exit
        assert "Escape" in shown.message


def test_other_cards_offer_no_way_out() -> None:
    assert not card(screening("suicide", "crisis", "en", False), "US").quick_exit


def test_what_single_kinds_need_is_said() -> None:
    def told(category: Category, level: Urgency) -> str:
        return card(screening(category, level, "en", False), "US").message

    assert "not your fault" in told("sexual_assault", "crisis")
    assert "Medical care is an option" in told("sexual_assault", "crisis")
    assert "even if you feel well" in told("overdose_poisoning", "emergency")
    assert "the fear is real" in told("psychosis", "crisis")
    assert "grown-up you trust" in told("child_abuse", "crisis")


@pytest.mark.parametrize("parts", list(product(KINDS, LEVELS, LANGUAGES, (False, True))))
def test_no_two_cards_of_a_conversation_are_the_same(
    parts: tuple[Category | None, Urgency, Language, bool],
) -> None:
    shown = [card(screening(*parts, before=before), "US").message for before in range(8)]
    assert len(set(shown)) == 8
    assert all(len(later.split()) < len(shown[0].split()) for later in shown[1:])


@pytest.mark.parametrize(
    "turn",
    ["I want to die", "I'm going to kill myself tonight", "quiero morir", "my husband beats me"],
)
def test_a_turn_that_is_repeated_eight_times_is_answered_in_eight_ways(turn: str) -> None:
    replies = [Bot().reply([turn] * times) for times in range(1, 9)]
    assert all(isinstance(reply, Crisis) for reply in replies)
    assert len({reply.message for reply in replies}) == 8


def message(*turns: str) -> str:
    reply = Bot().reply(turns)
    assert isinstance(reply, Crisis)
    return reply.message


def test_a_first_emergency_after_a_crisis_is_told_in_full_and_the_next_in_short() -> None:
    turns = ["I want to die", "I'm going to kill myself tonight", "I am going to kill myself now"]
    full = card(screening("suicide", "emergency", "en", False), "US").message
    assert message(*turns[:2]) == full
    assert message(*turns) in {text for found, text in SHORT if found.level == "emergency"}


def test_a_no_to_the_question_of_safety_is_told_in_full() -> None:
    assert message("I want to die", "no").count("\n\n") == 2


def test_a_new_overdose_is_told_in_full_whatever_was_shown_before() -> None:
    turns = ["I'm going to kill myself tonight", "I took all my pills", "I took all my pills"]
    assert "harm can come hours later" in message(*turns[:2])
    assert "harm can come hours later" not in message(*turns)


def test_an_overdose_that_is_taken_back_stays_an_emergency_in_short() -> None:
    assert message("I took all my pills", "jk").count("\n\n") == 1


def test_a_touched_topic_has_one_quiet_line() -> None:
    found = screen(["can therapy treat suicidal thoughts?"])
    assert card(found, "US") == Card(
        message=words("en").concern_line, helplines=card(found, "US").helplines
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_quiet_lines_after_a_disclosure_take_turns(language: Language) -> None:
    found = Screening(level="concern", category="suicide", language=language, cards_before=1)
    shown = [card(found, "US", turn).message for turn in (2, 3, 4)]
    assert sorted(shown) == sorted(words(language).concern_after)


@pytest.mark.parametrize("country", ["US", "MX", "FR", "ZZ"])
def test_every_card_has_a_line_in_every_country(country: str) -> None:
    assert all(card(found, country).helplines for found in every_screening())


def test_there_is_no_card_for_nothing() -> None:
    with pytest.raises(ValueError, match="none"):
        card(screen(["How long is a session?"]), "US")

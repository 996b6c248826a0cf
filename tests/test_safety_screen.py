import csv
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reply import Category, Level
from bot.safety import told
from bot.safety.phrases import PatternError, Phrases
from bot.safety.screen import Conversation, screen
from corpus.document import Language
from corpus.language import detect

DATA = Path(__file__).parents[2] / "shared" / "data"

EMERGENCIES: dict[str, Category] = {
    "I'm going to kill myself tonight": "suicide",
    "I have a gun in my hand and I want to die": "suicide",
    "comí nueces y se me está cerrando la garganta": "medical_emergency",
    "I'm standing on the edge of the bridge": "suicide",
    "my daughter says she will kill herself tonight": "suicide",
    "I've sent goodbye letters to my family": "suicide",
    "I just took a whole bottle of pills": "overdose_poisoning",
    "i swallowed 40 tylenol": "overdose_poisoning",
    "my friend took a bunch of pills and won't wake up": "overdose_poisoning",
    "I can't breathe, please help": "medical_emergency",
    "my dad collapsed and isn't breathing": "medical_emergency",
    "I am having a heart attack": "medical_emergency",
    "my husband is hitting me right now": "domestic_violence",
    "I'm hiding in the bathroom, my boyfriend is breaking down the door": "domestic_violence",
    "I'm going to stab my boss today": "harm_to_others",
    "my neighbor is beating his kid right now": "child_abuse",
    "he is raping me": "sexual_assault",
    "I'm on the bridge and nobody knows I came here": "suicide",
    "I've climbed onto the wrong side of the railing": "suicide",
    "she's got a knife and she's shouting at me": "domestic_violence",
    "he's kicking the bathroom door in": "domestic_violence",
    "I'm drunk and driving home with the kids": "substance",
    "the voices say push her now": "psychosis",
    "I'm holding the pillow over the baby's face": "perinatal",
    "the doctor locked the door and told me to take everything off": "professional_abuse",
    "they took my passport, I'm locked in and they move us tonight": "trafficking",
    "me voy a matar esta noche": "suicide",
    "me tomé todas las pastillas": "overdose_poisoning",
    "mi mamá se desmayó y no despierta": "medical_emergency",
    "mi esposo me está ahorcando": "domestic_violence",
    "está pateando la puerta": "domestic_violence",
    "voy manejando borracho": "substance",
    "tengo la escopeta en las piernas": "suicide",
}
CRISES: dict[str, Category] = {
    "I want to die": "suicide",
    "i wanna k1ll my self": "suicide",
    "im feeling really sucidal": "suicide",
    "I hope I don't wake up tomorrow": "suicide",
    "everyone would be better off without me": "suicide",
    "Can therapy help with my suicidal thoughts?": "suicide",
    "how do I tell my therapist I'm suicidal?": "suicide",
    "I tried to kill myself last week": "suicide",
    "I want to commit suicide": "suicide",
    "my friend says she will kill herself": "suicide",
    "I've been cutting again": "self_harm",
    "my daughter is cutting herself": "self_harm",
    "I want to kill my husband": "harm_to_others",
    "the voices tell me to hurt my sister": "psychosis",
    "I keep having thoughts of harming my baby": "perinatal",
    "I am being abused": "domestic_violence",
    "I was beaten up by my husband": "domestic_violence",
    "my stepfather touches me at night": "child_abuse",
    "I think my neighbor is abusing his daughter": "child_abuse",
    "I was raped": "sexual_assault",
    "my toddler swallowed some pills": "overdose_poisoning",
    "I haven't eaten in five days": "eating_disorder",
    "I have withdrawal and I am shaking": "substance",
    "the caregiver hits my grandmother": "elder_abuse",
    "they force me to sell my body": "trafficking",
    "my ex is stalking me": "stalking",
    "he is threatening to post my nudes": "online_exploitation",
    "my therapist asked me to have sex with him": "professional_abuse",
    "a man from work raped me on Friday": "sexual_assault",
    "my partner started choking me": "domestic_violence",
    "I keep thinking about stepping in front of a train": "suicide",
    "they'd all be better off with me dead": "suicide",
    "I can't stop purging": "eating_disorder",
    "my boss keeps our passports": "trafficking",
    "they say they'll send the video to my wife unless I pay": "online_exploitation",
    "my carer keeps hitting my mum": "elder_abuse",
    "ya no quiero vivir": "suicide",
    "mi amiga dice que se va a matar": "suicide",
    "me corto los brazos": "self_harm",
    "mi novio me golpea": "domestic_violence",
    "puro morirme": "suicide",
    "tengo ganas de matar a alguien": "harm_to_others",
    "vomito todo lo que como": "eating_disorder",
    "volvió a pegarme": "domestic_violence",
    "el patrón se quedó con mi pasaporte": "trafficking",
    "las voces me dicen que me mate": "psychosis",
}
CONCERNS = [
    "does therapy help with suicidal thoughts?",
    "I'm not suicidal, but I feel low",
    "When I was 17 I tried to kill myself",
    "my brother killed himself two years ago",
    "I was raped ten years ago",
    "I overdosed when I was 20",
    "I overdosed at nineteen and survived",
    "how would I know if my son was suicidal?",
    "what is sextortion?",
    "my first husband hit me, that was twenty years ago",
    "I want to kill myself jk",
    "What happens if I tell my therapist I'm suicidal?",
    "Can psychodynamic therapy help with childhood abuse?",
    "I can't do this anymore",
    "no tengo pensamientos suicidas",
    "hace diez años intenté matarme",
    "abusaron de mí cuando era niña",
    "a los 15 intenté matarme",
    "matarme no, solo estoy triste",
    "¿cómo sé si un amigo piensa en suicidarse?",
]
ORDINARY = [
    "sucide bombers in the news again, who still reads papers",
    "se me cierra la garganta en los cumpleaños",
    "I could kill my boss lol",
    "how do I kill time before my session",
    "I'm dying to know how long therapy takes",
    "this homework is killing me 😂",
    "I laughed so hard I couldn't breathe",
    "What is the death drive?",
    "In the Oedipus complex, does the boy want to kill his father?",
    "do you offer suicide risk assessment training?",
    "My father died last month and I can't stop crying",
    "I am going through a divorce",
    "I have anxiety and panic attacks",
    "Can it help with trauma?",
    "I took my medication this morning",
    "I cut myself shaving",
    "my therapist pushes me hard",
    "is the clinic 5 kms away",
    "overdosed on true crime podcasts",
    "said my goodbyes, last shift tonight, now I'm retired",
    "gun to my head I'd pick the Thursday slot",
    "gonna end it tonight. the gym membership",
    "the cat followed me home",
    "my toddler bit me",
    "she won't let me leave until I read the story",
    "the doctor told me to take my tablets",
    "he's got a knife and fork",
    "I can't stop drinking coffee",
    "I want to jump on the train at nine",
    "I'm fine, thanks",
    "me muero de risa",
    "¿qué es la pulsión de muerte?",
    "me mato trabajando",
    "me corté el pelo",
    "mi mamá me va a matar, rompí el florero",
    "hoy es mi último día en la oficina",
    "me despedí de todos mis alumnos",
    "mi voz me ordena cosas cuando canto",
    "ya no quiero despertar temprano",
    "mi abuela murió y no paro de llorar",
]
# Each holds something harmless that must not lower what stands beside it.
MASKED = [
    "this traffic is killing me and I want to die",
    "What is transference? Also I want to kill myself",
    "I want to kill myself, my husband died two years ago",
    "I used to be happy, now I want to die",
    "I'm not suicidal but I wish I was dead",
    "never mind, I'll just kill myself",
    "I'm not kidding, I want to kill myself",
    "I can't promise I won't kill myself",
    "joking aside, I want to kill myself",
    "he hit me last night, we have been married ten years",
    "he hit me last night, we met ten years ago",
    "she asked me if I was okay and I want to die",
    "how do I tell my mother that I want to kill myself",
    "I have thoughts of killing myself. I also have OCD",
    "I joked about it but I want to kill myself",
    "mi marido dice que me va a matar",
    "me pegó anoche mi marido, nos casamos hace diez años",
    "era broma lo de ayer pero sí quiero matarme",
    "I used to smoke. I want to die",
    "gonna kms on friday",
    "hace años que me quiero morir",
    "quiero matarme y no es broma",
]


def level(*turns: str) -> Level:
    return screen(turns).level


@pytest.mark.parametrize(("said", "category"), EMERGENCIES.items())
def test_danger_now_is_an_emergency(said: str, category: Category) -> None:
    screening = screen([said])
    assert (screening.level, screening.category) == ("emergency", category)


@pytest.mark.parametrize(("said", "category"), CRISES.items())
def test_present_risk_is_a_crisis(said: str, category: Category) -> None:
    screening = screen([said])
    assert (screening.level, screening.category) == ("crisis", category)


@pytest.mark.parametrize("said", CONCERNS)
def test_information_past_denial_and_hopelessness_are_a_concern(said: str) -> None:
    assert level(said) == "concern"


@pytest.mark.parametrize("said", ORDINARY)
def test_idioms_theory_and_ordinary_questions_are_nothing(said: str) -> None:
    screening = screen([said])
    assert (screening.level, screening.category, screening.matched) == ("none", None, ())


@pytest.mark.parametrize("said", MASKED)
def test_a_harmless_clause_lowers_only_itself(said: str) -> None:
    assert level(said) == "crisis"


def test_a_danger_at_the_end_of_a_long_turn_is_seen() -> None:
    assert level("What does a session look like? " * 2000 + "I want to die") == "crisis"


def test_another_persons_danger_is_told_from_ones_own() -> None:
    assert screen(["my friend says she will kill herself"]).third_party
    assert not screen(["I want to die"]).third_party


def test_a_disclosure_keeps_later_turns_at_concern() -> None:
    screening = screen(["I want to die", "How long is a session?"])
    assert (screening.level, screening.category) == ("concern", "suicide")
    assert screening.is_remembered
    assert screening.after_disclosure


@pytest.mark.parametrize("said", ["jk", "never mind", "just kidding lol", "es broma"])
def test_taking_a_disclosure_back_does_not_lower_it_below_concern(said: str) -> None:
    assert level("I want to kill myself", said) == "concern"


@pytest.mark.parametrize("said", ["never mind, I'm fine", "How much is a session?", "no"])
def test_after_an_overdose_every_turn_stays_an_emergency(said: str) -> None:
    screening = screen(["I took all my pills", "ok", said])
    assert (screening.level, screening.category) == ("emergency", "overdose_poisoning")


@pytest.mark.parametrize(
    "said", ["does therapy help with suicidal thoughts?", "I attempted suicide ten years ago"]
)
def test_a_question_or_the_past_is_not_remembered(said: str) -> None:
    screening = screen([said, "How long is a session?"])
    assert (screening.level, screening.after_disclosure) == ("none", False)


@pytest.mark.parametrize("said", ["no", "No.", "not really", "I don't think so", "creo que no"])
def test_no_to_the_cards_question_is_an_emergency(said: str) -> None:
    assert level("I want to die", said) == "emergency"
    assert level("I want to die", "How long is a session?", said) == "concern"
    assert level(said) == "none"


def test_a_worse_turn_after_a_disclosure_has_its_own_level() -> None:
    screening = screen(["I want to die", "I took all my pills"])
    assert (screening.level, screening.is_remembered) == ("emergency", False)
    assert screening.after_disclosure


def seen(*turns: str) -> Level:
    """The level of the last turn, whose card was seen."""
    return screen.all([Conversation(turns=turns, card_seen=True)])[0].level


def test_whoever_saw_a_crisis_card_may_go_on_and_the_danger_is_remembered() -> None:
    turns = ("I want to die", "I still want to die. How long is a session?")
    found = screen.all([Conversation(turns=turns, card_seen=True)])[0]
    assert (found.level, found.category, found.cards_before) == ("concern", "suicide", 2)
    assert found.after_disclosure
    assert level(*turns, "And what does it cost?") == "concern"


def test_no_card_that_was_seen_lowers_an_emergency_or_raises_anything() -> None:
    assert seen("I took all my pills") == "emergency"
    assert seen("I took all my pills", "How long is a session?") == "emergency"
    assert seen("I want to die", "no") == "emergency"
    assert seen("How long is a session?") == "none"
    assert seen("does therapy help with suicidal thoughts?") == "concern"


@pytest.mark.parametrize("turns", [[], [""], ["   "], ["\ud83d"], ["?"]])
def test_nothing_said_is_nothing(turns: Sequence[str]) -> None:
    assert screen(turns).level == "none"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("988", "en"),
        ("hello", "en"),
        ("How long does therapy take?", "en"),
        ("hola", "es"),
        ("cuanto cuesta", "es"),
        ("¿Qué es la transferencia?", "es"),
    ],
)
def test_a_text_is_spanish_where_that_is_likely(text: str, language: Language) -> None:
    assert detect(text) == language


def test_a_short_turn_has_the_language_of_the_conversation() -> None:
    assert screen(["¿Cuánto dura la terapia psicodinámica?", "ok"]).language == "es"


def test_what_was_found_tells_the_language_unless_one_is_given() -> None:
    assert screen(["me mato"]).language == "es"
    assert screen(["me mato"], "en").language == "en"
    assert level("Hello, I need help. Me quiero morir. Thank you for reading") == "crisis"


NOISE = st.sampled_from(["", "\u200b", "\u00ad", "\u2060", "\ufeff"])
SAID = st.sampled_from([*EMERGENCIES, *CRISES, *CONCERNS, *ORDINARY, *MASKED])


@settings(deadline=None)
@given(SAID, st.data())
def test_screening_is_stable_under_noise(said: str, data: st.DataObject) -> None:
    noisy = "".join(char + data.draw(NOISE) for char in said.replace("'", "’"))
    noisy = noisy.replace(" ", data.draw(st.sampled_from([" ", "  ", " \n", "\u00a0"])))
    noisy = data.draw(st.sampled_from([noisy, noisy.upper(), noisy.lower(), noisy.title()]))
    plain, found = screen([said], "en"), screen([noisy], "en")
    assert found == plain


@settings(deadline=None)
@given(st.lists(st.text(st.characters()), max_size=3))
def test_screening_never_raises(turns: list[str]) -> None:
    assert screen(turns).level in ("none", "concern", "crisis", "emergency")


def everyday() -> Iterator[str]:
    for pairs in json.loads((DATA / "clinc150" / "data_full.json").read_text("utf-8")).values():
        yield from (text for text, _ in pairs)
    with (DATA / "banking77" / "test.csv").open(encoding="utf-8", newline="") as file:
        yield from (row["text"] for row in csv.DictReader(file))


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data with everyday requests is absent")
def test_everyday_requests_raise_at_most_two_false_alarms_in_a_thousand() -> None:
    levels = [screen([text], "en").level for text in everyday()]
    alarms = sum(found in ("crisis", "emergency") for found in levels)
    assert len(levels) > 20_000
    assert alarms / len(levels) <= 0.002


def test_a_thousand_turns_are_screened_in_five_milliseconds_each() -> None:
    turns = [*EMERGENCIES, *CRISES, *CONCERNS, *ORDINARY, *MASKED]
    detect("The models are loaded before the clock starts.")
    start = time.process_time()
    for number in range(1000):
        screen([turns[number % len(turns)]])
    assert time.process_time() - start <= 5


def patterns(folder: Path, benign: str) -> Path:
    path = folder / "xx.yaml"
    lists = f"words: {{}}\nentries: []\nsoftened: []\nunsafe_answers: [nope]\ntaken_back: []\n{benign}\n"
    path.write_text(lists, "utf-8")
    return path


@pytest.mark.parametrize(
    ("benign", "named"),
    [
        ("benign: ['fine', '(unclosed']", "benign: .*unclosed"),
        ("benign: ['<nobody> knows']", "benign: <nobody>"),
        ("benign: ['x']\nbanter: []", "banter"),
        ("benign: [", "line 7"),
    ],
)
def test_a_bad_pattern_names_the_file_and_the_entry(
    tmp_path: Path, benign: str, named: str
) -> None:
    with pytest.raises(PatternError, match=rf"(?s)xx\.yaml: .*{named}"):
        Phrases(patterns(tmp_path, benign), "en")


@pytest.mark.parametrize("name", ["en", "es", "other"])
def test_every_pattern_can_be_compiled(name: str) -> None:
    """They are compiled when a text needs them, where a bad one would be found too late."""
    phrases = Phrases(Path(told.__file__).parent / f"patterns/{name}.yaml", "en")
    for matcher in (phrases._match_entries, phrases._match_softened, phrases._match_benign):
        for at in range(matcher.groups):
            matcher._regex(at)

import threading
import time
from functools import partial
from pathlib import Path

from conftest import BuildIndex

from bot.answer import Bot
from bot.loading import Loader, load_bot
from bot.pages.conversation import MAX_CHARACTERS, Said, View, ask
from bot.pages.warming import Desk
from bot.reply import Crisis
from bot.settings import Settings
from bot.wording.words import words
from index.search import Index

WORDS = words("en")


def ready(index: Index) -> Desk:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    return desk


def views(desk: Desk, message: str, said: list[Said] | None = None) -> list[View]:
    return list(ask(desk, "en", message, [] if said is None else said))


def test_a_question_is_answered_in_one_view(tiny_index: Index) -> None:
    (view,) = views(ready(tiny_index), "How long is a visit?")
    assert [message["role"] for message in view.chat] == ["user", "assistant"]
    assert view.said[-1].reply.kind == "quoted"
    assert view.box == ""


def test_a_card_does_not_wait_for_the_model() -> None:
    (view,) = views(Desk(Bot()), "I want to kill myself")
    assert isinstance(view.said[-1].reply, Crisis)


def test_a_question_during_warming_is_answered_once_the_model_is_there(tiny_index: Index) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(tiny_index) if gate.wait(10) else Bot())
    shown = ask(desk, "en", "How long is a visit?", [])
    assert next(shown).said[-1].reply.message == WORDS.warming_up
    gate.set()
    (last,) = shown
    assert last.said[-1].reply.kind == "quoted"
    assert len(last.said) == 1


def test_a_card_comes_while_an_earlier_question_waits_and_both_are_kept(tiny_index: Index) -> None:
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(tiny_index) if gate.wait(10) else Bot())
    said: list[Said] = []
    waiting = ask(desk, "en", "How long is a visit?", said)
    next(waiting)
    (view,) = ask(desk, "en", "I want to kill myself", said)
    assert [one.reply.kind for one in view.said] == ["not_found", "crisis"]
    gate.set()
    (last,) = waiting
    assert [one.reply.kind for one in last.said] == ["quoted", "crisis"]
    assert len(last.chat) == 4


def test_an_answer_that_comes_after_starting_over_is_not_shown() -> None:
    gate = threading.Event()
    desk = Desk(Bot())

    def load() -> Bot:
        gate.wait(10)
        return Bot()

    desk.open(load)
    said: list[Said] = []
    waiting = ask(desk, "en", "How long is a visit?", said)
    next(waiting)
    said.clear()
    gate.set()
    assert list(waiting) == []


def test_a_touched_topic_during_warming_still_names_a_line() -> None:
    first = next(ask(Desk(Bot()), "en", "How is suicide prevented?", []))
    assert first.said[-1].reply.helplines


def test_without_an_index_search_is_said_to_be_down(tmp_path: Path) -> None:
    desk = Desk(Bot())
    desk.open(partial(load_bot, Settings(index=tmp_path)))
    desk.wait(60)
    assert (desk.status, desk.reason) == ("failed", "StaleIndexError")
    (view,) = views(desk, "How long is a visit?")
    assert view.said[-1].reply.message == WORDS.search_down


def test_a_question_that_is_too_long_stays_in_the_box(tiny_index: Index) -> None:
    question = "How long is a visit? " * (MAX_CHARACTERS // 20)
    (view,) = views(ready(tiny_index), question)
    assert view.box == question.strip()
    assert view.said == []


def test_a_card_is_shown_however_long_the_message_is() -> None:
    (view,) = views(Desk(Bot()), "I want to kill myself. " + "So it is. " * 300)
    assert isinstance(view.said[-1].reply, Crisis)


def test_an_empty_message_is_not_kept() -> None:
    (view,) = views(Desk(Bot()), " \n ")
    assert view.said == []
    assert len(view.chat) == 1


def test_earlier_messages_are_part_of_the_question(tiny_index: Index) -> None:
    desk = ready(tiny_index)
    (first,) = views(desk, "I want to kill myself")
    (second,) = views(desk, "How long is a visit?", first.said)
    assert second.said[-1].reply.level == "concern"
    assert len(second.chat) == 4


def test_half_a_surrogate_pair_is_survived() -> None:
    (view,) = views(Desk(Bot()), "I want to kill myself \ud83d")
    view.chat[0]["content"].encode()


def test_a_running_page_answers_from_the_index_that_was_built_last(
    pages: Path, tmp_path: Path, build_index: BuildIndex
) -> None:
    build_index(pages, tmp_path / "index")
    loader, desk = Loader(Settings(index=tmp_path / "index")), Desk(Bot())
    desk.open(loader, loader.generation)
    desk.wait(60)
    before = desk.bot
    (pages / "parking.md").write_text("# Parking\n\nAt Elm House, you can park behind the house.\n")
    build_index(pages, tmp_path / "index")
    limit = time.monotonic() + 30
    while desk.bot is before and time.monotonic() < limit:
        time.sleep(0.1)
    (view,) = views(desk, "Where can I park?")
    assert "park behind the house" in view.said[-1].reply.quotes[0].text

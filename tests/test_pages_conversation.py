import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import BuildIndex

from bot.answer import Bot
from bot.loading import Loader, load_bot
from bot.pages.conversation import MAX_CHARACTERS, View, _conversation, _forget, ask, go_on
from bot.pages.limits import Limits
from bot.pages.reception import Reception
from bot.pages.said import Said
from bot.pages.warming import Desk
from bot.reply import Crisis, NotFound
from bot.safety.counts import Counts
from bot.settings import Settings
from bot.wording.words import words
from index.search import Index

WORDS = words("en")
pytestmark = pytest.mark.anyio


def ready(index: Index) -> Desk:
    desk = Desk(Bot())
    desk.open(lambda: Bot(index))
    desk.wait(10)
    return desk


def reception(desk: Desk, rate: int = 1000) -> Reception:
    return Reception(desk, Limits(rate, 1000), Counts(None))


async def views(
    desk: Desk, message: str, said: list[Said] | None = None, by: Reception | None = None
) -> list[View]:
    shown = ask(by or reception(desk), "en", message, [] if said is None else said)
    return [view async for view in shown]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def gated(unchanged_index: Index) -> Iterator[tuple[Desk, threading.Event]]:
    """A desk whose index is loaded as soon as the gate is opened."""
    gate = threading.Event()
    desk = Desk(Bot())
    desk.open(lambda: Bot(unchanged_index) if gate.wait(10) else Bot())
    yield desk, gate
    gate.set()


async def test_a_question_is_answered_in_one_view(unchanged_index: Index) -> None:
    view = (await views(ready(unchanged_index), "How long is a visit?"))[-1]
    assert [message["role"] for message in view.chat] == ["user", "assistant"]
    assert view.said[-1].reply.kind == "quoted"
    assert view.box == ""


async def test_a_card_does_not_wait_for_the_model() -> None:
    (view,) = await views(Desk(Bot()), "I want to kill myself")
    assert isinstance(view.said[-1].reply, Crisis)


async def test_a_question_during_warming_is_answered_once_the_model_is_there(
    gated: tuple[Desk, threading.Event],
) -> None:
    desk, gate = gated
    shown = ask(reception(desk), "en", "How long is a visit?", [])
    assert (await anext(shown)).said[-1].reply.message == WORDS.warming_up
    gate.set()
    (last,) = [view async for view in shown]
    assert last.said[-1].reply.kind == "quoted"
    assert len(last.said) == 1


async def test_a_card_comes_while_an_earlier_question_waits_and_both_are_kept(
    gated: tuple[Desk, threading.Event],
) -> None:
    desk, gate = gated
    said: list[Said] = []
    waiting = ask(reception(desk), "en", "How long is a visit?", said)
    await anext(waiting)
    (view,) = await views(desk, "I want to kill myself", said)
    assert [one.reply.kind for one in view.said] == ["not_found", "crisis"]
    gate.set()
    (last,) = [view async for view in waiting]
    assert [one.reply.kind for one in last.said] == ["quoted", "crisis"]
    assert len(last.chat) == 4


async def test_an_answer_that_comes_after_starting_over_is_not_shown(
    gated: tuple[Desk, threading.Event],
) -> None:
    desk, gate = gated
    said: list[Said] = []
    waiting = ask(reception(desk), "en", "How long is a visit?", said)
    await anext(waiting)
    said.clear()
    gate.set()
    assert [view async for view in waiting] == []


async def test_a_touched_topic_during_warming_still_names_a_line(
    gated: tuple[Desk, threading.Event],
) -> None:
    first = await anext(ask(reception(gated[0]), "en", "How is suicide prevented?", []))
    assert first.said[-1].reply.helplines


async def test_over_the_rate_a_question_stays_in_the_box_and_a_card_comes(
    unchanged_index: Index,
) -> None:
    desk = ready(unchanged_index)
    busy, said = reception(desk, rate=1), list[Said]()
    await views(desk, "How long is a visit?", said, busy)
    view = (await views(desk, "And what about dreams?", said, busy))[-1]
    assert view.box == "And what about dreams?"
    assert len(view.said) == 1
    (view,) = await views(desk, "I want to kill myself", said, busy)
    assert view.said[-1].reply.kind == "crisis"


async def test_a_long_conversation_remembers_the_level_of_what_is_no_longer_read(
    unchanged_index: Index,
) -> None:
    desk = ready(unchanged_index)
    said: list[Said] = []
    await views(desk, "I took all my pills an hour ago", said)
    for _ in range(25):
        said.append(
            Said("How long is a visit?", said[0].reply.model_copy(update={"level": "none"}))
        )
    view = (await views(desk, "What are dreams for?", said))[-1]
    assert view.said[-1].reply.level == "emergency"


async def test_without_an_index_search_is_said_to_be_down(tmp_path: Path) -> None:
    desk = Desk(Bot())
    desk.open(partial(load_bot, Settings(index=tmp_path)))
    desk.wait(60)
    assert (desk.status, desk.reason) == ("failed", "StaleIndexError")
    view = (await views(desk, "How long is a visit?"))[-1]
    assert view.said[-1].reply.message == WORDS.search_down


async def test_a_question_that_is_too_long_stays_in_the_box(unchanged_index: Index) -> None:
    question = "How long is a visit? " * (MAX_CHARACTERS // 20)
    view = (await views(ready(unchanged_index), question))[-1]
    assert view.box == question.strip()
    assert view.said == []


async def test_a_card_is_shown_however_long_the_message_is() -> None:
    view = (await views(Desk(Bot()), "I want to kill myself. " + "So it is. " * 300))[-1]
    assert isinstance(view.said[-1].reply, Crisis)


async def test_an_empty_message_is_not_kept() -> None:
    view = (await views(Desk(Bot()), " \n "))[-1]
    assert view.said == []
    assert len(view.chat) == 1


async def test_earlier_messages_are_part_of_the_question(unchanged_index: Index) -> None:
    desk = ready(unchanged_index)
    first = (await views(desk, "I want to kill myself"))[-1]
    second = (await views(desk, "How long is a visit?", first.said))[-1]
    assert second.said[-1].reply.level == "concern"
    assert len(second.chat) == 4


CARDED = "I want to die. How long is a visit at Elm House?"


async def test_the_question_of_a_card_is_answered_and_the_card_stays_in_the_conversation(
    unchanged_index: Index,
) -> None:
    desk, said = ready(unchanged_index), list[Said]()
    by = reception(desk)
    await views(desk, CARDED, said, by)
    view = [view async for view in go_on(by, said)][-1]
    (one,) = view.said
    assert [(reply.kind, reply.level) for reply in one.replies] == [
        ("crisis", "crisis"),
        ("quoted", "concern"),
    ]
    assert set(one.replies[1].notes) <= set(WORDS.concern_after)
    assert one.replies[1].helplines
    assert [message["role"] for message in view.chat] == ["user", "assistant", "assistant"]
    later = (await views(desk, "How long is a visit?", said, by))[-1]
    assert later.said[-1].reply.level == "concern"


@pytest.mark.parametrize("message", ["I took all my pills", "How long is a visit?"])
async def test_without_the_card_of_a_crisis_there_is_nothing_to_go_on_with(
    unchanged_index: Index, message: str
) -> None:
    desk, said = ready(unchanged_index), list[Said]()
    await views(desk, message, said)
    before = list(said)
    assert [view async for view in go_on(reception(desk), said)] == []
    assert [view async for view in go_on(reception(desk), [])] == []
    assert said == before


async def test_over_the_rate_the_card_stays_and_its_question_can_be_sent_again(
    unchanged_index: Index,
) -> None:
    desk, said = ready(unchanged_index), list[Said]()
    by = reception(desk, rate=1)
    await views(desk, CARDED, said, by)
    (view,) = [view async for view in go_on(by, said)]
    assert view.box == CARDED
    assert view.said[-1].replies == (said[-1].reply,)
    assert len(view.chat) == 3


async def test_the_answer_behind_a_card_waits_for_the_model_in_its_place(
    gated: tuple[Desk, threading.Event],
) -> None:
    desk, gate = gated
    said: list[Said] = []
    await views(desk, CARDED, said)
    shown = go_on(reception(desk), said)
    waiting = (await anext(shown)).said[-1]
    assert [reply.kind for reply in waiting.replies] == ["crisis", "not_found"]
    assert waiting.replies[1].message == WORDS.warming_up
    gate.set()
    (last,) = [view async for view in shown]
    assert [[reply.kind for reply in one.replies] for one in last.said] == [["crisis", "quoted"]]


async def test_half_a_surrogate_pair_is_survived() -> None:
    view = (await views(Desk(Bot()), "I want to kill myself \ud83d"))[-1]
    view.chat[0]["content"].encode()


async def test_a_running_page_answers_from_the_index_that_was_built_last(
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
    view = (await views(desk, "Where can I park?"))[-1]
    assert "park behind the house" in view.said[-1].reply.quotes[0].text


def said(kind: str | None) -> Said:
    """A turn that was an emergency of this kind, or none."""
    if kind is None:
        return Said("How long is a visit?", NotFound(message="m"))
    fields = {"message": "m", "level": "emergency", "category": kind}
    return Said("Something", Crisis.model_validate(fields))


def test_a_conversation_without_end_is_forgotten_but_for_its_gravest_turn() -> None:
    kept = [said("overdose_poisoning"), *(said(None) for _ in range(100))]
    _forget(kept)
    assert len(kept) == 60
    assert kept[0].reply.category == "overdose_poisoning"


def test_another_emergency_does_not_hide_an_overdose_that_is_no_longer_read() -> None:
    earlier = [said("medical_emergency"), said("overdose_poisoning"), *[said(None)] * 20]
    assert _conversation(earlier, "And now?").category_before == "overdose_poisoning"

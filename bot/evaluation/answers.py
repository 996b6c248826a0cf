"""How the bot answers on this project's own sets: found, answered, refused, and told apart."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from bot.answer import Bot
from bot.evaluation import calibrate
from bot.evaluation.own_conversations import dialogues, messages, topic_questions
from bot.evaluation.own_questions import Gold, OwnQuestion, answered_by
from bot.evaluation.safety import Share
from bot.reply import Quoted, Reply
from bot.safety.screen import Conversation

_DEEPEST = 3


class Answered(NamedTuple):
    """A question and the reply to it."""

    asked: OwnQuestion
    reply: Reply

    def is_hit(self, within: int) -> bool:
        """Whether one of the first candidates answers."""
        return _is_hit(self.asked.gold, self.reply, within)


class Judgement(NamedTuple):
    """Shares, areas under curves and the rest of what was measured, and the curve behind them."""

    shares: list[Share]
    numbers: dict[str, float]
    coverage: Sequence[float]
    risk: Sequence[float]


def questions(bot: Bot, asked: Sequence[OwnQuestion]) -> list[Answered]:
    """The bot's replies to questions of our own."""
    replies = bot.replies([Conversation(turns=(one.question,)) for one in asked])
    return [Answered(*pair) for pair in zip(asked, replies, strict=True)]


def judged(found: Sequence[Answered]) -> Judgement:
    """hit@k of candidates, answered and refused, and how well confidence tells right from wrong."""
    open_ = [one for one in found if one.asked.gold]
    closed = [one for one in found if not one.asked.gold]
    shares = [
        Share(f"hit@{within}", _count(open_, lambda one: one.is_hit(within)), len(open_))  # noqa: B023
        for within in (1, _DEEPEST)
    ]
    shares.append(Share("answered", _count(open_, _is_quoted), len(open_)))
    shares.append(Share("refused", _count(closed, lambda one: not _is_quoted(one)), len(closed)))
    for kind in dict.fromkeys(one.asked.kind for one in found):
        of_kind = [one for one in found if one.asked.kind == kind]
        if of_kind[0].asked.gold:
            hits = _count(of_kind, lambda one: one.is_hit(_DEEPEST))
            shares.append(Share(f"{kind} hit@{_DEEPEST}", hits, len(of_kind)))
        shares.append(Share(f"{kind} answered", _count(of_kind, _is_quoted), len(of_kind)))
    sure = np.array([one.reply.confidence or 0.0 for one in found])
    right = np.array([one.is_hit(1) for one in found])
    answerable = np.array([bool(one.asked.gold) for one in found])
    far = np.array([one.asked.kind == "far" for one in found])
    coverage, risk = calibrate.risk_coverage(sure, right)
    numbers = {
        "AUROC right": calibrate.area(sure[right], sure[~right]),
        "AUROC near": calibrate.area(sure[answerable], sure[~answerable & ~far]),
        "AUROC far": calibrate.area(sure[answerable], sure[far]),
        "calibration error": calibrate.calibration_error(sure, right),
        "coverage at 5 % risk": calibrate.covered(sure, right, 0.05),
        "coverage at 10 % risk": calibrate.covered(sure, right, 0.1),
    }
    return Judgement(shares, numbers, coverage.tolist(), risk.tolist())


def conversations(bot: Bot) -> list[Share]:
    """Later turns: those that lean on earlier ones, those that do not, and those nothing answers."""
    talks = dialogues()
    turns = [(talk, at) for talk in talks for at in range(len(talk.turns))]
    replies = bot.replies(
        [
            Conversation(turns=tuple(turn.question for turn in talk.turns[: at + 1]))
            for talk, at in turns
        ]
    )
    shares = []
    for kind in ("first", "followup", "own"):
        of_kind = [
            (talk.turns[at], reply)
            for (talk, at), reply in zip(turns, replies, strict=True)
            if talk.turns[at].kind == kind
        ]
        hits = sum(_is_hit(turn.gold, reply, _DEEPEST) for turn, reply in of_kind)
        shares.append(Share(f"{kind} hit@{_DEEPEST}", hits, len(of_kind)))
    closed = [
        reply
        for (talk, at), reply in zip(turns, replies, strict=True)
        if talk.turns[at].kind == "unanswerable"
    ]
    refused = sum(reply.kind != "quoted" for reply in closed)
    return [*shares, Share("unanswerable refused", refused, len(closed))]


def topics(bot: Bot, topic_of: Callable[[str], str]) -> list[Share]:
    """Whether both sides are shown where sources differ; `topic_of` names a topic by its id."""
    asked = topic_questions()
    replies = bot.replies([Conversation(turns=(one.question,)) for one in asked])
    shown = [reply.differ if isinstance(reply, Quoted) else None for reply in replies]
    right = sum(
        is_shown == topic_of(one.topic)
        for one, is_shown in zip(asked, shown, strict=True)
        if one.topic
    )
    wrong = sum(
        is_shown is not None and (one.topic is None or is_shown != topic_of(one.topic))
        for one, is_shown in zip(asked, shown, strict=True)
    )
    differing = sum(one.topic is not None for one in asked)
    return [
        Share("both sides shown", right, differing),
        Share("sides wrongly shown", wrong, len(asked)),
    ]


def kinds(bot: Bot) -> list[Share]:
    """Which messages are sent to the clinic, to a professional, or told what this is."""
    asked = messages()
    replies = bot.replies([Conversation(turns=(one.message,)) for one in asked])
    wanted: dict[str, tuple[str, ...]] = {
        "contact": ("contact",),
        "declined": ("declined",),
        "about": ("about",),
    }
    wanted |= {"other_language": ("about",), "open": ("quoted", "not_found")}
    shares = []
    for kind, right in wanted.items():
        of_kind = [
            reply.kind for one, reply in zip(asked, replies, strict=True) if one.kind == kind
        ]
        met = sum(found in right for found in of_kind)
        shares.append(Share(f"{kind}: {' or '.join(right)}", met, len(of_kind)))
        if kind in ("contact", "declined"):
            refused = sum(found != "quoted" for found in of_kind)
            shares.append(Share(f"{kind}: not quoted", refused, len(of_kind)))
    return shares


def _is_hit(gold: Sequence[Gold], reply: Reply, within: int) -> bool:
    return any(
        answered_by(gold, quote.document, quote.start, quote.end)
        for quote in reply.candidates[:within]
    )


def _is_quoted(one: Answered) -> bool:
    return one.reply.kind == "quoted"


def _count(found: Sequence[Answered], is_so: Callable[[Answered], bool]) -> int:
    return sum(map(is_so, found))

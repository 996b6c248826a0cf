"""A conversation as the chat shows it: what was asked, and everything that was answered."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bot.pages.literal import literal_lines
from bot.pages.render import reply_html
from bot.reply import Reply

Message = dict[str, Any]


class Said(NamedTuple):
    """A visitor's message and what was answered; `behind_card`, what was then answered all the same."""

    text: str
    reply: Reply
    behind_card: Reply | None = None

    @property
    def replies(self) -> tuple[Reply, ...]:
        """All that was answered, in order."""
        return (self.reply, self.behind_card) if self.behind_card else (self.reply,)


def chat(said: Sequence[Said]) -> list[Message]:
    """All its messages, as Gradio takes them.

    Only the newest reply still offers its suggestions, and asks whether it helped.
    """
    earlier = [message for one in said[:-1] for message in _messages(without_suggestions(one))]
    return earlier + [message for one in said[-1:] for message in _messages(one, is_newest=True)]


def without_suggestions(one: Said) -> Said:
    """As it is shown once something came after it."""
    none = {"suggestions": ()}
    behind = one.behind_card and one.behind_card.model_copy(update=none)
    return Said(one.text, one.reply.model_copy(update=none), behind)


def _messages(one: Said, is_newest: bool = False) -> Iterator[Message]:
    yield {"role": "user", "content": literal_lines(one.text)}
    for reply in one.replies:
        answered = from_bot(reply_html(reply, is_newest))
        if reply.suggestions:
            answered["options"] = [{"value": question} for question in reply.suggestions]
        yield answered


def from_bot(content: str) -> Message:
    """A message of ours, in HTML."""
    return {"role": "assistant", "content": content}

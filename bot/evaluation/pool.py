"""What annotators are shown: the first passages by every signal of an index, each once."""

from collections.abc import Sequence
from hashlib import sha256

from bot import followup
from bot.evaluation.sitting import Candidate
from corpus.document import Language
from corpus.language import detect
from index.ranking import Pooled
from index.search import Index

# Passages by each signal.
DEPTH = 5
_DIGITS = 16


class SignalPool:
    """The pool of an index."""

    def __init__(self, index: Index, depth: int = DEPTH) -> None:
        self._index = index
        self._depth = depth

    def __call__(self, turns: Sequence[str], language: Language | None) -> list[Candidate]:
        """Candidates for the last of the turns."""
        asked = followup.question(turns, language or detect(turns[-1]))
        return [
            self._candidate(one)
            for ranking in self._index.rankings([asked])
            for one in ranking.pooled(self._depth)
        ]

    def _candidate(self, one: Pooled) -> Candidate:
        passage = one.hit.passage
        document = self._index.documents[passage.document]
        span = passage.span
        words = document.text[span.start : span.end]
        return Candidate(
            document=document.id,
            start=span.start,
            end=span.end,
            sha256=sha256(words.encode()).hexdigest()[:_DIGITS],
            text=passage.text,
            title=document.title,
            section=passage.section,
            signals=one.signals,
        )

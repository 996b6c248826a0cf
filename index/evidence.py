"""What speaks for and against the first hit: the numbers that a confidence is computed from."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from corpus.document import Document, Passage
from corpus.stems import stems
from index.bridge import Bridge
from index.entries import Leanings
from index.fusion import Fusion, Scores
from index.hit import Evidence
from index.query import Query

# Among so many of the first, one stands out or does not.
COMPARED = 10
# A question for an amount, and a passage that might hold one.
_AMOUNT = re.compile(
    r"\b(how (much|many|often|long|old|big|far|soon)|what (percent\w*|year|age|number|time|day)"
    r"|which year|when (is|are|was|were|did|do|does))\b"
)
_NUMBER = re.compile(r"\d|\b(one|two|three|once|twice|half|years?|months?|weeks?|weekly|daily)\b")
# Words that say how something is asked, not about what.
_ASKING = frozenset(
    stems(
        "do does did can could would should will may might must has have had am is are was were be "
        "been how what when where who why which whose there they them their you your we our us me my "
        "i it its this that these those not no yes please any some get got go going want need know "
        "like just really so if then than about with without from into onto for of to in on at by as "
        "or and but also too very much many more most a an the im ive dont cant doesnt isnt wont id "
        "ill s t m ve re"
    )
)


class Witness:
    """Compares a question with the first hits, by meaning and by its words."""

    def __init__(
        self, fusion: Fusion, documents: Mapping[str, Document], passages: Sequence[Passage]
    ) -> None:
        self._fusion = fusion
        self._documents = documents
        self._passages = passages
        answering = sum(documents[one.document].purpose == "answer" for one in passages)
        self._size = math.log(max(answering, 1))

    def on(
        self,
        query: Query,
        best: Sequence[int],
        scores: Scores,
        leanings: Leanings,
        sending: int | None,
    ) -> Evidence:
        """The evidence on the first of `best`; `sending` is the nearest entry that sends people on."""
        first = best[0]
        ahead = -math.inf if sending is None else scores.score[sending] - scores.score[first]
        passage = self._passages[first]
        base = [scores.base[at] for at in best]
        asks_amount = bool(_AMOUNT.search(query.said.lower()))
        providers = self._fusion.providers
        named = providers.named(query.said)
        signals = {
            "score": base[0],
            "cosine": scores.meaning[first],
            "said": float(self._fusion.rows([first])[0] @ query.said_vector),
            "words": float(scores.words[first]),
            **self._coverage(query, passage),
            "asks_amount": float(asks_amount),
            "amount_missing": float(asks_amount and not _NUMBER.search(passage.text.lower())),
            "names_provider": float(bool(named)),
            "other_provider": float(
                bool(named) and providers.publisher(passage.document) not in named
            ),
            "passage_length": math.log(len(passage.text)),
            "sent_on": max(0.0, ahead),
            "passages": self._size,
            **_lead(base),
        }
        return Evidence(
            signals | _leanings(leanings, self._fusion.bridge, first), query.said_vector
        )

    def _coverage(self, query: Query, passage: Passage) -> dict[str, float]:
        """How much of the question's words, by rarity, the passage and its document have."""
        asked = [stem for stem in stems(query.said) if stem not in _ASKING]
        meant = {stem for stem in stems(query.meant) if stem not in _ASKING}
        context = passage.context.text if passage.context else ""
        here = frozenset(stems(f"{passage.section or ''} {context} {passage.text}"))
        document = self._stems_of(passage.document)
        rarity = self._fusion.lexical.rarity
        return {
            "covered": _share(asked, here, rarity),
            "covered_by_document": _share(asked, document, rarity),
            "covered_as_meant": _share(sorted(meant), here, rarity),
            "unknown_words": float(
                sum(stem not in self._fusion.lexical.vocabulary for stem in asked)
            ),
            "rarest_missing": max(
                (rarity(stem) for stem in asked if stem not in here), default=0.0
            ),
            "asked_words": float(len(asked)),
            "asked_length": math.log(max(len(query.said), 1)),
        }

    @lru_cache(maxsize=256)  # noqa: B019 - as long-lived as the index
    def _stems_of(self, document: str) -> frozenset[str]:
        return frozenset(stems(self._documents[document].text))


def _lead(base: Sequence[float]) -> dict[str, float]:
    """How far the first is ahead of others, as far as a site has so many."""
    leads = {"ahead_of_second": base[0] - base[1]} if len(base) > 1 else {}
    if len(base) >= 5:
        leads["ahead_of_fifth"] = base[0] - base[4]
    if len(base) >= COMPARED:
        leads["first_ten"] = sum(base[:COMPARED]) / COMPARED
    return leads


def _leanings(near: Leanings, bridge: Bridge, passage: int) -> dict[str, float]:
    """Whether the question leans towards entries that answer, and whether documents cover those."""
    if min(near.answering, near.contact, near.declined, near.about) < -0.99:
        return {}
    covered, here = bridge.covered(near.opening, passage)
    return {
        "answering": near.answering,
        "contact": near.contact - near.answering,
        "declined": near.declined - near.answering,
        "about": near.about - near.answering,
        "entry_covered": covered,
        "entry_here": here,
    }


def _share(asked: Sequence[str], held: frozenset[str], rarity: Callable[[str], float]) -> float:
    total = sum(rarity(stem) for stem in asked)
    return sum(rarity(stem) for stem in asked if stem in held) / total if total else 0.0

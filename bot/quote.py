"""Quotes from hits: slices of a passage, compared once more with the file before they are shown."""

import logging
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from bot.breaks import lines
from bot.reply import Quote
from corpus.claims import qualified
from corpus.document import Document, Language, Span
from index.hit import Found, Hit

log = logging.getLogger(__name__)


def standing(documents: Mapping[str, Document], found: Found) -> Found:
    """What was found, without the hits whose words no longer stand in their document's file.

    Those are logged. What was found with a hit that is gone is no evidence on another.
    """
    # Hits share files: each is looked at once.
    text_of = cache(_text)

    def stands(hit: Hit) -> bool:
        path = documents[hit.passage.document].path
        return _stands(path, text_of(path), hit)

    hits = tuple(hit for hit in found.hits if stands(hit))
    sides = tuple(one for one in found.sides if stands(one.hit))
    sending = found.sending if found.sending and stands(found.sending) else None
    return found._replace(
        hits=hits,
        sending=sending,
        evidence=found.evidence if len(hits) == len(found.hits) else None,
        sides=sides if len(sides) > 1 else (),
    )


def quote(
    document: Document,
    hit: Hit,
    language: Language = "en",
    clinic: str | None = None,
    side: str | None = None,
) -> Quote:
    """The words of a hit and where they stand, with what a clinician would add in this language.

    Other publishers than the `clinic` are marked, where one is set and the publisher is known.
    """
    passage = hit.passage
    return Quote(
        text=passage.text,
        document=document.id,
        title=document.title,
        publisher=document.publisher,
        origin=document.origin,
        reviewed=document.reviewed,
        section=passage.section,
        url=document.url,
        start=passage.span.start,
        end=passage.span.end,
        cuts=passage.span.cuts,
        context=passage.context.text if passage.context else None,
        context_span=passage.context.span if passage.context else None,
        highlight=_highlight(document, hit),
        score=hit.score,
        side=side,
        note=_note(document, passage.text, language),
        is_other_provider=bool(clinic and document.publisher and document.publisher != clinic),
        lines=tuple(lines(passage.text)),
    )


def _note(document: Document, text: str, language: Language) -> str | None:
    """What qualifies the claims of a source; the handbook's own are qualified where they stand."""
    if document.origin != "source":
        return None
    notes = dict.fromkeys(claim.note[language] for claim in qualified(text))
    return " ".join(notes) or None


def _highlight(document: Document, hit: Hit) -> tuple[int, int] | None:
    """Where the core stands in the quote's text; None where the core is all of it."""
    if hit.core == hit.passage:
        return None
    whole, core = hit.passage.span, hit.core.span
    cuts = tuple(cut for cut in whole.cuts if cut[1] <= core.start)
    before = len(Span(start=whole.start, end=core.start, cuts=cuts).of(document.text))
    return before, before + len(hit.core.text)


def _stands(path: Path, text: str | None, hit: Hit) -> bool:
    """Whether the file's text has the characters of a passage and of its context at their spans."""
    extracts = [(hit.passage.span, hit.passage.text)]
    if hit.passage.context:
        extracts.append((hit.passage.context.span, hit.passage.context.text))
    if text is not None and all(span.of(text) == words for span, words in extracts):
        return True
    log.error(
        "%s no longer has the words of %s: nothing of it is quoted; run `python -m index`",
        path,
        hit.passage.id,
    )
    return False


def _text(path: Path) -> str | None:
    """The file's characters as they are now; None if it is gone or no text any more."""
    try:
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except (OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _read(path: Path, _modified: int, _size: int) -> str:
    return path.read_bytes().decode("utf-8")

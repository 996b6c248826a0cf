"""The public page about danger: what the bot looks for, shows and cannot do, and how well."""

from collections.abc import Iterator

from bot.pages.addresses import SAFETY, chat_address
from bot.pages.helplines import helplines_html
from bot.pages.literal import link, literal
from bot.pages.standing import standing_html
from bot.safety.figures import Figure
from bot.safety.helpline_files import Line, entries
from bot.wording.words import FiguresWords, Section, Wording, words
from corpus.document import Language


def safety_html(country: str, language: Language, figures: tuple[Figure, ...]) -> str:
    """The whole page; it needs no script."""
    wording = words(language)
    texts = wording.safety
    other: Language = "es" if language == "en" else "en"
    to_other = (
        f'<a href="{SAFETY[other]}" lang="{other}" hreflang="{other}">'
        f"{literal(texts.other_language)}</a>"
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{literal(texts.title)}</title>"
        '<link rel="stylesheet" href="/help.css"></head><body class="plain">'
        f'<aside id="standing" aria-label="{literal(wording.standing.label)}">'
        f"<p>{standing_html(country, language)}</p></aside><main>"
        f"<nav>{link(chat_address(language), texts.back)} {to_other}</nav>"
        f"<h1>{literal(texts.title)}</h1>"
        f"{''.join(map(_section, texts.sections))}"
        f"{''.join(_lines(country, wording))}{''.join(_figures(figures, texts.figures))}"
        "</main></body></html>"
    )


def _section(section: Section) -> str:
    paragraphs = "".join(f"<p>{literal(text)}</p>" for text in section.text)
    return f"<h2>{literal(section.heading)}</h2>{paragraphs}"


def _lines(country: str, wording: Wording) -> Iterator[str]:
    texts = wording.safety.lines
    yield f"<h2>{literal(texts.heading)}</h2><p>{literal(texts.intro)}</p>"
    for line in (entry.line for entry in entries(country)):
        if line.is_shown:
            yield helplines_html([line.shown()], wording.page)
            yield f'<p class="quiet">{literal(_confirmed(line, wording))}</p>'


def _confirmed(line: Line, wording: Wording) -> str:
    texts = wording.safety.lines
    return texts.confirmed.format(date=line.checked) if line.checked else texts.unconfirmed


def _figures(figures: tuple[Figure, ...], texts: FiguresWords) -> Iterator[str]:
    yield f"<h2>{literal(texts.heading)}</h2>"
    if not figures:
        yield f"<p>{literal(texts.none)}</p>"
        return
    rows = "".join(
        f'<tr><th scope="row">{literal(figure.name.replace("_", " "))}</th>'
        f"<td>{literal(_value(figure.value))}</td><td>{literal(_interval(figure, texts))}</td></tr>"
        for figure in figures
    )
    yield f"<p>{literal(texts.intro)}</p><table>{rows}</table>"


def _interval(figure: Figure, texts: FiguresWords) -> str:
    if figure.interval is None:
        return ""
    low, high = map(_value, figure.interval)
    return texts.interval.format(low=low, high=high)


def _value(value: str | int | float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)

"""A run as one page of HTML that needs nothing else, for those who decide whether it may go live.

All words of visitors, documents and sets are escaped by Jinja; a policy in the page allows no style and
no script but its own, and no request.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.evaluation.charts import MOST_TAGS, Chart, charts
from bot.evaluation.compare import Comparison
from bot.evaluation.exports import interval, value
from bot.evaluation.metrics import Group
from bot.evaluation.reported_turns import by_urgency, failures, passed, places
from bot.evaluation.run_folder import RunFolder
from bot.text import plain

# More would make a page that nobody reads and some browsers do not open.
MOST = 500
_SVG = "{http://www.w3.org/2000/svg}"
_UNWANTED = (f"{_SVG}metadata", f"{_SVG}style")
_LINK = "{http://www.w3.org/1999/xlink}href"
_INK = "#000000"
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")


def html(
    run: RunFolder,
    groups: Sequence[Group],
    comparison: Comparison | None = None,
    verdict: Sequence[str] = (),
    is_gated: bool = False,
) -> str:
    """The report of a run, whose figures are `groups`, first those of all turns.

    `verdict` holds the breaches of a gate, if the run `is_gated`. RunError if the folder holds no run.
    """
    outcomes = list(run.outcomes())
    failed = by_urgency(outcomes)
    shown = failures(run, failed[:MOST])
    return _PAGE.render(
        name=run.path.resolve().name,
        info=run.info,
        figures={figure.name: figure for figure in groups[0].figures},
        charts={chart.name: chart for chart in charts(outcomes, groups)},
        comparison=comparison,
        verdict=verdict,
        is_gated=is_gated,
        done=len(outcomes),
        judged=sum(bool(one.checks) for one in outcomes),
        failed=len(failed),
        failures=shown,
        tags=Counter(tag for one in shown for tag in one.outcome.tags),
        checks=Counter(name for one in shown for name in {of.name for of in one.failed}),
        passed=passed(run),
        most=MOST,
    )


def _inline(chart: Chart, title: str) -> Markup:
    """A chart as part of the page: its ink is the page's, and no attribute is refused by the policy."""
    root = ElementTree.fromstring(chart.svg)
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in _UNWANTED]:
            parent.remove(child)
    for one in root.iter():
        _as_attributes(one)
    for size in ("width", "height"):
        root.attrib.pop(size)
    told = {"role": "img", "aria-label": f"{title}: {chart.alt}"}
    root.attrib |= {**told, "class": "chart", "fill": "currentColor", "stroke-linejoin": "round"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _as_attributes(one: ElementTree.Element) -> None:
    if one.tag == f"{_SVG}g":
        one.attrib.pop("id", None)  # which each chart has anew
    if _LINK in one.attrib:
        one.set("href", one.attrib.pop(_LINK))
    for declared in filter(None, one.attrib.pop("style", "").split(";")):
        name, _, worth = declared.partition(":")
        if name.strip() != "font-family":
            one.set(name.strip(), worth.strip().replace(_INK, "currentColor"))


def _own(name: str) -> Markup:
    return Markup(resources.files("bot.evaluation").joinpath(name).read_text("utf-8"))


def _source(text: str) -> str:
    """By which a policy knows an inline style or script."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


_STYLE, _SCRIPT = _own("report.css"), _own("report.js")
_ENVIRONMENT = Environment(
    loader=PackageLoader("bot.evaluation", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals |= {
    "style": _STYLE,
    "script": _SCRIPT,
    "policy": f"default-src 'none'; style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}; "
    "img-src data:; base-uri 'none'; form-action 'none'",
    "most_drawn": MOST_TAGS,
}
_ENVIRONMENT.filters |= {
    "value": value,
    "interval": interval,
    "inline": _inline,
    "plain": plain,
    "places": places,
}
_PAGE = _ENVIRONMENT.get_template("report.html.jinja")

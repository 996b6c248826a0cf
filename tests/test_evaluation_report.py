"""Reports and exports of invented runs."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from csv import DictReader
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from junitparser import JUnitXml
from lxml.html import HtmlElement, fromstring  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect, sync_playwright

from bot.evaluation import exports
from bot.evaluation.cases import Case, Turn
from bot.evaluation.charts import MOST_TAGS, Chart, charts
from bot.evaluation.compare import compare
from bot.evaluation.metrics import Figure, summarise
from bot.evaluation.record import Check, Info, Machine, Outcome, Record, Signals, Timed, Wanted
from bot.evaluation.report import MOST, html
from bot.evaluation.run_folder import RunError, RunFolder
from bot.reply import NotFound, Quote, Quoted
from corpus.document import Frozen

CHROMIUM = Path("/usr/bin/chromium")
PAYLOAD = "<img src=x onerror=alert(1)>'\"</script><script>alert(2)</script><b>$x$"
INFO = Info(
    chosen="c",
    source="s",
    has_model=True,
    started="2026-03-02T10:05:00+00:00",
    sets={"sets/mine.csv": "ab12"},
    cases=1,
    turns=1,
    batch=32,
    index=None,
    manifest=None,
    settings={},
    versions={"numpy": "2.3.1"},
    commit=None,
    machine=Machine(system="Linux", processor="x86_64", cores=2, python="3.11"),
    finished="2026-03-02T10:06:00+00:00",
)
MET = (Check(name="expect_kind", is_met=True, expected="quoted", found="quoted"),)
UNMET = (Check(name="expect_kind", is_met=False, expected="quoted", found="not_found"),)
LEVEL = (Check(name="expect_level", is_met=False, expected="crisis", found="none"),)


def outcome(id: str = "a", turn: int = 0, **given: object) -> Outcome:
    return Outcome.model_validate(
        {"id": id, "turn": turn, "kind": "quoted", "level": "none", "checks": MET} | given
    )


def quote(text: str, title: str = "On dreams") -> Quote:
    return Quote.model_validate(
        {"text": text, "document": "dreams", "title": title, "publisher": None, "section": None}
        | {"url": None, "start": 5, "end": 9, "score": 0.5}
    )


def signals(score: float) -> Signals:
    found = {
        "document": "dreams",
        "start": 20,
        "end": 30,
        "base": 0.2,
        "meaning": 0.3,
        "words": 0.4,
    }
    return Signals.model_validate({"score": score, "question": None} | found)


def write(path: Path, lines: Iterable[Frozen]) -> None:
    path.write_text("".join(f"{line.model_dump_json()}\n" for line in lines), "utf-8")


def run_of(
    folder: Path,
    outcomes: Sequence[Outcome],
    records: Sequence[Record] = (),
    asked: Sequence[str] = (),
    info: Info = INFO,
) -> RunFolder:
    """A run of one conversation for each id; replies are empty, and questions numbered, unless given."""
    run = RunFolder(folder)
    given = {(one.id, one.turn): one for one in records}
    questions = iter([*asked, *(f"question {at}" for at in range(len(asked), len(outcomes)))])
    turns: dict[str, tuple[Turn, ...]] = {}
    for one in outcomes:
        turns[one.id] = (*turns.get(one.id, ()), Turn(question=next(questions)))
    run.write(info.model_copy(update={"turns": max(info.turns, len(outcomes))}))
    write(run.cases_file, [Case(id=id, turns=of) for id, of in turns.items()])
    write(run.outcomes_file, outcomes)
    write(run.records_file, [given.get((one.id, one.turn), empty(one)) for one in outcomes])
    write(run.times_file, [Timed(id=o.id, turn=o.turn, milliseconds=1500) for o in outcomes])
    return run


def empty(one: Outcome) -> Record:
    return Record(id=one.id, turn=one.turn, reply=NotFound(message="Nothing was found."))


def report(run: RunFolder, verdict: Sequence[str] = (), is_gated: bool = False) -> str:
    return html(run, summarise(list(run.outcomes())), None, verdict, is_gated)


def text_of(page: str, path: str = "//body") -> str:
    """The words of all elements at a path, those of neighbours parted."""
    return " ".join(" ".join(fromstring(page).xpath(f"{path}//text()")).split())


def chart(name: str, outcomes: Sequence[Outcome]) -> Chart:
    return next(one for one in charts(outcomes, summarise(outcomes)) if one.name == name)


def judged_right(*rights: bool) -> list[Outcome]:
    """Answerable questions, each a tenth less sure than the one before, and whether the first is right."""
    return [
        outcome(f"{at}", is_answerable=True, confidence=0.97 - at / 10, relevant=(1,))
        if not is_right
        else outcome(f"{at}", is_answerable=True, confidence=0.97 - at / 10, relevant=(1,), gains=(1,), rank=1)
        for at, is_right in enumerate(rights)
    ]  # fmt: skip


def test_the_first_sentence_counts_judged_turns_only(tmp_path: Path) -> None:
    page = report(
        run_of(tmp_path, [outcome("a"), outcome("b", checks=UNMET), outcome("c", checks=())])
    )
    lead = text_of(page, "//*[@class='lead']")
    assert lead.startswith("1 of 2 turns came out as expected.")
    assert "1 turn was asked and not judged" in lead


def test_a_run_that_is_not_finished_says_so(tmp_path: Path) -> None:
    info = INFO.model_copy(update={"finished": None, "turns": 7})
    assert "1 of 7 turns are done" in text_of(report(run_of(tmp_path, [outcome()], info=info)))
    assert "not finished" not in text_of(report(run_of(tmp_path / "whole", [outcome()])))


def test_a_folder_without_a_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"run\.json|outcomes\.jsonl"):
        html(RunFolder(tmp_path), summarise([]))


def test_the_verdict_is_that_of_the_gate_or_none(tmp_path: Path) -> None:
    run = run_of(tmp_path, [outcome()])
    broken = text_of(report(run, ("hit@1: 0.5 is less than 0.7",), True), "//section")
    assert broken == "Gate: not passed hit@1: 0.5 is less than 0.7"
    assert "Gate: passed" in text_of(report(run, (), True), "//section")
    assert "Gate" not in text_of(report(run))


def test_every_figure_is_shown_even_one_without_an_explanation(tmp_path: Path) -> None:
    run = run_of(tmp_path, [outcome()])
    (whole,) = summarise(list(run.outcomes()))
    new = whole.model_copy(update={"figures": (*whole.figures, Figure(name="new", value=0.5, n=3))})
    rows = fromstring(html(run, [new])).xpath("//table[1]//tr[td]")
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in rows[:3]]
    # One of one passed: Wilson's interval begins at 1 / (1 + 1.96²).
    assert cells[1][1:] == ["100.0%", "20.7–100.0%", "1"]
    assert cells[2] == ["new", "0.500", "", "3"]


def test_each_figure_that_is_measured_is_explained(tmp_path: Path) -> None:
    levels = ("none", "concern", "crisis", "emergency")
    told = [outcome(level, expected_levels=(level,)) for level in levels]
    kinds = [outcome("r", is_answerable=False, confidence=0.1, f1=0.5, quotes=("ab",), words=(3,))]
    run = run_of(tmp_path, [*told, *kinds, *judged_right(True, False)])
    page = fromstring(html(run, summarise(list(run.outcomes()), [1.0])))
    rows = page.xpath("//table")[0].xpath(".//tr[td]/th")
    assert len(rows) > 25
    assert [row.text.strip() for row in rows if not row.xpath("span")] == []


@pytest.fixture
def attacked(tmp_path: Path) -> str:
    """The report of a run whose every word from outside is a payload."""
    checks = (Check(name=PAYLOAD, is_met=False, expected=PAYLOAD, found=PAYLOAD),)
    bad = outcome(PAYLOAD, tags=(PAYLOAD,), checks=checks)
    again = outcome(PAYLOAD, 1, tags=(PAYLOAD,), checks=checks)
    good = outcome("good", tags=(PAYLOAD,))
    reply = Quoted(message=PAYLOAD, quotes=(quote(PAYLOAD, PAYLOAD),))
    wanted = Wanted(rank=2, passage=signals(0.1), text=PAYLOAD)
    record = Record(id=PAYLOAD, turn=0, reply=reply, matched=(PAYLOAD,), wanted=wanted)
    info = INFO.model_copy(update={"commit": PAYLOAD, "sets": {PAYLOAD: PAYLOAD}})
    run = run_of(tmp_path, [bad, again, good], [record], [PAYLOAD] * 3, info)
    outcomes = list(run.outcomes())
    old = [outcome(PAYLOAD, tags=(PAYLOAD,))]
    compared = compare(old, outcomes, (PAYLOAD, PAYLOAD))
    return html(run, summarise(outcomes), compared, (PAYLOAD,), True)


def test_words_from_outside_are_never_markup(attacked: str) -> None:
    page = fromstring(attacked)
    assert page.xpath("//img") == page.xpath("//main//b") == []
    assert len(page.xpath("//script")) == 1
    for place in (
        "h3",
        "blockquote",
        "dd",
        "option",
        "section//li",
        "article//ol/li",
        "details//li",
    ):
        found = page.xpath(f"//{place}")
        assert any(PAYLOAD in one.text_content() for one in found), place
    assert PAYLOAD[:20] in "".join(page.xpath("//*[local-name()='text']/text()"))


def test_the_page_asks_for_nothing_and_has_no_inline_style_or_handler(attacked: str) -> None:
    names = [(name, str(value)) for one in elements(attacked) for name, value in one.attrib.items()]
    assert [name for name, _ in names if name == "style" or name.startswith("on")] == []
    linked = {value for name, value in names if name in ("src", "href", "action", "xlink:href")}
    assert {link[:1] for link in linked} == {"#", "d"}
    assert {link for link in linked if not link.startswith("#")} == {"data:,"}


def elements(page: str) -> Iterator[HtmlElement]:
    return (one for one in fromstring(page).iter() if isinstance(one.tag, str))


def test_the_policy_admits_the_pages_own_style_and_script_alone(tmp_path: Path) -> None:
    page = report(run_of(tmp_path, [outcome(checks=UNMET)]))
    (policy,) = fromstring(page).xpath("//meta[@http-equiv]/@content")
    assert policy.startswith("default-src 'none';")
    for kind in ("style", "script"):
        (own,) = re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = b64encode(sha256(own.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_the_parts_of_two_charts_do_not_share_an_id(tmp_path: Path) -> None:
    levelled = outcome("l", tags=("t",), expected_levels=("none",))
    page = report(run_of(tmp_path, [*judged_right(True, False), levelled]))
    ids = [str(one) for one in fromstring(page).xpath("//@id")]
    assert len(fromstring(page).xpath("//*[@role='img'][@aria-label]")) == 5
    assert len(ids) == len(set(ids))


def test_a_failed_turn_shows_what_was_shown_and_what_should_have_been(tmp_path: Path) -> None:
    record = Record(
        id="a",
        turn=0,
        reply=Quoted(message="Here:", quotes=(quote("Some dream of cats."),)),
        hits=(signals(0.75),),
        wanted=Wanted(rank=7, passage=signals(0.25), text="Nobody has to remember."),
    )
    run = run_of(tmp_path, [outcome(checks=UNMET, is_answerable=True)], [record])
    found = text_of(report(run), "//article")
    assert "expected quoted found not_found" in found
    assert "Some dream of cats. On dreams, characters 5 to 9 of dreams" in found
    assert "Nobody has to remember. It is characters 20 to 30 of dreams" in found
    assert "rank 7 of all that was searched" in found
    assert "score 0.250 0.750" in found
    assert "question – –" in found


def test_a_failed_later_turn_is_shown_with_all_that_was_said_before(tmp_path: Path) -> None:
    turns = [outcome("a", at, checks=UNMET if at == 2 else MET) for at in range(4)]
    page = report(
        run_of(tmp_path, turns, asked=("hello", "is it private?", "who hears?", "thanks"))
    )
    assert text_of(page, "//article/h3") == "who hears?"
    assert [one.text for one in fromstring(page).xpath("//article//li")] == [
        "hello",
        "is it private?",
    ]
    assert "thanks" not in text_of(page, "//article")


def test_turns_whose_level_was_wrong_are_read_first(tmp_path: Path) -> None:
    failed = [outcome("a", checks=UNMET), outcome("b"), outcome("c", checks=LEVEL)]
    page = report(run_of(tmp_path, failed))
    headings = fromstring(page).xpath("//article/h3")
    assert [one.text for one in headings] == ["question 2", "question 0"]


def test_a_long_report_shows_the_first_failures_and_counts_the_rest(tmp_path: Path) -> None:
    page = report(run_of(tmp_path, [outcome(f"{at}", checks=UNMET) for at in range(MOST + 3)]))
    assert page.count("<article") == MOST
    assert f"Shown are {MOST} of {MOST + 3}; 3 more are in the CSV" in text_of(page)


def test_passed_turns_are_listed_and_those_that_were_not_judged_are_not(tmp_path: Path) -> None:
    turns = [outcome("a"), outcome("b", checks=()), outcome("c", checks=UNMET), outcome("d")]
    listed = fromstring(report(run_of(tmp_path, turns))).xpath("//ul[@class='turns']/li/span[1]")
    assert [one.text for one in listed] == ["question 0", "question 3"]


def test_a_passed_turn_shows_how_its_reply_begins(tmp_path: Path) -> None:
    long = quote(f"Some dream\nof {'many ' * 40}cats.")
    records = [
        Record(id="a", turn=0, reply=Quoted(message="Here:", quotes=(long,))),
        Record(id="b", turn=0, reply=NotFound(message="Nothing was found.")),
    ]
    page = report(run_of(tmp_path, [outcome("a"), outcome("b")], records))
    quoted, refused = (one.text for one in fromstring(page).xpath("//span[@class='reply']"))
    assert quoted.startswith("“Some dream of many many")
    assert quoted.endswith("many …”")
    assert len(quoted) <= 102
    assert refused == "Nothing was found."


def test_a_quote_that_is_not_as_expected_is_found_in_words(tmp_path: Path) -> None:
    check = Check(name="expect_quote", is_met=False, expected="dreams[50:72]", found="dreams[5:9]")
    record = Record(
        id="a", turn=0, reply=Quoted(message="Here:", quotes=(quote("Some dream of cats."),))
    )
    found = text_of(report(run_of(tmp_path, [outcome(checks=(check,))], [record])), "//article")
    assert "expected characters 50 to 72 of dreams" in found
    assert "found “Some dream of cats.” (On dreams)" in found
    assert "[5:9]" not in found.partition("The whole reply")[0]


def test_a_report_of_the_same_run_is_the_same_to_the_letter(tmp_path: Path) -> None:
    outcomes = [one.model_copy(update={"tags": ("b", "a")}) for one in judged_right(True, False)]
    run = run_of(tmp_path, outcomes)
    assert report(run) == report(run)


def test_a_chart_without_data_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    page = report(run_of(tmp_path, [outcome(expected_levels=("none",))]))
    assert len(fromstring(page).xpath("//*[@role='img']")) == 1
    assert text_of(page).count("Not drawn: it needs questions that say whether") == 3
    assert text_of(page).count("Not drawn: it needs questions with tags") == 1


def test_the_risk_curve_counts_wrong_first_candidates_from_the_surest_on() -> None:
    found = chart("risk", judged_right(True, True, False, True, False))
    assert found.rows == (
        ("20%", "0.0%"),
        ("40%", "0.0%"),
        ("60%", "33.3%"),
        ("80%", "25.0%"),
        ("100%", "40.0%"),
    )


def test_the_reliability_diagram_compares_each_bin_with_what_was_right() -> None:
    sure = (0.92, 0.98, 0.15)
    asked = [
        one.model_copy(update={"confidence": of})
        for one, of in zip(judged_right(True, False, False), sure, strict=True)
    ]
    found = chart("reliability", asked)
    # Of none in one, Wilson's interval ends at 1.96² / (1 + 1.96²); of one in two it is .5 ± .405.
    assert found.rows == (("0.15", "0.0%", "0.0–79.3%", "1"), ("0.95", "50.0%", "9.5–90.5%", "2"))


def test_the_histograms_part_questions_that_should_and_should_not_be_answered() -> None:
    other = outcome("o", is_answerable=False, confidence=0.93)
    found = chart("scores", [*judged_right(True, False), other])
    assert found.rows == (("0.85–0.90", "1", "0"), ("0.90–0.95", "0", "1"), ("0.95–1.00", "1", "0"))


def test_levels_are_counted_by_the_first_expected_and_the_found() -> None:
    levels = [(("crisis", "emergency"), "emergency"), (("crisis",), "none"), (("none",), "none")]
    found = chart("levels", [outcome(expected_levels=of, level=level) for of, level in levels])
    assert found.rows == (
        ("none", "1", "0", "0", "0"),
        ("concern", "0", "0", "0", "0"),
        ("crisis", "1", "0", "0", "1"),
        ("emergency", "0", "0", "0", "0"),
    )


def test_the_largest_tags_are_drawn_and_all_are_in_the_numbers() -> None:
    few = [outcome(f"{at}", tags=(f"rare{at}",)) for at in range(MOST_TAGS)]
    many = [outcome(f"m{at}", tags=("common",), checks=UNMET if at else MET) for at in range(2)]
    found = chart("tags", [*few, *many])
    assert "common (2)" in found.svg
    assert f"rare{MOST_TAGS - 1} (1)" not in found.svg
    assert len(found.rows) == MOST_TAGS + 1
    assert found.rows[-1] == ("common", "2", "50.0%", "9.5–90.5%", "–")


def test_no_mark_is_cut_off_where_its_share_is_whole() -> None:
    right = [one.model_copy(update={"tags": ("a",)}) for one in judged_right(True, True)]
    for name in ("tags", "reliability"):
        marks = fromstring(chart(name, right).svg.encode()).xpath("//use")
        assert marks
        assert [one for one in marks if one.xpath("ancestor-or-self::*[@clip-path]")] == []


def test_a_legend_stands_above_what_is_drawn() -> None:
    drawn = fromstring(chart("reliability", judged_right(True, False)).svg.encode())
    (axes,) = drawn.xpath("//g[@id='axes_1']")
    (legend,) = drawn.xpath("//g[starts-with(@id, 'legend')]")
    assert legend not in axes.iterdescendants()


@pytest.mark.parametrize("tag", ["$x_{$", "梦", "a\x01b", "-->", "l" * 90])
def test_any_tag_can_be_drawn(tmp_path: Path, tag: str) -> None:
    page = report(run_of(tmp_path, [outcome(tags=(tag,))]))
    labels = [str(one) for one in fromstring(page).xpath("//*[local-name()='text']/text()")]
    shown = tag if len(tag) < 90 else "l" * 21 + "…"
    assert f"{shown} (1)".replace("\x01", "\ufffd") in labels


def test_a_comparison_says_what_was_won_and_lost(tmp_path: Path) -> None:
    old = [outcome(f"{at}", checks=MET if at < 2 else UNMET) for at in range(4)]
    new = [outcome(f"{at}", checks=UNMET if at < 1 else MET) for at in range(4)]
    run = run_of(tmp_path, new)
    page = html(run, summarise(new), compare(old, new, ("old", "new")))
    # One lost, two won: at most one or at least two of three coins.
    assert "passed 0.500 0.750 2 1 1 1 1" in text_of(page, "//tr")
    assert "0, turn 1 passed → failed" in text_of(page, "//ul[@class='turns']/li")
    assert "Compared with" not in report(run)


def test_junit_has_a_test_case_for_each_judged_turn(tmp_path: Path) -> None:
    turns = [outcome("a"), outcome("a", 1, checks=(*UNMET, *LEVEL)), outcome("b\x01", checks=())]
    (suite,) = JUnitXml.fromstring(exports.junit(run_of(tmp_path, turns)).encode())
    assert (suite.tests, suite.failures, suite.time) == (2, 1, 3.0)
    first, second = suite
    assert (first.name, first.result, second.name) == ("a", [], "a/turn 2")
    assert second.result[0].message == "expect_kind, expect_level"
    assert "expect_level: expected crisis; found none" in second.result[0].text


def test_junit_bears_letters_that_xml_has_no_place_for(tmp_path: Path) -> None:
    run = run_of(tmp_path, [outcome("b\x01\U0001f469\u200d")])
    ((case,),) = JUnitXml.fromstring(exports.junit(run).encode())
    assert case.name == "b\ufffd\U0001f469\u200d"


def rows(run: RunFolder) -> list[dict[str, str]]:
    return list(DictReader(StringIO(exports.csv(run), newline="")))


def test_the_csv_has_a_row_a_turn(tmp_path: Path) -> None:
    reply = Quoted(message="Here:", quotes=(quote("one"), quote("two")))
    turns = [outcome("a", tags=("s", "t"), confidence=0.25, rank=2), outcome("a", 1, checks=UNMET)]
    first, second = rows(run_of(tmp_path, turns, [Record(id="a", turn=0, reply=reply)]))
    assert first == {
        "id": "a", "turn": "1", "question": "question 0", "tags": "s | t", "kind": "quoted",
        "level": "none", "confidence": "0.2500", "rank": "2", "passed": "yes", "failed checks": "",
        "documents": "dreams",
    }  # fmt: skip
    assert (second["turn"], second["passed"], second["failed checks"]) == ("2", "no", "expect_kind")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, begin: str) -> None:
    (row,) = rows(run_of(tmp_path, [outcome(tags=(f"{begin}tag",))], asked=(f"{begin}1+1",)))
    assert (row["question"], row["tags"]) == (f"'{begin}1+1", f"'{begin}tag")
    assert row["id"] == "a"


def test_json_holds_what_ran_the_figures_and_every_outcome(tmp_path: Path) -> None:
    run = run_of(tmp_path, [outcome("a"), outcome("b", checks=UNMET)])
    groups = summarise(list(run.outcomes()))
    found = exports.Everything.model_validate_json(exports.json(run, groups))
    assert found.info == run.info
    assert found.groups == groups
    assert list(found.turns) == list(run.outcomes())


def test_markdown_names_breaches_figures_and_the_first_failures() -> None:
    failed = [(f"q{at}", at % 2) for at in range(23)]
    found = exports.markdown(summarise([outcome()]), None, ("hit@1 of `@me`: 0 is bad",), failed)
    assert "**The gate is broken**\n\n- `hit@1 of '@me': 0 is bad`" in found
    assert "| passed | 100.0% | 20.7–100.0% | 1 |" in found
    assert "- `q19, turn 2`\n- and 3 more" in found


def test_markdown_shows_only_what_differs() -> None:
    old, new = outcome("a", checks=UNMET, f1=0.5), outcome("a", f1=0.5)
    found = exports.markdown(summarise([new]), compare([old], [new], ("old", "new")))
    assert "`old` → `new`: No significant difference; 1 of 1 turn changed." in found
    assert "| passed | 0.000 | 1.000 | 1 | 0 | 1 |" in found
    assert "| word F1 | 0.500 | 0.500" not in found


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Page, list[str]]]:
    """A report of three failures in a browser, and all that it asks for or complains of."""
    failed = [
        outcome("a", tags=("night", 'kind:"odd, one"'), checks=UNMET),
        outcome("b", tags=("night",), checks=LEVEL),
        outcome("c", checks=UNMET),
    ]
    file = tmp_path / "report.html"
    run = run_of(tmp_path / "run", failed, asked=("Cats  and dogs", "I can’t go on", "Birds"))
    file.write_text(report(run), "utf-8")
    seen: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        with playwright.chromium.launch(executable_path=CHROMIUM, args=flags) as browser:
            page = browser.new_page()
            page.on("request", lambda request: seen.append(request.url))
            page.on("console", lambda message: seen.append(message.text))
            page.goto(file.as_uri())
            yield page, seen
    assert seen == [file.as_uri()]


in_a_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed")


@pytest.mark.browser
@in_a_browser
def test_failures_are_filtered_by_tag_check_and_words(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    shown, articles = page.get_by_role("status"), page.get_by_role("article")
    expect(articles).to_have_count(3)
    page.get_by_role("combobox", name="Tag").select_option("night")
    expect(shown).to_have_text("2 of 3 failed turns are shown.")
    page.get_by_label("Failed check").select_option("expect_level")
    expect(articles).to_have_count(1)
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Words").fill("cats AND")
    expect(shown).to_have_text("1 of 3 failed turns are shown.")
    page.get_by_role("combobox", name="Tag").select_option('kind:"odd, one"')
    expect(articles).to_have_count(1)


@pytest.mark.browser
@in_a_browser
def test_the_page_works_by_keyboard_and_fits_a_phone(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the failed turns")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Tag")).to_be_focused()
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 375

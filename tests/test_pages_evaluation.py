import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from lxml.html import fromstring  # type: ignore[import-untyped]
from starlette.testclient import TestClient

import app as application
from bot.answer import Bot
from bot.evaluation.record import Check, Info, Machine, Outcome
from bot.evaluation.run_folder import RunFolder
from bot.pages.evaluation_bench import Folders
from bot.pages.evaluation_runs import Job
from bot.pages.guard import MAX_BODY, MAX_UPLOAD
from bot.pages.loopback import is_loopback
from bot.pages.server import web_app
from bot.pages.warming import Desk
from bot.settings import Settings

PAGE = "/staff/evaluation"
HERE = "http://127.0.0.1"
SET = "id,question\na,How long is a visit?\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Empty ones, but for one shipped set; nothing is indexed."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.csv").write_text(SET)
    return Folders(
        index=tmp_path / "index",
        sets=tmp_path / "sets",
        runs=tmp_path / "runs",
        shipped=tmp_path / "own",
    )


def client_of(staff: Folders | None) -> TestClient:
    async def made() -> FastAPI:
        return web_app(Desk(Bot()), Settings(counts=None), staff=staff)

    return TestClient(asyncio.run(made()), base_url=HERE)


@pytest.fixture
def client(folders: Folders) -> Iterator[TestClient]:
    with client_of(folders) as found:
        yield found


def post(client: TestClient, path: str, origin: str = HERE, **form: str) -> Response:
    return client.post(PAGE + path, data=form, headers={"origin": origin}, follow_redirects=False)


def upload(client: TestClient, name: str, content: str | bytes) -> Response:
    return client.post(
        f"{PAGE}/sets",
        files={"set": (name, content)},
        headers={"origin": HERE},
        follow_redirects=False,
    )


def a_run(
    folders: Folders, name: str, *met: bool, turns: int | None = None, **given: object
) -> Path:
    """A run's folder with a judged turn for each of `met`; finished if that is all of `turns`."""
    folder = RunFolder(folders.runs / name)
    turns = turns or len(met)
    folder.write(
        Info(
            chosen="c",
            source="s",
            has_model=True,
            started="2026-03-02T10:05:00+00:00",
            finished="2026-03-02T10:06:00+00:00" if turns == len(met) else None,
            sets={f"somewhere/{name}.csv": "0"},
            cases=turns,
            turns=turns,
            batch=32,
            index=None,
            manifest=None,
            settings={},
            versions={},
            commit=None,
            machine=Machine(system="s", processor="p", cores=1, python="3"),
        ).model_copy(update=given)
    )
    checks = [(Check(name="kind", is_met=one),) for one in met]
    folder.outcomes_file.write_text(
        "".join(
            f"{Outcome(id=str(n), turn=0, kind='quoted', level='none', checks=c).model_dump_json()}\n"
            for n, c in enumerate(checks)
        )
    )
    return folder.path


def state(client: TestClient, name: str) -> str:
    return str(client.get(f"{PAGE}/runs/{name}/status").json()["state"])


def ended(client: TestClient, name: str) -> str:
    """The state of a run as soon as it has ended, waited for up to two minutes."""
    for _ in range(600):
        if (found := state(client, name)) != "running":
            return found
        time.sleep(0.2)
    raise TimeoutError(name)


def started(client: TestClient, key: str = "shipped/ours.csv") -> str:
    """The name of a run that was just begun."""
    begun = post(client, "/runs", set=key)
    assert begun.status_code == 303
    return begun.headers["location"].rpartition("/")[2]


def test_without_staff_there_is_no_such_page() -> None:
    with client_of(None) as client:
        assert client.get(PAGE).status_code == 404
        assert upload(client, "a.csv", SET).status_code == 404
        assert upload(client, "a.csv", "x" * (MAX_BODY + 1)).status_code == 413


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.2", "faq.example", "127.0.0.1.example", ""])
def test_staff_is_refused_where_others_could_reach_it(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert application.main(["--staff", "--host", host]) == 2
    told = capsys.readouterr().err
    assert "--staff" in told
    assert f"{host!r}" in told


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_staff_is_served_on_this_machine_alone(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost@evil", ""]
)
def test_another_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    assert client.get(PAGE, headers={"host": host}).status_code == 403
    assert client.get(f"{PAGE}/runs/x/status", headers={"host": host}).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:7860", "[::1]:7860", "LOCALHOST"])
def test_this_machine_is_let_in_by_each_of_its_names(client: TestClient, host: str) -> None:
    assert client.get(PAGE, headers={"host": host}).status_code == 200


def test_what_a_proxy_passes_on_is_refused(client: TestClient) -> None:
    assert client.get(PAGE, headers={"x-forwarded-for": "10.0.0.1"}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:81", ""]
)
def test_a_form_of_another_site_is_refused(
    client: TestClient, folders: Folders, origin: str
) -> None:
    assert post(client, "/runs", origin, set="shipped/ours.csv").status_code == 403
    assert not folders.runs.exists()


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 404), ("same-site", 403), ("cross-site", 403), ("", 403)]
)
def test_without_an_origin_the_site_is_asked_for(
    client: TestClient, site: str, status: int
) -> None:
    asked = client.post(f"{PAGE}/runs", data={"set": "x"}, headers={"sec-fetch-site": site})
    assert asked.status_code == status


def test_a_form_that_tells_nothing_of_its_site_is_refused(client: TestClient) -> None:
    assert client.post(f"{PAGE}/runs", data={"set": "x"}).status_code == 403


def test_pages_are_kept_nowhere_and_tell_the_browser_to_name_its_origin(
    client: TestClient,
) -> None:
    page = client.get(PAGE)
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="referrer" content="same-origin">' in page.text


def test_a_set_is_kept_and_listed(client: TestClient, folders: Folders) -> None:
    kept = upload(client, "mine.csv", SET)
    assert kept.status_code == 303
    assert (folders.sets / "mine.csv").read_text() == SET
    page = client.get(kept.headers["location"]).text
    assert "mine.csv can be read" in page
    assert "ours.csv" in page


def test_a_set_of_the_same_name_replaces_the_one_before(
    client: TestClient, folders: Folders
) -> None:
    upload(client, "mine.csv", SET)
    upload(client, "mine.csv", f"{SET}b,How often?\n")
    assert [path.name for path in folders.sets.iterdir()] == ["mine.csv"]
    assert "How often?" in (folders.sets / "mine.csv").read_text()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../own/ours.csv", "ours.csv"),
        ("/etc/cron.d/job.csv", "job.csv"),
        ("C:\\sets\\week 1.csv", "week-1.csv"),
        ("-x.csv", "x.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a<b>&c.CSV", "a-b-c.csv"),
        ("..%2f..%2fa.csv", "2f..-2fa.csv"),
        (f"{'a' * 300}.csv", f"{'a' * 60}.csv"),
    ],
)
def test_a_name_is_never_a_path(
    client: TestClient, folders: Folders, given: str, kept: str
) -> None:
    assert upload(client, given, SET).status_code == 303
    assert [path.name for path in folders.sets.iterdir()] == [kept]


@pytest.mark.parametrize("name", ["run.sh", "a.csv.exe", "..", "csv", ".csv", "a.toml", "a.csv/"])
def test_what_is_no_set_by_its_name_is_refused(
    client: TestClient, folders: Folders, name: str
) -> None:
    refused = upload(client, name, SET)
    assert refused.status_code == 422
    assert ".jsonl, .csv" in refused.text
    assert not folders.sets.exists() or not list(folders.sets.iterdir())


def test_a_set_that_cannot_be_read_is_refused_with_all_its_problems_and_not_kept(
    client: TestClient, folders: Folders
) -> None:
    bad = "id,question,expect_kind\n1,a?,quoted\n2,b?,quotted\n3,c?,declind\n"
    refused = upload(client, "mine.csv", bad)
    assert refused.status_code == 422
    assert "quotted" in refused.text
    assert "declind" in refused.text
    assert str(folders.sets) not in refused.text
    assert list(folders.sets.iterdir()) == []


def test_what_is_wrong_with_a_set_is_shown_as_it_is_and_not_as_html(client: TestClient) -> None:
    bad = "id,question,expect_kind\n1,a?,<img src=x>\n"
    assert "<img" not in upload(client, "mine.csv", bad).text


def test_a_set_that_is_too_large_is_refused_by_what_it_says(client: TestClient) -> None:
    assert upload(client, "mine.csv", b"x" * MAX_UPLOAD).status_code == 413


def test_a_set_that_is_larger_than_it_says_is_refused_while_it_is_read(
    client: TestClient, folders: Folders
) -> None:
    boundary = {"content-type": "multipart/form-data; boundary=b", "content-length": "99"}
    start = b'--b\r\nContent-Disposition: form-data; name="set"; filename="a.csv"\r\n\r\n'
    refused = client.post(
        f"{PAGE}/sets",
        content=iter([start, *[b"x" * 2**20] * 11]),
        headers={"origin": HERE, **boundary},
    )
    assert refused.status_code == 413
    assert not folders.sets.exists()


def test_only_the_upload_may_be_large(client: TestClient) -> None:
    assert post(client, "/runs", set="x" * MAX_BODY).status_code == 413


def test_an_upload_without_a_file_is_refused(client: TestClient) -> None:
    assert post(client, "/sets", set="a.csv").status_code == 422


@pytest.mark.parametrize(
    "key", ["", "ours.csv", "shipped/../own/ours.csv", "uploaded/ours.csv", "/etc/passwd", "--help"]
)
def test_only_a_set_that_is_listed_can_be_run(
    client: TestClient, folders: Folders, key: str
) -> None:
    assert post(client, "/runs", set=key).status_code == 404
    assert not folders.runs.exists()


def test_only_a_gate_that_is_listed_can_be_used(client: TestClient, folders: Folders) -> None:
    refused = post(client, "/runs", set="shipped/ours.csv", gate="../own/ours.csv")
    assert refused.status_code == 404
    assert not folders.runs.exists()


@pytest.mark.parametrize("name", ["%2e%2e", "..%2foutside", "%2e%2e%2foutside", "%00"])
def test_a_run_is_looked_up_and_never_made_a_path(
    client: TestClient, folders: Folders, name: str
) -> None:
    folders.runs.mkdir()
    a_run(folders, "..", True)
    a_run(folders, "../outside", True)
    for path in ("", "/status", "/report", "/report.csv", "/run.json"):
        assert client.get(f"{PAGE}/runs/{name}{path}").status_code == 404


@pytest.mark.parametrize("name", ["..", "../outside", "", ".", "/etc"])
def test_a_run_to_compare_with_is_looked_up_too(
    client: TestClient, folders: Folders, name: str
) -> None:
    a_run(folders, "a", True)
    a_run(folders, "../outside", True)
    for asked in ({"run": "a", "against": name}, {"run": name, "against": "a"}):
        assert client.get(f"{PAGE}/compare", params=asked).status_code == 404


def test_of_a_run_only_reports_can_be_downloaded(client: TestClient, folders: Folders) -> None:
    folder = a_run(folders, "a", True)
    (folder / "report.csv").write_text("id\n")
    got = client.get(f"{PAGE}/runs/a/report.csv")
    assert got.text == "id\n"
    assert got.headers["content-disposition"] == 'attachment; filename="a-report.csv"'
    assert client.get(f"{PAGE}/runs/a/records.jsonl").status_code == 404
    assert client.get(f"{PAGE}/runs/a/run.json").status_code == 404


def test_a_report_is_sent_as_it_is_under_a_policy_of_its_own(
    client: TestClient, folders: Folders
) -> None:
    report = "<!doctype html><script>let a = '<script >'</script><style>p {}</style>"
    (a_run(folders, "a", True) / "report.html").write_text(report)
    got = client.get(f"{PAGE}/runs/a/report")
    assert got.text == report
    (policy,) = got.headers.get_list("content-security-policy")
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'")
    assert "nonce" not in policy
    assert got.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def of_two_sets(folders: Folders) -> None:
    """Finished runs, newest first c of one set, b and a of another."""
    for hour, (name, set_) in enumerate((("a", "one"), ("b", "one"), ("c", "two"))):
        started = f"2026-03-02T1{hour}:00:00+00:00"
        a_run(folders, name, True, sets={f"{set_}.csv": "0"}, started=started)


@pytest.mark.usefixtures("of_two_sets")
def test_two_runs_of_one_set_are_offered_to_be_compared(client: TestClient) -> None:
    page = fromstring(client.get(PAGE).text)
    assert page.xpath("//select[@name='run']/option[@selected]/@value") == ["b"]
    assert page.xpath("//select[@name='against']/option[@selected]/@value") == ["a"]


@pytest.mark.usefixtures("of_two_sets")
def test_a_run_is_compared_with_an_earlier_one_of_its_set_first(client: TestClient) -> None:
    page = fromstring(client.get(f"{PAGE}/runs/a").text)
    assert page.xpath("//optgroup/@label") == ["The same set", "Other sets"]
    assert page.xpath("//option/@value") == ["b", "c"]
    page = fromstring(client.get(f"{PAGE}/runs/c").text)
    assert page.xpath("//optgroup/@label") == ["Other sets"]
    assert page.xpath("//option/@value") == ["b", "a"]


def test_runs_are_told_apart_by_what_answered(client: TestClient, folders: Folders) -> None:
    a_run(folders, "a", True, source="0123456789abcdef")
    a_run(folders, "b", True, source="fedcba9876543210")
    page = client.get(PAGE).text
    assert "program 01234567, index none" in page
    assert "b.csv, 2 Mar 2026, 10:05 UTC, program fedcba98, index none" in page


def test_a_report_leads_back_to_its_run(client: TestClient, folders: Folders) -> None:
    folder = a_run(folders, "a b", True)
    (folder / "report.html").write_text("<!doctype html>\n<main>\n<h1>Report</h1></main>")
    page = fromstring(client.get(f"{PAGE}/runs/a b/report").text)
    assert page.xpath("//main//a/@href") == [f"{PAGE}/runs/a%20b"]
    assert "Back" not in (folder / "report.html").read_text()


def test_one_turn_is_no_turns(client: TestClient, folders: Folders) -> None:
    a_run(folders, "a", True)
    assert "Finished: 1 turn answered." in client.get(f"{PAGE}/runs/a").text


def test_runs_are_listed_newest_first_with_what_passed(
    client: TestClient, folders: Folders
) -> None:
    a_run(folders, "older", True, False, True)
    Job(set=Path("newer.csv"), started="2026-03-02T10:07:00+00:00").write(
        a_run(folders, "newer", turns=4)
    )
    page = client.get(PAGE).text
    assert "2 of 3" in page
    assert "2 Mar 2026, 10:05 UTC" in page
    assert "not finished" in page


def test_a_folder_that_is_no_run_is_not_listed(client: TestClient, folders: Folders) -> None:
    (folders.runs / "notes").mkdir(parents=True)
    assert "None yet." in client.get(PAGE).text


def test_a_gate_that_is_not_passed_is_told_with_its_reasons(
    client: TestClient, folders: Folders
) -> None:
    folder = a_run(folders, "a", True)
    job = Job(set=Path("a.csv"), gate=Path("gate.toml"), started="2026-03-02T10:05:00+00:00")
    job.model_copy(update={"exit": 1}).write(folder)
    (folder / "run.log").write_text("gate: hit@1: 0.200 is less than 0.7\n")
    page = client.get(f"{PAGE}/runs/a").text
    assert "The gate is not passed." in page
    assert "<li>hit@1: 0.200 is less than 0.7</li>" in page
    job.model_copy(update={"exit": 0}).write(folder)
    assert "The gate is passed." in client.get(f"{PAGE}/runs/a").text


def test_only_finished_runs_have_reports_and_can_be_compared(
    client: TestClient, folders: Folders
) -> None:
    a_run(folders, "a", True)
    a_run(folders, "b", True, turns=2)
    assert client.get(f"{PAGE}/runs/b/report").status_code == 409
    asked = {"run": "a", "against": "b"}
    assert client.get(f"{PAGE}/compare", params=asked).status_code == 409


def test_a_run_of_the_command_line_cannot_go_on_here(client: TestClient, folders: Folders) -> None:
    a_run(folders, "a", True, turns=2)
    assert "the same command goes on" in client.get(f"{PAGE}/runs/a").text
    assert post(client, "/runs/a/go-on").status_code == 409


def test_a_run_that_fails_says_why_and_can_be_tried_again(client: TestClient) -> None:
    name = started(client)
    assert ended(client, name) == "failed"
    page = client.get(f"{PAGE}/runs/{name}").text
    assert "python -m index" in page
    assert "Try again" in page
    assert post(client, f"/runs/{name}/go-on").status_code == 303
    assert state(client, name) == "running"


def test_there_is_one_run_at_a_time(client: TestClient, folders: Folders) -> None:
    name = started(client)
    refused = post(client, "/runs", set="shipped/ours.csv")
    assert refused.status_code == 409
    assert f"{name} has not ended yet" in refused.text
    assert [path.name for path in folders.runs.iterdir()] == [name]


def test_a_run_that_is_stopped_can_go_on(client: TestClient) -> None:
    name = started(client)
    assert post(client, f"/runs/{name}/stop").status_code == 303
    assert ended(client, name) == "stopped"
    assert "Go on" in client.get(f"{PAGE}/runs/{name}").text


def test_no_run_outlives_the_server(folders: Folders) -> None:
    with client_of(folders) as client:
        name = started(client)
    job = Job.model_validate_json((folders.runs / name / "job.json").read_text())
    assert job.exit not in (None, 0)

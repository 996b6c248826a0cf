from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Bot
from bot.reply import Reply
from bot.safety.country import named_country
from bot.safety.gazetteer import PlacesError, read


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("I'm in Toronto", "CA"),
        ("it is raining here in Auckland and I feel low", "NZ"),
        ("I\u2019m from Dublin", "IE"),
        ("hi, from Dublin", "IE"),
        ("i live with my mom in melbourne", "AU"),
        ("I'm a student in Manchester", "GB"),
        ("I'm currently in Bangalore", "IN"),
        ("i live in nyc", "US"),
        ("I live in Phoenix, Arizona, USA", "US-AZ"),
        ("I live in Glendale, AZ", "US-AZ"),
        ("in Canada", "CA"),
        ("I'm in the U.S.", "US"),
        ("I live in New Mexico", "US"),
        ("vivo en Madrid", "ES"),
        ("Estoy sola en Rosario y no puedo más", "AR"),
        ("Estoy en Buenos Aires", "AR"),
        ("vivo en la Ciudad de México", "MX"),
        ("estoy en EE. UU.", "US"),
        ("me mudé a Barcelona hace un año", "ES"),
    ],
)
def test_a_place_where_the_visitor_says_to_be_tells_the_country(said: str, country: str) -> None:
    assert named_country([said]) == country


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("I'm in Kenya", "KE"),
        ("I'm in Turkey", "TR"),
        ("I live in the south of France", "FR"),
        ("vivo en Alemania", "DE"),
        ("vivo en El Salvador", "SV"),
        ("I'm in Côte d'Ivoire", "CI"),
        ("I'm in South Korea", "KR"),
        ("I live in Europe", "EU"),
        ("I live in South America", "ANY"),
    ],
)
def test_every_country_of_the_world_is_known_by_name(said: str, country: str) -> None:
    assert named_country([said]) == country


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("I live in London, Ontario", "CA"),
        ("I live in Paris, TX", "US"),
        ("I'm in Vancouver, Washington", "US"),
        ("I live in Ballybrack, Ireland", "IE"),
        ("Vivo cerca de Valencia, Venezuela", "VE"),
        ("I'M IN LONDON ON MY OWN", "GB"),
    ],
)
def test_what_stands_behind_a_town_decides(said: str, country: str) -> None:
    assert named_country([said]) == country


@pytest.mark.parametrize(
    "said",
    [
        "I had a turkey sandwich",
        "my friend Jordan is suicidal",
        "I'm in Jordan's house",
        "I'm in trouble, Jordan left me",
        "I'm in Georgia",
        "Can I have therapy in Spanish?",
        "hablo español",
        "my sister lives in Spain",
        "my friend from Dublin",
        "I'm in love with someone in Canada",
        "I used to live in France",
        "I'm not in Canada",
        "no vivo en México",
        "if I'm in Spain next week, can we meet online?",
        "I'm in therapy",
        "estoy en crisis",
        "soy de las que lloran",
        "",
    ],
)
def test_a_name_without_a_locating_phrase_tells_nothing(said: str) -> None:
    assert named_country([said]) is None


def test_the_last_place_named_wins() -> None:
    assert named_country(["I'm in Toronto", "vivo en Madrid", "¿cuánto cuesta?"]) == "ES"


def test_where_one_lives_goes_before_where_one_is_from() -> None:
    assert named_country(["I live in Tucson", "I'm from Mexico"]) == "US-AZ"
    assert named_country(["soy de Argentina pero vivo en Madrid"]) == "ES"


def test_who_tells_of_having_moved_is_not_where_they_are_from() -> None:
    assert named_country(["Soy de Honduras y llevo aquí cinco años"]) is None


@given(st.text(max_size=80))
def test_whatever_is_written_the_reading_does_not_fail(text: str) -> None:
    named_country([text, f"I live in {text}", "\ud800 in"])


def test_an_editors_file_is_refused_where_a_name_stands_under_two_countries(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text("GB: {cities: [Newcastle]}\nAU: {cities: [Newcastle]}", "utf-8")
    with pytest.raises(PlacesError, match=r"places\.yaml.*newcastle"):
        read(path)


def test_an_editor_can_add_a_place(tmp_path: Path) -> None:
    path = tmp_path / "places.yaml"
    path.write_text("GB: {cities: [Ambridge]}", "utf-8")
    assert read(path).every["ambridge"] == "GB"


def numbers(reply: Reply) -> list[str | None]:
    return [line.call for line in reply.helplines]


def test_the_bot_shows_the_lines_of_the_place_named_and_else_of_its_own_country() -> None:
    bot = Bot(country="US")
    assert "988" in numbers(bot.reply(["I want to kill myself"]))
    assert "116 123" in numbers(bot.reply(["I live in Leeds", "I want to kill myself"]))
    assert set(numbers(bot.reply(["I'm in Kenya and I want to kill myself"]))) == {None}


def test_a_country_given_with_the_request_goes_before_the_place_named() -> None:
    reply = Bot(country="US").reply(["I'm in Leeds. I want to kill myself"], country="NZ")
    assert "1737" in numbers(reply)

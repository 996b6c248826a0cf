"""What is known about one document of a folder beyond its words."""

import re
from datetime import date as Date
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, model_validator

from corpus.document import Frozen, Publish


def _day(value: object) -> Date:
    """A date of TOML, or one in quotes; a bare year is no date."""
    try:
        value = Date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        value = None
    if not isinstance(value, Date) or isinstance(value, datetime):
        raise ValueError("a date such as 2025-01-31")
    return value


def _file_name(value: str) -> str:
    if not re.fullmatch(r"[^/\\]+", value):
        raise ValueError("the name of a file in this folder")
    return value


def _web_address(value: str) -> str:
    """It becomes a link on the page, so it can't be one that runs a script."""
    if not re.fullmatch(r"https?://\S+", value):
        raise ValueError("an address that begins with https://")
    return value


Day = Annotated[Date, BeforeValidator(_day)]


class SourceEntry(Frozen):
    """One `[[source]]`. An empty string in the file means unknown, like a missing key.

    `publish` is what this site shows of the document; unless it is told, the sections with a quote.
    """

    file: Annotated[str, AfterValidator(_file_name)]
    title: str | None = None
    publisher: str | None = None
    url: Annotated[str, AfterValidator(_web_address)] | None = None
    kind: str | None = None
    date: Day | None = None
    reviewed: Day | None = None
    publish: Publish | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unknown(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        return {key: None if value == "" else value for key, value in fields.items()}

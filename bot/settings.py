"""The few things an operator changes, each read from the environment as FAQ_NAME or from `.env`."""

from pathlib import Path

import pycountry
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.store import FOLDER


class Settings(BaseSettings):
    """Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="FAQ_", env_file=".env", frozen=True, extra="ignore"
    )

    index: Path = Field(default=FOLDER, description="The index folder that is answered from.")
    country: str = Field(
        default="US",
        description="Whose helplines are shown where a visitor names no other country: two letters "
        "(ISO 3166), with a region if its lines are wanted (US-AZ).",
    )

    counts: Path | None = Field(
        default=Path("var/counts.jsonl"),
        description="Where help shown to visitors is counted, by day, level and kind; off: nowhere.",
    )

    @field_validator("counts", mode="before")
    @classmethod
    def _or_off(cls, given: object) -> object:
        return None if given in ("", "off") else given

    @field_validator("country")
    @classmethod
    def _is_a_country(cls, given: str) -> str:
        code = given.strip().upper()
        nation, dash, _ = code.partition("-")
        if nation not in {one.alpha_2 for one in pycountry.countries}:
            raise ValueError("expected a country's two letters (ISO 3166), such as US or GB")
        if dash and code not in {one.code for one in pycountry.subdivisions}:
            raise ValueError(
                f"expected a region of {nation} (ISO 3166-2), such as US-AZ, or {nation}"
            )
        return code

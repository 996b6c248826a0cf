"""The few things an operator changes, each read from the environment as FAQ_NAME or from `.env`."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

import pycountry
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.reply import ContactCard
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

    clinic: str | None = Field(
        default=None,
        description="The clinic's name as its documents' publisher: theirs come first, and what "
        "others offer is marked as another provider's.",
    )
    phone: str | None = Field(default=None, description="The clinic's telephone, to be shown.")
    email: str | None = Field(default=None, description="The clinic's email address, to be shown.")
    contact_page: str | None = Field(
        default=None,
        pattern="^https?://",
        description="The address of the clinic's contact page, to be shown.",
    )

    counts: Path | None = Field(
        default=Path("var/counts.jsonl"),
        description="Where help shown to visitors is counted, by day, level and kind; off: nowhere.",
    )

    sites: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The websites that may show the widget or frame the page: their origins, such "
        "as https://clinic.example, with commas between them.",
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="The addresses of the reverse proxies whose word is taken for where a visitor "
        "comes from, with commas between them; without any, the connection's own address counts.",
    )
    rate: int = Field(
        default=30, ge=1, description="How many messages a minute one address may send."
    )
    rate_overall: int = Field(
        default=600, ge=1, description="How many messages a minute all addresses together may send."
    )
    log: Literal["text", "json"] = Field(
        default="text",
        description="How the log is written: text for people, json for machines. Neither ever "
        "holds what a visitor wrote.",
    )
    log_requests: bool = Field(
        default=False,
        description="Whether each request has a line in the log: its method, route, status and "
        "time, and never its address.",
    )
    metrics: Literal["off", "local", "open"] = Field(
        default="local",
        description="Who may read /metrics: nobody, programs on this machine that no proxy speaks "
        "for, or everybody who reaches the port.",
    )

    @property
    def contact(self) -> ContactCard | None:
        """How to reach the clinic; none unless a way was set."""
        if not (self.phone or self.email or self.contact_page):
            return None
        return ContactCard(
            clinic=self.clinic, phone=self.phone, email=self.email, page=self.contact_page
        )

    @field_validator("counts", mode="before")
    @classmethod
    def _or_off(cls, given: object) -> object:
        return None if given in ("", "off") else given

    @field_validator("sites", "proxies", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(one.strip() for one in given.split(",") if one.strip())

    @field_validator("sites")
    @classmethod
    def _are_origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            if not re.fullmatch(r"https?://[\w.-]+(:\d+)?", one):
                raise ValueError(
                    f"expected origins such as https://clinic.example without a path, found {one}"
                )
        return given

    @field_validator("proxies")
    @classmethod
    def _are_addresses(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            ip_network(one)  # its own message names what was found
        return given

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

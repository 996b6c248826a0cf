"""The few things an operator changes, each read from the environment as FAQ_NAME or from `.env`."""

from pathlib import Path

from pydantic import Field
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
        pattern="^[A-Z]{2}$",
        description="Whose helplines are shown: a country's two letters (ISO 3166).",
    )

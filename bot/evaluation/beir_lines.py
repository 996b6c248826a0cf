"""Files of the BEIR benchmark that hold an object a line, whose place is told where it is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tqdm import tqdm


class BeirError(ValueError):
    """What is no BEIR folder, or a line of it that can't be read."""


class Line(BaseModel):
    """A line may tell more than is read, such as `metadata`."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: Annotated[str, Field(alias="_id", min_length=1)]


Model = TypeVar("Model", bound=Line)


def lines(path: Path, model: type[Model]) -> Iterator[Model]:
    """A model a line; BeirError names the file, or the line that is none."""
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise BeirError(f"{path}: found no such file; expected it; name another folder") from error
    with (
        path.open("rb") as file,
        tqdm(total=size, unit="B", unit_scale=True, desc=path.name) as bar,
    ):
        for number, line in enumerate(file, 1):
            bar.update(len(line))
            try:
                yield model.model_validate_json(line)
            except ValidationError as error:
                raise BeirError(
                    f"{path}: line {number}: found {line[:60]!r}; expected JSON with _id and text; "
                    "correct the line"
                ) from error

"""The plain route that the API is measured beside: one bare encode of the question, nothing else."""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from index.sentence_encoder import SentenceEncoder


class Asked(BaseModel):
    """A conversation, of which the last turn is encoded."""

    turns: list[str]


def app() -> FastAPI:
    """POST /ask, and GET /ready once the model is there."""
    encoder = SentenceEncoder()
    plain = FastAPI()

    @plain.post("/ask")
    def ask(asked: Asked) -> dict[str, list[float]]:
        return {"vector": encoder.encode(asked.turns[-1:])[0].tolist()}

    @plain.get("/ready")
    async def ready() -> dict[str, bool]:
        return {"ready": True}

    return plain


if __name__ == "__main__":
    uvicorn.run(app(), port=int(sys.argv[1]), access_log=False, log_level="warning")

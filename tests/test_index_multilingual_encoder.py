import numpy as np
import pytest

from index.manifest import EncoderIdentity
from index.multilingual_encoder import MOST_CHARACTERS, MultilingualEncoder, all_but

Spanish = tuple[MultilingualEncoder, EncoderIdentity]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "half a pair: \ud83d",
        # NFKC writes each of these out as eighteen letters.
        "\ufdfa" * 5_000,
        "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 300,
        "a" * 50_000,
        "\u202e\u2066 \x1b[0m\r\n\t" * 200,
    ],
)
def test_whatever_is_typed_a_vector_is_made_of_it(spanish: Spanish, text: str) -> None:
    vectors = spanish[0].encode([text, "¿Cuánto dura una sesión?"])
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_only_the_beginning_of_a_long_text_is_read(spanish: Spanish) -> None:
    start = "word " * (MOST_CHARACTERS // 5)
    one, other = spanish[0].raw([start + "one end", start + "another end of the text"])
    np.testing.assert_array_equal(one, other)


def test_spanish_and_english_ways_of_asking_one_thing_are_near(spanish: Spanish) -> None:
    asked, same, other = spanish[0].encode(
        ["¿cuánto dura cada sesión?", "How long is one session?", "Can I be friends with her?"]
    )
    assert asked @ same > asked @ other + 0.2


def test_what_all_vectors_share_is_taken_off() -> None:
    common = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32)
    own = all_but(np.array([[1, 5, 2]], dtype=np.float32), common)
    np.testing.assert_allclose(own, [[0, 0, 1]])

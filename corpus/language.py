"""English or Spanish: the language in which a visitor is answered."""

from functools import cache

from lingua import Language as Detectable
from lingua import LanguageDetector, LanguageDetectorBuilder

from corpus.document import Language

# Below it a word or two can be either ("no", "trauma", "hello"); English is the page's default.
_SURE_OF_SPANISH = 0.62


@cache
def _detector() -> LanguageDetector:
    # The first question loads the models (about half a second); later ones take microseconds.
    return LanguageDetectorBuilder.from_languages(Detectable.ENGLISH, Detectable.SPANISH).build()


def detect(text: str) -> Language:
    """Spanish where that is likely, English where it is not, or where nothing can be told."""
    # Half a surrogate pair, which a browser can send, has no UTF-8 form and stops the detector.
    writable = text.encode("utf-8", "ignore").decode()
    confidence = _detector().compute_language_confidence(writable, Detectable.SPANISH)
    return "es" if confidence >= _SURE_OF_SPANISH else "en"

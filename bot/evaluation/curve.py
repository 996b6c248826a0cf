"""The risk-coverage curve as a picture, by matplotlib, the field's plotting library."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot


def draw(coverage: Sequence[float], risk: Sequence[float], chosen: float, path: Path) -> None:
    """Writes the curve as SVG; `chosen` is the share of questions that the threshold answers."""
    figure, axes = pyplot.subplots(figsize=(6, 4))
    axes.plot(coverage, risk)
    axes.axvline(chosen, linestyle="--", color="grey", label="threshold")
    axes.set(xlabel="share of questions answered", ylabel="share of answers that are wrong")
    axes.set(xlim=(0, 1), ylim=(0, max(risk) * 1.05))
    axes.grid(alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    pyplot.close(figure)

"""Stacked bars, one for each point in time; the key names each layer by sign and words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osteodb.website.pictures.canvas import Canvas, width_of

LEFT, TOP, PLOT, BELOW = 52, 14, 240, 26
WIDEST, NARROWEST, SPACE = 46, 16, 4
WIDTH, LEAST_WIDTH = 760, 400
KEY_ROW, KEY_GAP = 20, 22
LEAST_FOR_SIGN = 13  # the height of a layer that has room for its sign
STEPS = (1, 2, 5)
HOLLOW = "pic-hollow"


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer is, its sign, and how it looks."""

    label: str
    symbol: str
    look: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar: what it is of, and the height of each layer, lowest first."""

    label: str
    numbers: Sequence[int]


def draw_stacks(layers: Sequence[Layer], stacks: Sequence[Stack]) -> Canvas:
    """The bars over a scale, with a key below."""
    if not stacks:
        canvas = Canvas(WIDTH, 40)
        canvas.text((8, 24), "Nothing to show.", "pic-small")
        return canvas
    wide = max(NARROWEST, min(WIDEST, (WIDTH - LEFT) / len(stacks)))
    width = max(LEAST_WIDTH, LEFT + wide * len(stacks))
    places = _key_places(layers, width)
    canvas = Canvas(width, TOP + PLOT + BELOW + KEY_ROW * (places[-1][1] + 1 if places else 0))
    top = top_of(max(sum(one.numbers) for one in stacks))
    _scale(canvas, top)
    for place, stack in enumerate(stacks):
        _stack(canvas, layers, stack, LEFT + wide * place, wide, top)
    _labels(canvas, stacks, wide)
    for layer, (x, row) in zip(layers, places, strict=True):
        _key(canvas, layer, x, TOP + PLOT + BELOW + KEY_ROW * row)
    return canvas


def top_of(largest: int) -> int:
    """The end of the scale: a round number not below the largest."""
    step = step_of(largest)
    return -(-max(1, largest) // step) * step


def step_of(largest: int) -> int:
    """A round step that parts the scale into at most five."""
    power = 1
    while True:
        for one in STEPS:
            if one * power * 5 >= largest:
                return one * power
        power *= 10


def _scale(canvas: Canvas, top: int) -> None:
    for number in range(0, top + 1, step_of(top)):
        y = TOP + PLOT * (1 - number / top)
        canvas.line((LEFT, y), (canvas.width, y), "pic-axis" if number == 0 else "pic-grid")
        canvas.text((LEFT - 8, y + 4), f"{number:,}", "pic-small", "end")


def _stack(
    canvas: Canvas, layers: Sequence[Layer], stack: Stack, left: float, wide: float, top: int
) -> None:
    y: float = TOP + PLOT
    for layer, number in zip(layers, stack.numbers, strict=True):
        height = PLOT * number / top
        if not number:
            continue
        y -= height
        size = (wide - SPACE, height)
        told = f"{stack.label}: {layer.label} {number}"
        canvas.rect((left + SPACE / 2, y), size, layer.look, told)
        if layer.look != HOLLOW:
            canvas.line((left + SPACE / 2, y), (left + wide - SPACE / 2, y), "pic-cut")
        if layer.symbol and height >= LEAST_FOR_SIGN:
            canvas.text((left + wide / 2, y + height / 2 + 4), layer.symbol, "pic-over", "middle")


def _labels(canvas: Canvas, stacks: Sequence[Stack], wide: float) -> None:
    """The names of as many bars as have room, the last among them."""
    longest = max(width_of(one.label, 11) for one in stacks) + 6
    step = max(1, -int(-longest // wide))
    for place, stack in enumerate(stacks):
        if (len(stacks) - 1 - place) % step == 0:
            x = LEFT + wide * (place + 0.5)
            canvas.text((x, TOP + PLOT + 16), stack.label, "pic-small", "middle")


def _key_places(layers: Sequence[Layer], width: float) -> list[tuple[float, int]]:
    """Where each entry of the key stands: its left edge and its row."""
    places = []
    x, row = float(LEFT), 0
    for layer in layers:
        needed = 18 + width_of(_words(layer)) + KEY_GAP
        if x + needed > width and x > LEFT:
            x, row = float(LEFT), row + 1
        places.append((x, row))
        x += needed
    return places


def _words(layer: Layer) -> str:
    return f"{layer.symbol} {layer.label}".strip()


def _key(canvas: Canvas, layer: Layer, x: float, top: float) -> None:
    canvas.rect((x, top + 2), (12, 12), layer.look)
    canvas.text((x + 18, top + 12), _words(layer))

"""Draws lines over two logarithmic axes as SVG, legible on light and on dark paper, in the colours of Descent's curves."""

import math
from dataclasses import dataclass, field

STYLE = """
.sc text{font:12px "DejaVu Sans",system-ui,sans-serif}
.sc .sc-title{font-weight:600}
.sc path{fill:none;stroke-width:2;stroke-linejoin:round}
.sc .sc-rule{stroke-width:1}
.sc .sc-dashed{stroke-dasharray:5 4}
.sc-paper{fill:#ffffff}.sc-title,.sc-label{fill:#1b1f24}.sc-note{fill:#5b6570}.sc-rule{stroke:#e3e7eb}
.sc-0{stroke:#0067b1}.sc-1{stroke:#c9500a}.sc-2{stroke:#00815d}.sc-3{stroke:#a8457f}
@media (prefers-color-scheme:dark){
.sc-paper{fill:#14181d}.sc-title,.sc-label{fill:#e8ecf0}.sc-note{fill:#9aa5b1}.sc-rule{stroke:#2b323a}
.sc-0{stroke:#5db4f5}.sc-1{stroke:#ff9152}.sc-2{stroke:#45cfa2}.sc-3{stroke:#ea94c3}
}
"""


@dataclass
class Line:
    """Points of one colour; `label` is in the legend, once for lines that share it."""

    points: list
    colour: int
    label: str
    is_dashed: bool = False


@dataclass
class Panel:
    """A chart with a title and the name of its horizontal axis."""

    title: str
    axis: str
    lines: list = field(default_factory=list)


def short(number):
    """Returns a number as an axis shows it."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"


def draw(panels, note, width=960, height=380):
    """Returns an SVG of panels side by side, which share their vertical axis."""
    values = [y for panel in panels for line in panel.lines for _, y in line.points]
    bottom, top = math.floor(math.log10(min(values))), math.log10(1.2 * max(values))
    left, above, below, gap = 52, 76, 64, 34
    space = (width - left - 20 - gap * (len(panels) - 1)) / len(panels)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sc" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="samples per second">',
        f'<style>{STYLE}</style><rect class="sc-paper" width="{width}" height="{height}"/>',
    ]

    def text(x, y, words, kind, anchor="start"):
        out.append(f'<text class="sc-{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>')

    def path(points, kind):
        out.append(f'<path class="{kind}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + '"/>')

    def vertical(y):
        return above + (top - math.log10(y)) / (top - bottom) * (height - above - below)

    for index, panel in enumerate(panels):
        start = left + index * (space + gap)
        places = sorted({x for line in panel.lines for x, _ in line.points})
        low, high = math.log2(places[0]), math.log2(places[-1])

        def horizontal(x):
            return start + (math.log2(x) - low) / (high - low) * space  # noqa: B023

        text(start, 24, panel.title, "title")
        x = start
        labels = {line.label: line for line in panel.lines}
        for label, line in labels.items():
            path([(x, 44), (x + 16, 44)], f"sc-{line.colour}" + (" sc-dashed" if line.is_dashed else ""))
            text(x + 21, 48, label, "label")
            x += 34 + 7.4 * len(label)
        for power in range(bottom, math.floor(top) + 1):
            path([(start, vertical(10**power)), (start + space, vertical(10**power))], "sc-rule")
            if index == 0:
                text(start - 8, vertical(10**power) + 4, short(10**power), "note", "end")
        for number, place in enumerate(places):
            path([(horizontal(place), height - below), (horizontal(place), height - below + 4)], "sc-rule")
            if len(places) < 7 or number % 2 == 0:
                text(horizontal(place), height - below + 18, place, "note", "middle")
        text(start + space / 2, height - below + 36, panel.axis, "note", "middle")
        for line in panel.lines:
            kind = f"sc-{line.colour}" + (" sc-dashed" if line.is_dashed else "")
            path([(horizontal(x), vertical(y)) for x, y in line.points], kind)
    text(left, height - 8, note, "note")
    return "\n".join([*out, "</svg>", ""])

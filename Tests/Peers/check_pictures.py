"""Draws the documentation's pictures again, by the commands of the pages that show them.

    python check_pictures.py path/to/descent [--update]

Of every page with pictures, the commands in its `sh` blocks are run in order, in a folder of their own with the
repository's models. README.md shows its first command's curve.svg, and pictures of other pages. It fails unless every command succeeds, every
picture of a page is drawn by a command of it, and what is drawn or printed is what the documentation has. Pictures are
the same to the byte, or differ in numbers alone, none by more than half a pixel: mathematical functions of another C
library may round another way. `--update` puts what is drawn and printed in the documentation's place.

Everything is computed by the baseline kernels, which every x86-64 processor has. Plots of measurements are drawn again
from the figures beside them.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "Sources/Descent/Descent.docc"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
PIXELS = 0.5
# Pictures of measurements, and the benchmark that draws them.
MEASURED = {"scaling.svg": "scaling.py"}


def commands(text):
    """Yields the commands of a page, each with the text that is printed below it, where there is any."""
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    for index, (language, body) in enumerate(blocks):
        if language != "sh":
            continue
        printed = blocks[index + 1] if index + 1 < len(blocks) else None
        lines = body.splitlines()
        for line in lines[:-1]:
            yield line, None
        yield lines[-1], printed[1] if printed and printed[0] == "text" else None


def run(descent, line, folder):
    """Runs a command of a page; returns what it prints. Leaves with a message if it fails."""
    words = shlex.split(line, comments=True)
    if words[0] != "descent":
        sys.exit(f"not a descent command: {line}")
    environment = {**os.environ, "DESCENT_KERNELS": "baseline", "LC_ALL": "C.UTF-8"}
    print("$", line, flush=True)
    done = subprocess.run(
        [descent, *words[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}exit status {done.returncode} from: {line}")
    return done.stdout


def same(drawn, shown):
    """Whether two pictures are the same, or as good as the same; those of pixels to the byte."""
    if drawn == shown:
        return True
    if isinstance(drawn, bytes):
        return False
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (drawn, shown)]
    return (
        NUMBER.sub("#", drawn) == NUMBER.sub("#", shown)
        and all(abs(a - b) <= PIXELS for a, b in zip(*numbers)))


def shown(page):
    """Returns where the pictures of a page are."""
    names = re.findall(r"!\[[^\]]*\]\(([^)]+\.(?:svg|png))\)", page.read_text(encoding="utf-8"))
    return [page.parent / name for name in names]


def content(picture):
    """Returns what is in a picture's file: text, or the bytes of one made of pixels."""
    return picture.read_bytes() if picture.suffix == ".png" else picture.read_text(encoding="utf-8")


def measured(folder):
    """Yields the pictures of measurements, each with what its benchmark draws of the same figures."""
    for name, script in MEASURED.items():
        subprocess.run([sys.executable, ROOT / "Benchmarks" / script, "--draw", "--output", folder], check=True)
        yield CATALOGUE / name, (folder / name).read_text(encoding="utf-8")


def pages():
    """Yields the pages with pictures, the commands of each, and its pictures: where they are and what draws them."""
    for page in [ROOT / "README.md", *sorted(CATALOGUE.glob("*.md"))]:
        pictures = [picture for picture in shown(page) if picture.name not in MEASURED]
        if not pictures:
            continue
        text = page.read_text(encoding="utf-8")
        if page.name == "README.md":
            line = re.search(r"descent train (models/\S+\.yaml)", text).group(0)
            name = Path(line.split()[-1]).stem
            yield page, [(line + " --quiet", None)], {pictures[0]: f"runs/{name}/curve.svg"}
        else:
            yield page, list(commands(text)), {picture: picture.name for picture in pictures}


def main():
    """Draws and compares; leaves with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, metavar="DESCENT")
    parser.add_argument("--update", action="store_true", help="put what is drawn in the documentation's place")
    arguments = parser.parse_args()
    descent = arguments.descent.resolve()
    problems = []
    for page, lines, pictures in pages():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "models").symlink_to(ROOT / "models")
            for line, printed in lines:
                output = run(descent, line, folder)
                if printed is None or output == printed:
                    continue
                if arguments.update:
                    text = page.read_text(encoding="utf-8")
                    page.write_text(text.replace(f"```text\n{printed}```", f"```text\n{output}```"), encoding="utf-8")
                else:
                    problems.append(f"{page.name}: {line} prints\n{output}and not\n{printed}")
            for picture, drawn in pictures.items():
                if not (folder / drawn).exists():
                    problems.append(f"{page.name}: no command of the page draws {picture.name}")
                    continue
                if arguments.update:
                    picture.write_bytes((folder / drawn).read_bytes())
                elif not picture.exists() or not same(content(folder / drawn), content(picture)):
                    problems.append(f"{page.name}: {picture.name} is not what its command draws")
                print(f"{page.name}: {picture.name}")
    with tempfile.TemporaryDirectory() as name:
        for picture, text in measured(Path(name)):
            if not picture.exists() or not same(text, picture.read_text(encoding="utf-8")):
                problems.append(f"{picture.name} is not what {MEASURED[picture.name]} draws of its figures")
            print(f"{picture.name}, of measurements")
    drawn = {picture for page in [ROOT / "README.md", *CATALOGUE.glob("*.md")] for picture in shown(page)}
    there = set(CATALOGUE.rglob("*.svg")) | set(CATALOGUE.rglob("*.png")) | set(shown(ROOT / "README.md"))
    problems += [f"{picture.name} is drawn on no page" for picture in sorted(there - drawn)]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()

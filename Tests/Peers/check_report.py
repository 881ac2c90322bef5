"""Opens pictures and reports in a real browser and checks that they can be read.

Each file is opened in headless Chromium, light and dark. It fails unless
- the browser reports nothing on its console,
- every picture in the page has been decoded,
- no two texts overlap, by the boxes that the browser has set them in, and none leaves its picture,
- nothing is read from elsewhere.

    python check_report.py runs/digits/report.html runs/digits/curve.svg ...
"""

import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# Boxes are compared with a tolerance of one pixel: glyphs leave that much room in them.
SCRIPT = """
addEventListener("load", () => {
  const boxes = [], failures = [];
  for (const text of document.querySelectorAll("text, td, th, dt, dd, h1, h2, h3, figcaption")) {
    const box = text.getBoundingClientRect();
    if (box.width === 0 || !text.textContent.trim()) continue;
    boxes.push([box, text.textContent, text]);
    const picture = text.closest && text.tagName === "text" ? text.ownerSVGElement : null;
    if (picture) {
      const frame = picture.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        failures.push(`"${text.textContent}" leaves its picture`);
    }
  }
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i][0], boxes[j][0]];
      if (boxes[i][2].contains(boxes[j][2]) || boxes[j][2].contains(boxes[i][2])) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
        failures.push(`"${boxes[i][1]}" overlaps "${boxes[j][1]}"`);
    }
  }
  for (const image of document.images)
    if (!image.complete || image.naturalWidth === 0) failures.push(`an image is broken`);
  const found = document.createElement("output");
  found.id = "found";
  found.textContent = JSON.stringify(
    {texts: boxes.length, images: document.images.length, failures: failures.slice(0, 10)});
  document.body.append(found);
});
"""


def browser():
    """Returns the path of Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    sys.exit("there is no chromium: apt-get install chromium")


def dump(path, scheme):
    """Returns the page as the browser has it after its scripts, and what it said on its console."""
    command = [
        browser(), "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1040,1200",
        f"--blink-settings=preferredColorScheme={scheme}", "--enable-logging=stderr", "--v=0",
        "--virtual-time-budget=2000", "--dump-dom", path.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def page(path):
    """Returns the file as a page that measures itself, its own policy kept but for that script."""
    text = path.read_text(encoding="utf-8")
    for address in re.findall(r"(?:src|href)=\"([^\"]*)\"", text):
        if not address.startswith("data:"):
            sys.exit(f"{path}: it reads {address}")
    if path.suffix == ".svg":
        return f"<!doctype html><html><body>{text}<script>{SCRIPT}</script></body></html>"
    text = text.replace("style-src 'unsafe-inline'", "style-src 'unsafe-inline'; script-src 'unsafe-inline'")
    return text.replace("</body>", f"<script>{SCRIPT}</script></body>")


def check(path, folder):
    """Checks one file; returns what is wrong with it."""
    copy = folder / (path.parent.name + "-" + path.name + ".html")
    copy.write_text(page(path), encoding="utf-8")
    problems = []
    for scheme, name in ((1, "light"), (0, "dark")):
        text, console = dump(copy, scheme)
        found = re.search(r"<output id=\"found\">(.*?)</output>", text, re.DOTALL)
        if not found:
            sys.exit(f"{path}: the page did not measure itself\n" + "\n".join(console))
        result = json.loads(html.unescape(found.group(1)))
        if result["texts"] < 10:
            problems.append(f"{name}: {result['texts']} texts")
        problems += [f"{name}: {failure}" for failure in result["failures"] + console]
        print(f"{path}, {name}: {result['texts']} texts, {result['images']} images")
    return problems


def main():
    """Checks the files named; leaves with 1 if anything is wrong."""
    files = [Path(name).resolve() for name in sys.argv[1:]]
    if not files:
        sys.exit(__doc__)
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            problems += [f"{path}: {problem}" for problem in check(path, Path(folder))]
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()

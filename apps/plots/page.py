"""Self-contained pages of HTML: one file with its looks, its pictures and the few lines that sort
tables in it. Every function takes plain text, which it escapes, or Html, which it leaves alone.

defines: Html, text, join, paragraph, section, details, facts, items, link, table, picture,
pictures, excerpt, badge, contents, document, write_page
"""

import base64
import html
import os
import re
from pathlib import Path

import numpy as np

STYLE = """
:root { color-scheme: light; --ink: #1f2328; --faint: #59636e; --line: #d8dee4; --paper: #fff;
  --shade: #f5f7f9; --link: #0b5cad; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.6rem 0 .7rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
p, ul { margin: .6rem 0; max-width: 46rem; }
ul { padding-left: 1.3rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 1rem 0; font-size: .9375rem; }
.lead { color: var(--faint); margin-top: 0; }
a { color: var(--link); }
h1, h2, h3, p, li, dd, figcaption { overflow-wrap: anywhere; }
code, pre { font: .85em/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { margin: .6rem 0; padding: .7rem .9rem; background: var(--shade); border-radius: 6px;
  overflow-x: auto; }
.scroll { overflow-x: auto; margin: .8rem 0; border: 1px solid var(--line); border-radius: 6px; }
.scroll.tall { max-height: 34rem; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4;
  font-variant-numeric: tabular-nums; }
.note { color: var(--faint); font-size: .875rem; line-height: 1.4; margin: .8rem 0 -.4rem; }
th, td { padding: .4rem .7rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
th { background: var(--shade); font-weight: 600; white-space: nowrap; position: sticky; top: 0;
  vertical-align: bottom; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.brief { white-space: nowrap; }
td.text { min-width: 8rem; }
td.long { min-width: 13rem; }
th button { all: unset; cursor: pointer; }
th button::after { content: " \\2195"; color: #9aa4ae; }
th[aria-sort="ascending"] button::after { content: " \\2191"; color: inherit; }
th[aria-sort="descending"] button::after { content: " \\2193"; color: inherit; }
th button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; align-items: flex-start; }
figure { margin: 0; flex: 1 1 26rem; min-width: 0; max-width: min(100%, 40rem); }
figure.wide { flex-basis: 100%; max-width: 100%; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto;
  border: 1px solid var(--line); border-radius: 6px; }
figcaption { color: var(--faint); font-size: .875rem; line-height: 1.4; padding: .4rem .1rem 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.2rem;
  margin: .8rem 0; font-size: .9375rem; }
dt { color: var(--faint); }
dd { margin: 0; }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--link); }
.badge { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; font-size: .8125rem;
  font-weight: 600; white-space: nowrap; }
.good { background: #dcf3e3; color: #14562c; }
.bad { background: #fbe0de; color: #8a1c14; }
.open { background: #fdf0cf; color: #6b4a00; }
.none { background: #e9edf1; color: #47515b; }
@media (max-width: 40rem) {
  main { padding: 1rem .8rem 3rem; }
  body { font-size: 15px; }
  h1 { font-size: 1.4rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .5rem; }
  figure.wide { overflow-x: auto; }
  figure.wide img { max-width: none; width: 42rem; }
  figure.wide figcaption { position: sticky; left: 0; width: calc(100vw - 1.6rem); }
}
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; border: 0; }
  table { font-size: 8pt; }
  th { position: static; }
  th button::after { content: ""; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

# Sorts the rows of a table by the column whose head is pressed, empty cells last either way.
SCRIPT = """
for (const button of document.querySelectorAll("th button")) button.onclick = () => {
  const head = button.parentNode, body = head.closest("table").tBodies[0];
  const falls = head.getAttribute("aria-sort") === "ascending", column = head.cellIndex;
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  const key = row => row.cells[column].dataset.key ?? row.cells[column].textContent;
  const order = (a, b) => {
    const x = key(a), y = key(b);
    if (x === "" || y === "") return (x === "") - (y === "");
    const by = isNaN(x) || isNaN(y) ? x.localeCompare(y) : x - y;
    return falls ? -by : by;
  };
  body.append(...[...body.rows].sort(order));
};
"""


class Html(str):
    """Text that is HTML already."""


def text(value):
    """As HTML: numbers in four digits, nothing for what is unknown."""
    if isinstance(value, Html):
        return value
    if value is None or value is True or value is False:
        return Html({None: "", True: "yes", False: "no"}[value])
    if isinstance(value, (int, np.integer)):
        return Html(f"{value}" if abs(value) < 1_000_000 else f"{value:.6g}")
    if isinstance(value, (float, np.floating)):
        return Html("" if np.isnan(value) else f"{value:.4g}")
    return Html(html.escape(str(value)))


def join(parts):
    return Html("\n".join(text(part) for part in parts if part))


def paragraph(words, style=""):
    return Html(f'<p class="{style}">{text(words)}</p>' if style else f"<p>{text(words)}</p>")


def section(title, *parts, name="", level=2):
    """A head of this level and what is below it; nothing where there is nothing. `name`: what links
    call it, of level 2."""
    body = join(parts)
    place = f' id="{html.escape(name)}"' if name and level == 2 else ""
    return Html(f"<h{level}{place}>{text(title)}</h{level}>\n{body}") if body else Html("")


def details(title, *parts):
    """What is unfolded when it is pressed."""
    return Html(f"<details><summary>{text(title)}</summary>\n{join(parts)}\n</details>")


def facts(pairs):
    """(name, value) by line, those that have a value."""
    lines = [f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in pairs if value]
    return Html("<dl>\n" + "\n".join(lines) + "\n</dl>") if lines else Html("")


def items(lines):
    return Html("<ul>\n" + "\n".join(f"<li>{text(line)}</li>" for line in lines) + "\n</ul>") \
        if lines else Html("")


def link(name, words):
    return Html(f'<a href="#{html.escape(name)}">{text(words)}</a>')


def _is_number(value):
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def _cell(value, numeric):
    words = text(value)
    if numeric:
        key = f' data-key="{float(value):.10g}"' if _is_number(value) and value == value else ""
        return f'<td class="number"{key}>{words}</td>'
    length = 20 if isinstance(value, Html) else len(words)
    for least, style in ((60, "long"), (24, "text"), (18, "")):
        if length > least:
            return f'<td class="{style}">{words}</td>' if style else f"<td>{words}</td>"
    return f'<td class="brief">{words}</td>'


def table(columns, rows, caption="", sortable=True):
    """In a box of its own that scrolls. A column of numbers is aligned to the right; the head of a
    column sorts by it. Nothing where there are no rows."""
    if not rows:
        return Html("")
    numeric = [all(_is_number(row[i]) or row[i] in (None, "") for row in rows)
               for i in range(len(columns))]
    heads = []
    for name, is_number in zip(columns, numeric):
        style = ' class="number"' if is_number else ""
        words = f'<button type="button">{text(name)}</button>' if sortable else text(name)
        heads.append(f'<th scope="col"{style}>{words}</th>')
    body = ["<tr>" + "".join(_cell(*cell) for cell in zip(row, numeric)) + "</tr>" for row in rows]
    tall = " tall" if len(rows) > 40 else ""
    told = paragraph(caption, style="note") + "\n" if caption else ""
    return Html(f'{told}<div class="scroll{tall}" tabindex="0"><table><thead><tr>{"".join(heads)}'
                "</tr></thead>\n<tbody>" + "\n".join(body) + "</tbody></table></div>")


def picture(png, alt, caption="", wide=False):
    """The picture in the file `png`, embedded."""
    data = base64.b64encode(Path(png).read_bytes()).decode()
    told = f"<figcaption>{text(caption)}</figcaption>" if caption else ""
    return Html(f'<figure{" class=wide" if wide else ""}><img alt="{html.escape(alt)}" '
                f'src="data:image/png;base64,{data}">{told}</figure>')


def pictures(figures):
    return Html('<div class="pictures">\n' + "\n".join(figures) + "\n</div>") if figures else \
        Html("")


def excerpt(lines):
    return Html(f"<pre>{html.escape(chr(10).join(lines))}</pre>") if lines else Html("")


def badge(words, kind):
    """`kind`: good | bad | open | none."""
    return Html(f'<span class="badge {kind}">{text(words)}</span>')


def contents(*parts):
    """Links to the heads of level 2 that have a name."""
    heads = re.findall(r'<h2 id="([^"]*)">(.*?)</h2>', join(parts))
    return Html("<nav>" + " ".join(f'<a href="#{name}">{words}</a>' for name, words in heads) +
                "</nav>") if len(heads) > 1 else Html("")


def document(title, *parts):
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
            f"<h1>{text(title)}</h1>\n{join(parts)}\n</main>\n"
            f"<script>{SCRIPT}</script>\n</body>\n</html>\n")


def write_page(file, page):
    """Complete or not at all, as somebody may be looking at it."""
    part = Path(file).with_suffix(".part")
    part.write_text(page)
    os.replace(part, file)

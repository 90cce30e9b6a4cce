#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Holds pages of vpn-policy audit --html against what they may be made of.

usage: page.py PAGE...

Each page is elements from a short list, closed in their order, with the attributes of that list; links lead to
its own elements; all text is printable ASCII; its policy allows the digest of its own style, and nothing else.
So whatever stands in policy, file names and findings has become text. Prints "ok - PAGE" or "not ok - PAGE"
with what is wrong; exit status 1 for anything.
"""
import base64
import hashlib
import html.parser
import pathlib
import re
import sys

VOID = {"meta", "br"}
SHAPE = {"class", "x", "y", "width", "height", "rx"}
ALLOWED = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "http-equiv", "content", "name"}, "title": set(),
    "style": set(), "body": set(), "main": set(), "section": {"id", "class"}, "nav": set(), "article": {"class", "id"},
    "h1": set(), "h2": {"id"}, "h3": {"class"}, "p": {"class"}, "ul": {"id"}, "li": set(), "code": set(),
    "b": {"class"}, "br": set(), "span": {"class"}, "a": {"class", "href"}, "details": set(), "summary": set(),
    "div": {"class"}, "table": set(), "thead": set(), "tbody": set(), "tr": {"id"}, "th": set(), "td": {"class"},
    "svg": {"id", "role", "aria-label", "aria-hidden", "width", "height", "viewbox"}, "defs": set(), "g": {"class"},
    "marker": {"id", "viewbox", "refx", "refy", "markerwidth", "markerheight", "orient"},
    "path": {"class", "d", "marker-start", "marker-end"}, "rect": SHAPE,
    "text": {"class", "x", "y", "transform"}, "tspan": {"class"},
}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.ids, self.links, self.style, self.policy = [], [], [], [], "", ""
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if tag not in ALLOWED or not names <= ALLOWED[tag]:
            self.wrong.append(f"<{tag}> with {sorted(names)}")
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes another")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        elif not re.fullmatch(r"[ -~\n\u2013]*", data):
            self.wrong.append(f"text {data!r}")

    def handle_comment(self, data):
        self.wrong.append(f"a comment {data!r}")

    def unknown_decl(self, data):
        self.wrong.append(f"a declaration {data!r}")

    handle_pi = unknown_decl


def check(text):
    page = Page(text)
    yield from page.wrong
    yield from (f"the id {one} stands twice" for one in set(page.ids) if page.ids.count(one) > 1)
    for link in page.links:
        if not link.startswith("#") or link[1:] not in page.ids:
            yield f"a link to {link}"
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    if page.policy != f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'":
        yield f"the policy {page.policy}"
    if re.search(r"url\(|@import|expression", page.style):
        yield "the style loads something"


def main():
    failed = 0
    for name in sys.argv[1:]:
        wrong = list(check(pathlib.Path(name).read_text(encoding="utf-8")))
        print(f"{'not ok' if wrong else 'ok'} - the page {pathlib.Path(name).name}", *(f"# {one}" for one in wrong[:20]), sep="\n")
        failed |= bool(wrong)
    return failed


sys.exit(main())

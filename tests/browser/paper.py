# SPDX-License-Identifier: ISC
"""The page as the browser prints it to a PDF: what lies on which sheet, as poppler reads it."""
import base64
import re
import subprocess
import tempfile
from html import unescape
from xml.etree import ElementTree

# A4, in inches, as Page.printToPDF has it, and its margins.
WIDTH, HEIGHT, MARGIN = 8.27, 11.69, 0.4
POINTS = 72  # to the inch
SLACK = 3.0  # points: glyphs reach a little beyond their box


class Sheet:
    def __init__(self, page):
        self.width, self.height = float(page.get("width")), float(page.get("height"))
        # A word that is turned, or none, has no box.
        self.words = [(unescape(word.text or ""), *(float(word.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")))
                      for word in page.iter("{http://www.w3.org/1999/xhtml}word")]

    def cut(self):
        """Words that are not wholly within its margins."""
        edge = MARGIN * POINTS - SLACK
        return [text for text, left, top, right, bottom in self.words
                if left < edge or top < edge or right > self.width - edge or bottom > self.height - edge]


class Paper:
    def __init__(self, browser):
        data = browser.ask("Page.printToPDF", paperWidth=WIDTH, paperHeight=HEIGHT, marginTop=MARGIN, marginBottom=MARGIN,
                           marginLeft=MARGIN, marginRight=MARGIN, printBackground=True)["data"]
        self.pdf = base64.b64decode(data)
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self.pdf)
            file.flush()
            boxes = subprocess.run(["/usr/bin/pdftotext", "-bbox", file.name, "-"], check=True, capture_output=True).stdout
            text = subprocess.run(["/usr/bin/pdftotext", "-raw", file.name, "-"], check=True, capture_output=True).stdout
        # What XML does not allow is no part of a word.
        clean = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", boxes)
        self.sheets = [Sheet(page) for page in ElementTree.fromstring(clean).iter("{http://www.w3.org/1999/xhtml}page")]
        self.text = text.decode(errors="replace")

    def lacks(self, names):
        """Those that stand nowhere, as a word or at the end of one that was broken into lines."""
        words = set(re.findall(r"[A-Za-z0-9._-]+", self.text))
        joined = re.sub(r"\s+", "", self.text)
        return [name for name in names if name not in words and name not in joined]

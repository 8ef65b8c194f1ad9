"""Sets a Typst file by the PyPI package: PROJECT/main.typ with the fonts of
PROJECT/fonts and no others, or any other file with the fonts that Typst has.

Usage: set_pages.py PROJECT|FILE OUTPUT [STANDARD...]
"""

import os
import sys

import typst

source, output, standards = sys.argv[1], sys.argv[2], sys.argv[3:]
if os.path.isdir(source):
    fonts = typst.Fonts(False, False, [os.path.join(source, "fonts")])
    typst.compile(
        os.path.join(source, "main.typ"), output, root=source, font_paths=fonts, pdf_standards=standards
    )
else:
    typst.compile(source, output, root=os.path.dirname(source), ignore_system_fonts=True, pdf_standards=standards)

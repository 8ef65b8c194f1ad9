#!/usr/bin/env python3
"""words.py [-v] [--self-test] SOURCE OUTPUT

Reads the Markdown that editions were made from by itself, knowing nothing of
Bindery's own tree, and looks for each of its words in the text of the PDF and
of the EPUB. SOURCE is the repository or folder that was built, OUTPUT the
folder that was written to. One line an edition and format:

    guide/2021-12-31 pdf: 12345 words, 99.98 % found

A word is a run of letters and digits, in code too. Not looked for: link
addresses, HTML tags and comments, info strings, directives ({{#...}}), images'
alternative texts, footnote labels, list numbers. A word counts as often as it is written.

-v lists what is missing, by chapter. --self-test takes the longest chapter's
words away from each output and fails unless that is noticed.
Exit status 1 when an output has less than 99.9 %. Needs pdftotext (poppler).
"""
import argparse
import collections
import glob
import html
import html.parser
import json
import os
import posixpath
import re
import subprocess
import sys
import tomllib
import unicodedata
import urllib.parse
import xml.etree.ElementTree
import zipfile

ENOUGH = 99.9
# The parts of a page's height that hold its running head and foot.
HEAD, FOOT = 0.07, 0.08
MARKDOWN = (".md", ".markdown", ".txt")


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


# ---------------------------------------------------------------- the source


class Commit:
    def __init__(self, repository, commit):
        self.repository, self.commit = repository, commit
        listing = run("git", "-C", repository, "ls-tree", "-r", "-z", "--name-only", commit)
        self.names = set(listing.decode("utf-8", "replace").split("\0")) - {""}

    def read(self, name):
        return run("git", "-C", self.repository, "show", f"{self.commit}:{name}")


class Disk:
    def __init__(self, root):
        self.root, self.names = root, set()
        if os.path.isfile(root):
            self.root, name = os.path.split(root)
            self.names = {name}
            return
        for folder, _, names in os.walk(root):
            for name in names:
                self.names.add(os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/"))

    def read(self, name):
        with open(os.path.join(self.root, name), "rb") as f:
            return f.read()


def decode(data):
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def has_math(tree):
    """Whether the book enables mathematics."""
    tomls = [decode(tree.read(n)) for n in tree.names if posixpath.basename(n) == "book.toml"]
    return any(re.search(r"^\s*mathjax-support\s*=\s*true", text, flags=re.M) for text in tomls)


def chapters(tree):
    """The chapters' paths, by SUMMARY.md where there is one."""
    tomls = sorted((n for n in tree.names if posixpath.basename(n) == "book.toml"), key=lambda n: (n.count("/"), n))
    root, source = "", "src"
    if tomls:
        root = posixpath.dirname(tomls[0])
        try:
            source = tomllib.loads(decode(tree.read(tomls[0]))).get("book", {}).get("src", "src")
        except tomllib.TOMLDecodeError:
            pass
    for folder in (posixpath.join(root, source), "src", ""):
        folder = "" if posixpath.normpath(folder) == "." else posixpath.normpath(folder)
        summary = posixpath.join(folder, "SUMMARY.md")
        if summary in tree.names:
            text = re.sub(r"<!--.*?-->", "", decode(tree.read(summary)), flags=re.S)
            found = []
            for target in re.findall(r"\]\(\s*<?([^)>]*?)>?\s*\)", text):
                name = posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(target.split("#")[0])))
                if target and name in tree.names and name.endswith(MARKDOWN) and name not in found:
                    found.append(name)
            return found
    return sorted(n for n in tree.names if n.endswith(MARKDOWN) and not n.startswith("."))


# ------------------------------------------------------ Markdown -> its words

DESTINATION = r"""\(\s*(?:<[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"([^"]*)"|'([^']*)'|\(([^()]*)\)))?\s*\)"""
ALT = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
BLOCK_TAGS = r"(?:p|div|h[1-6]|li|ul|ol|tr|t[dh]|table|br|hr|details|summary|blockquote|pre|dt|dd|dl|img|figure|figcaption)"


def plain(markdown, math=False):
    """The text of Markdown without its marks; code as it is. What is set as an
    equation or drawn as a diagram has no words of its own."""
    code = []

    def keep(text):
        code.append(text)
        return f" \ue000{len(code) - 1}\ue001 "

    markdown = markdown.replace("\ue000", "").replace("\ue001", "")
    markdown = fenced(markdown, keep)
    # Code spans before everything else that could take their content apart.
    markdown = re.sub(r"(?<![`\\])(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)",
                      lambda m: keep_span(m, keep), markdown, flags=re.S)
    if math:
        markdown = re.sub(r"\$\$.+?\$\$|\\\\\(.+?\\\\\)|\\\\\[.+?\\\\\]", " ", markdown, flags=re.S)
        markdown = re.sub(r"(?<![\\$])\$(?=\S)[^$\n]*?(?<=\S)\$(?!\d)", " ", markdown)
    markdown = re.sub(r"<!--.*?(?:-->|\Z)", " ", markdown, flags=re.S)
    markdown = re.sub(r"<(script|style)\b.*?</\1\s*>", " ", markdown, flags=re.S | re.I)
    markdown = re.sub(r"\{\{\s*#.*?\}\}", " ", markdown)
    definition = r"^[ \t>]*\[(?!\^)((?:[^\[\]\\]|\\.)+)\]:[ \t]*\n?[ \t]*\S+[^\n]*$"
    labels = {label(m) for m in re.findall(definition, markdown, flags=re.M)}
    markdown = re.sub(definition, " ", markdown, flags=re.M)
    markdown = re.sub(r"\[\^[^\]\s]+\]:?", " ", markdown)
    # An image alone in its paragraph has its title as a caption; any other image leaves no text.
    alone = rf"(?<=\n\n)[ ]{{0,3}}!{ALT}{DESTINATION}[ ]*(?=\n\n)"
    markdown = re.sub(alone, lambda m: next(filter(None, m.groups()), ""), f"\n\n{markdown}\n\n")
    markdown = re.sub(rf"!{ALT}(?:{DESTINATION}|{ALT})?", " ", markdown)
    markdown = re.sub(r"\]" + DESTINATION, "] ", markdown)
    markdown = re.sub(r"\]\s?\[([^\[\]]*)\]", lambda m: "] " if label(m[1]) in labels or not m[1] else m[0], markdown)
    markdown = re.sub(r"^(#{1,6}[ \t].*?)[ \t]*\{[^{}\n]*\}[ \t]*#*[ \t]*$", r"\1", markdown, flags=re.M)
    markdown = re.sub(rf"</?{BLOCK_TAGS}\b(?:\"[^\"]*\"|'[^']*'|[^'\">])*>", "\n", markdown, flags=re.I)
    markdown = re.sub(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s(?:\"[^\"]*\"|'[^']*'|[^'\">])*)?/?>", "", markdown)
    markdown = re.sub(r"^([ \t>]*)\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]", r"\1", markdown, flags=re.M)
    # Marks of lists and tasks are drawn, not written.
    markdown = re.sub(r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)", lambda m: re.sub(r"\d", "", m[1]), markdown, flags=re.M)
    markdown = re.sub(r"^([ \t>]*(?:[-*+.)][ \t]+)+)\[[xX]\](?=\s)", r"\1", markdown, flags=re.M)
    markdown = re.sub(r"\\([!-/:-@\[-`{-~])", lambda m: m[1] if m[1] not in "*~" else " ", markdown)
    for _ in range(3):  # emphasis, which may begin or end inside a word; a lone asterisk is none
        markdown = re.sub(r"(\*{1,3}|~~)(?=\S)((?:(?!\n\s*\n).)+?)(?<=\S)\1", r"\2", markdown, flags=re.S)
    markdown = html.unescape(markdown)
    return re.sub("\ue000(\\d+)\ue001", lambda m: code[int(m[1])], markdown)


def keep_span(match, keep):
    # A span glued to a word stays glued: `a`s is one word in print.
    text = keep(match[2].replace("\n", " "))
    return text.strip()


def fenced(markdown, keep):
    """Puts fenced code aside and takes the fences away."""
    out, fence, inside = [], None, []
    for line in markdown.split("\n"):
        bare = re.sub(r"^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+|>)*[ \t]*", "", line)
        if fence is None:
            opened = re.match(r"(`{3,})([^`]*)$|(~{3,})(.*)$", bare)
            if opened:
                fence = opened[1] or opened[3]
                drawn = re.match(r"\s*(mermaid|dot|graphviz)\b", opened[2] or opened[4] or "")
                inside = []
            else:
                out.append(line)
        elif re.fullmatch(rf"{re.escape(fence[0])}{{{len(fence)},}}[ \t]*", re.sub(r"^[ \t>]*", "", line)):
            out.append(" " if drawn else keep("\n".join(inside)))
            fence = None
        else:
            inside.append(line)
    if fence is not None:
        out.append(keep("\n".join(inside)))
    return "\n".join(out)


def label(text):
    return " ".join(text.split()).casefold()


def normal(text):
    text = unicodedata.normalize("NFKC", text.replace("\u00ad", "").replace("\u200b", ""))
    return text.casefold()


def words(text):
    return collections.Counter(re.findall(r"[^\W_]+", normal(text)))


# -------------------------------------------------------------- the editions


def pdf_text(path):
    """The text without running heads and feet: each page repeats them, and they would hide what is lost."""
    size = re.search(rb"^Page size:\s+([\d.]+) x ([\d.]+)", run("pdfinfo", path), flags=re.M)
    width, height = (float(n) for n in size.groups())
    box = ["-x", "0", "-y", f"{height * HEAD:.0f}", "-W", f"{width:.0f}", "-H", f"{height * (1 - HEAD - FOOT):.0f}"]
    text = run("pdftotext", "-r", "72", *box, "-enc", "UTF-8", path, "-").decode("utf-8", "replace")
    return text.replace("\f", "\n")


class Epub(html.parser.HTMLParser):
    INLINE = {"a", "abbr", "b", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "small", "span", "strong",
              "sub", "sup", "u", "wbr", "bdi"}

    def __init__(self):
        super().__init__()
        self.out, self.skip = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("head", "script", "style"):
            self.skip += 1
        if tag not in self.INLINE or "noteref" in (dict(attrs).get("epub:type") or ""):
            self.out.append("\n")

    def handle_endtag(self, tag):
        if tag in ("head", "script", "style"):
            self.skip -= 1
        if tag not in self.INLINE:
            self.out.append("\n")

    def handle_startendtag(self, tag, attrs):
        if tag not in self.INLINE:
            self.out.append("\n")

    def handle_data(self, data):
        if not self.skip:
            self.out.append(data)


def epub_text(path):
    out = []
    with zipfile.ZipFile(path) as archive:
        container = xml.etree.ElementTree.fromstring(archive.read("META-INF/container.xml"))
        package = next(e.get("full-path") for e in container.iter() if e.tag.endswith("rootfile"))
        tree = xml.etree.ElementTree.fromstring(archive.read(package))
        items = {e.get("id"): e.get("href") for e in tree.iter() if e.tag.endswith("}item")}
        for entry in (e for e in tree.iter() if e.tag.endswith("}itemref")):
            name = posixpath.join(posixpath.dirname(package), urllib.parse.unquote(items[entry.get("idref")]))
            parser = Epub()
            parser.feed(archive.read(name).decode("utf-8"))
            out += parser.out + ["\n"]
    return "".join(out)


def written(text, source, pages):
    """The words of an output, and all its letters and digits in a row. `source` is the text it was made from."""
    found = words(text)
    if pages:
        # A footnote's number clings to its word.
        found += collections.Counter(
            {m[1]: n for w, n in found.items() if (m := re.fullmatch(r"(\D+)\d{1,3}", w))})
        # pdftotext joins what a line's end divides, also a compound at its own hyphen: what is joined more
        # often than the source has it is two words. Where it does not join, both readings are offered.
        found += collections.Counter(
            normal(a + b) for a, b in re.findall(r"([^\W_]+)[-\u00ad\u2010]\s*\n\s*([^\W_]+)", text))
        here = words(source)
        for a, b in set(re.findall(r"(?=(?<![^\W_])([^\W_]+)-(?:\s*\n\s*)?([^\W_]+))", normal(source))):
            surplus = found[a + b] - here[a + b]
            if surplus > 0:
                found.update({a: surplus})
                found.update({b: surplus})
    return found, re.sub(r"[\W_]+", "", normal(text))


def missing(wanted, found, row):
    """What is wanted and not found, by chapter, in the order of the book."""
    left, out = collections.Counter(found), {}
    for name, chapter in wanted.items():
        gone = chapter - left
        left -= chapter
        # A long word broken over lines of code has lost no letter.
        gone = collections.Counter({w: n for w, n in gone.items() if len(w) < 10 or w not in row})
        if gone:
            out[name] = gone
    return out


def share(wanted, gone):
    total = sum(sum(c.values()) for c in wanted.values())
    return total, 100 - 100 * sum(sum(c.values()) for c in gone.values()) / max(total, 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-v", "--verbose", action="store_true")
    p.add_argument("--self-test", action="store_true")
    p.add_argument("source")
    p.add_argument("output")
    a = p.parse_args()
    manifests = sorted(glob.glob(os.path.join(glob.escape(a.output), "**", "edition.json"), recursive=True))
    if not manifests:
        sys.exit(f"words.py: no edition.json below {a.output}")
    failed = False
    for manifest in manifests:
        with open(manifest, encoding="utf-8") as f:
            edition = json.load(f)
        revision = edition["revision"]
        if "commit" in revision:
            tree = Commit(a.source, revision["commit"])
        else:
            tree = Disk(os.path.join(a.source, revision.get("snapshot", "")).rstrip("/"))
        math = has_math(tree)
        source = {name: plain(decode(tree.read(name)), math) for name in chapters(tree)}
        wanted = {name: words(text) for name, text in source.items()}
        if not sum(map(len, wanted.values())):
            sys.exit(f"words.py: {manifest}: the source has no words")
        for record in edition["formats"]:
            path = os.path.join(os.path.dirname(manifest), record["file"])
            pages = record["format"] == "pdf"
            text = pdf_text(path) if pages else epub_text(path)
            found, row = written(text, "\n".join(source.values()), pages)
            gone = missing(wanted, found, row)
            total, percent = share(wanted, gone)
            print(f"{edition['slug']}/{edition['name']} {record['format']}: {total} words, {percent:.2f} % found", flush=True)
            failed |= percent < ENOUGH
            if a.verbose:
                for name, counter in gone.items():
                    print(f"    {name}: " + ", ".join(f"{w}{f' x{n}' if n > 1 else ''}" for w, n in counter.most_common()))
            if a.self_test:
                longest = max(wanted, key=lambda name: sum(wanted[name].values()))
                _, percent = share(wanted, missing(wanted, found - wanted[longest], ""))
                print(f"    without {longest}: {percent:.2f} % found")
                if percent >= ENOUGH:
                    print("words.py: a chapter is missing and nobody noticed", file=sys.stderr)
                    failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main()

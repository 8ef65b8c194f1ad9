#!/usr/bin/env python3
"""How long `bindery watch` takes from a saved chapter to the new PDF.

    cargo build --release
    benches/watch.py ../shared/corpora/wg-async.bundle        a repository or a bundle
    benches/watch.py BOOK --rounds 300 --formats pdf          and whether memory grows

It clones the book into a temporary folder, starts `bindery watch` there, and
changes a chapter again and again: each time one line at its end, written
beside and renamed, as editors do. What counts is the time until another file
stands in the PDF's place.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BINDERY = Path(__file__).resolve().parent.parent / "target/release/bindery"


def inode(path):
    try:
        return os.stat(path).st_ino, os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return None


def wait(path, before, watch):
    while (now := inode(path)) == before or now is None:
        if watch.poll() is not None:
            sys.exit("bindery watch has ended")
        time.sleep(0.001)
    return time.perf_counter()


def memory(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def cpu(process):
    """User and system time so far, in seconds."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("book")
    parser.add_argument("--bindery", default=str(BINDERY))
    parser.add_argument("--chapter", help="its path in the repository [default: one in the middle]")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--formats", default="pdf,epub")
    parser.add_argument("--flags", default="", help="more flags for bindery watch")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book, output = Path(folder) / "book", Path(folder) / "output"
        subprocess.run(["git", "clone", "--quiet", asked.book, book], check=True)
        chapters = sorted(p for p in (book / "src").rglob("*.md") if p.name not in ("SUMMARY.md", "README.md"))
        chapter = book / asked.chapter if asked.chapter else chapters[len(chapters) // 2]
        command = [asked.bindery, "watch", book, "--output", output, "--formats", asked.formats, "--set", "slug=book"]
        began = time.perf_counter()
        log = open(Path(folder) / "log", "w+")
        watch = subprocess.Popen([*map(str, command), *asked.flags.split()], stderr=log, cwd=folder)
        pdf = output / "book/draft/book-draft.pdf"
        try:
            print(f"cold: {wait(pdf, None, watch) - began:.2f} s, {len(chapters)} chapters, {chapter.relative_to(book)}")
            time.sleep(2)
            text, times, spent = chapter.read_text(), [], cpu(watch)
            for turn in range(asked.rounds):
                before, beside = inode(pdf), chapter.with_name("beside.tmp")
                beside.write_text(f"{text}\n\nLine {turn} of a chapter that is being written.\n")
                began = time.perf_counter()
                os.rename(beside, chapter)
                times.append(wait(pdf, before, watch) - began)
                # Let it finish: the EPUB and the records come after the PDF.
                time.sleep(0.4)
                if turn % 50 == 0 or turn + 1 == asked.rounds:
                    print(f"after {turn + 1:4}: {memory(watch):.0f} MB")
            spent = (cpu(watch) - spent) / asked.rounds
            times.sort()
            print(f"saved → PDF: median {statistics.median(times):.3f} s, from {times[0]:.3f} to {times[-1]:.3f} s, {len(times)} times; {spent:.3f} s CPU each")
        finally:
            watch.terminate()
            watch.wait()
        log.seek(0)
        print("it says:", log.read().strip().splitlines()[-2])


main()

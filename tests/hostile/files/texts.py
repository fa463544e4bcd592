"""CSV files and files that are no table, each with a word that its refusal must say."""

import bz2
import gzip
import lzma
import pickle
from collections.abc import Callable

Hostile = dict[str, tuple[Callable[[], bytes], str]]

HEAD = b"name,kind,level,description\n"
GOOD = b"Lantern,ngo,private,Light\n"
TEXT = HEAD.decode() + GOOD.decode()


def row(**cells: str) -> Callable[[], bytes]:
    """A table with one row, sound but for these cells."""
    told = {"name": "Lantern", "kind": "ngo", "level": "private"} | cells
    lines = [",".join(told), ",".join('"' + cell.replace('"', '""') + '"' for cell in told.values())]
    return lambda: "\n".join([*lines, ""]).encode()


def of(content: bytes | str) -> Callable[[], bytes]:
    """These bytes."""
    return lambda: content.encode() if isinstance(content, str) else content


TEXTS: Hostile = {
    "empty": (of(b""), "empty"),
    "a mark and nothing": (of(b"\xef\xbb\xbf"), "nothing in this file"),
    "blanks": (of(b" \t \r\n" * 300), "nothing in this file"),
    "line breaks": (of(b"\n" * 1000), "nothing in this file"),
    "header alone": (of(HEAD), "only a header"),
    "header and empty rows": (of(HEAD + b",,,\n" * 50), "only a header"),
    "header of commas": (of(b",,,,\n1,2,3,4,5\n"), "names none of the columns"),
    "header with a hole": (of(b"name,,level\nLantern,ngo,private\n"), "has no name"),
    "header with a column twice": (of(b"name,kind,Name\nLantern,ngo,x\n"), "twice"),
    "header with an unknown column": (of(b"name,password\nLantern,x\n"), "None of the columns"),
    "header that is a formula": (of(b"name,=1+1\nLantern,x\n"), "None of the columns"),
    "header with a script": (of(b"name,<script>alert(1)</script>\nLantern,x\n"), "None of the columns"),
    "header with an open quote": (of(b'name,"kind\nLantern,ngo\n'), "cannot be split"),
    "another register": (of(b"NCESSCH,SCH_NAME\n010000500870,High\n"), "names none of the columns"),
    "NUL in the header": (of(b"na\0me,kind\nLantern,ngo\n"), "NUL"),
    "NUL in a cell": (of(HEAD + b"Lan\0tern,ngo,private,x\n"), "Line 2"),
    "NUL alone": (of(b"\0" * 4096), "UTF-16"),
    "UTF-16 without its mark": (lambda: TEXT.encode("utf-16-le"), "UTF-16"),
    "UTF-16 the other way round": (lambda: TEXT.encode("utf-16-be"), "UTF-16"),
    "UTF-16 cut in a letter": (lambda: TEXT.encode("utf-16")[:-1], "save it as"),
    "UTF-16 with half of a pair": (lambda: b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00\xd8", "save it as"),
    "UTF-16 with NUL": (lambda: (TEXT + "\0").encode("utf-16"), "NUL"),
    "UTF-32 without its mark": (lambda: TEXT.encode("utf-32-le"), "save it as"),
    "UTF-32 that is none": (of(b"\xff\xfe\0\0" + b"\xff" * 64), "save it as"),
    "a mark, then Windows": (of(b"\xef\xbb\xbf" + HEAD + b"Le\xf1a,ngo,private,\n"), "goes on otherwise"),
    "two encodings in two lines": (of(HEAD + b"Le\xc3\xb1a,ngo,private,\nLe\xf1a,ngo,private,\n"), "Line 3"),
    "two encodings, the other way": (of(HEAD + b"Le\xf1a,ngo,private,\nLe\xc3\xb1a,ngo,private,\n"), "line 3 UTF-8"),
    "two encodings in a line": (of(HEAD + b"Le\xf1a,ngo,private,\xc3\xb1\n"), "at once"),
    "letters of no encoding": (of(HEAD + b"L\x81\x8d\xff,ngo,private,\n"), "neither UTF-8 nor Windows-1252"),
    "Japanese": (lambda: (HEAD.decode() + "灯台、,ngo,private,\n").encode("shift-jis"), "save the file as"),
    "overlong letters": (of(HEAD + b"L\xc0\xafamp,ngo,private,\n"), "at once"),
    "halves of letters": (of(HEAD + b"L\xed\xa0\x80,ngo,private,\n"), "at once"),
    "letters beyond Unicode": (of(HEAD + b"L\xf5\x90\x80\x80,ngo,private,\n"), "neither UTF-8 nor Windows-1252"),
    "million columns": (of(b"name," + b"a," * 1_000_000 + b"\n"), "this is no table"),
    "million columns without names": (of(b"name" + b"," * 200_000 + b"x\n"), "200,001 columns"),
    "thousand columns": (of(b",".join(b"c%d" % n for n in range(1000)) + b"\n"), "1,000 columns"),
    "million cells in a row": (of(HEAD + b"a," * 1_000_000 + b"\n"), "Longer than"),
    "more cells than columns": (of(HEAD + GOOD.strip() + b",x,y,z\n"), "7 cells where the header has 4"),
    "fewer cells than columns": (of(HEAD + b"Lantern,ngo\n"), "2 cells where the header has 4"),
    "line of five megabytes": (of(HEAD + b"x" * 5_000_000 + b"\n"), "Longer than"),
    "cell of 140,000 letters": (of(HEAD + b'Lantern,ngo,private,"' + b"x" * 140_000 + b'"\n'), "Cannot be split"),
    "quotation that never ends": (of(HEAD + b'Lantern,ngo,private,"x\n'), "Cannot be split"),
    "letters behind a quotation": (of(HEAD + b'Lantern,ngo,private,"x"y\n'), "Cannot be split"),
    "quotation marks alone": (of(HEAD + b'"""""""\n'), "Cannot be split"),
    "too many rows": (lambda: HEAD + b"L,ngo,private,\n" * 10_001, "More than 10,000 rows"),
    "more rows than a spreadsheet": (lambda: HEAD + b"x\n" * 1_100_000, "More than 10,000 rows"),
    "seventeen megabytes": (lambda: HEAD + b"Lantern,ngo,private,x\n" * 800_000, "Larger than 16 MB"),
    "control sign": (row(name="Lan\x07tern"), "U+0007"),
    "escape of a terminal": (row(name="\x1b[2JLantern"), "U+001B"),
    "vertical tab": (row(acronym="L\x0bA"), "U+000B"),
    "backspaces": (row(name="Evil\x08\x08\x08\x08Good"), "U+0008"),
    "delete": (row(name="Lan\x7ftern"), "U+007F"),
    "line break in a name": (row(name="Lan\ntern"), "U+000A"),
    "line separator": (row(name="Lan\u2028tern"), "U+2028"),
    "text that turns round": (row(name="Lantern\u202egnp.exe"), "U+202E"),
    "text that turns round within": (row(name="\u2066Lantern\u2069"), "U+2066"),
    "control sign in a description": (row(description="a\x00b".replace("\x00", "\x01")), "U+0001"),
    "formula for a kind": (row(kind="=cmd|' /C calc'!A0"), "None of department"),
    "formula for a level": (row(level="@SUM(1+1)*cmd|' /C calc'!A0"), "None of federal"),
    "formula for a website": (row(website='=HYPERLINK("http://x.example","y")'), "No web address"),
    "formula for an id": (row(uid="+1+1"), "Not an id"),
    "formula for an area": (row(jurisdictions="=1+1"), "=1+1"),
    "formula for a part": (row(parts="-2+3"), "-2+3"),
    "formula for a time": (row(retired_at="=NOW()"), "Not a time"),
    "formula for a yes": (row(needs_agreement="=TRUE()"), "Neither yes nor no"),
    "formula for an address": (row(contacts="Press||=1+1@x"), "email"),
    "script for a website": (row(website="javascript:alert(1)"), "No web address"),
    "data for a website": (row(website="data:text/html,<script>1</script>"), "No web address"),
    "file for a website": (row(website="file:///etc/passwd"), "No web address"),
    "website that goes on": (row(website="https://example.org/\r\nSet-Cookie: a=b"), "U+000D"),
    "website without end": (row(website="https://example.org/" + "a" * 5000), "Longer than 200 letters"),
    "header of a mail in an address": (row(contacts="Press||a@example.org\\nBcc: b@example.org"), "U+000A"),
    "name without end": (row(name="x" * 100_000), "Longer than 160 letters"),
    "description without end": (row(description="x" * 60_000), "Longer than 20,000 letters"),
    "path up": (row(within="../../etc"), "No agency"),
    "path without end": (row(within=" > ".join(["x"] * 180)), "Longer than 700 letters"),
    "path of signs": (row(within="> > > >", name=">"), "leave it out"),
    "SQL for an id": (row(uid="' OR 1=1 --"), "Not an id"),
    "number for an id": (row(uid="1"), "Not an id"),
    "id with an URN": (row(uid="urn:uuid:0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"), "Not an id"),
    "day that is none": (row(retired_at="2026-02-30"), "Not a time"),
    "day before all": (row(retired_at="0001-01-01T00:00:00+14:00"), "Not a year"),
    "day after all": (row(retired_at="9999-12-31T23:59:59-14:00"), "Not a year"),
    "ten thousand contacts": (row(contacts="\n".join(f"R{n}||r{n}@example.org" for n in range(2000))), "2,000 items"),
    "contact of fifty fields": (row(contacts="a|" * 50), "51 fields"),
    "season of no year": (row(seasons="20٢٧|agreed"), "No January"),
    "season of a number without end": (row(seasons="9" * 500 + "|agreed"), "Longer than 4 letters"),
    "agreement that nobody signed": (row(agreements="mou|Posters||2026-10-01"), "brings no agreements"),
    "merge by a file": (row(merged_into="0b7e1c58-6c0a-4e0a-9a44-3f2f1f3f0d11"), "merges nothing"),
    # What is no table at all.
    "page": (of(b"<!DOCTYPE html><html><script>alert(1)</script></html>"), "This is a page"),
    "page in capitals": (of(b"\n  <HTML><BODY ONLOAD=alert(1)>"), "This is a page"),
    "table of a page": (of(b"<table><tr><td>name</td></tr></table>"), "This is a page"),
    "drawing": (of(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), "This is a page"),
    "laughs": (of(b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'), "page"),
    "document": (of(b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript >> >>"), "This is a PDF"),
    "program of Windows": (of(b"MZ\x90\0\3\0\0\0" + b"\0" * 64), "This is a program"),
    "program of Linux": (of(b"\x7fELF\2\1\1" + b"\0" * 64), "This is a program"),
    "gzip": (lambda: gzip.compress(HEAD + GOOD), "unpack it"),
    "gzip bomb": (lambda: gzip.compress(b"\0" * 50_000_000, 9), "unpack it"),
    "bzip2": (lambda: bz2.compress(HEAD + GOOD), "unpack it"),
    "xz": (lambda: lzma.compress(HEAD + GOOD), "unpack it"),
    "7z": (of(b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 64), "unpack it"),
    "rar": (of(b"Rar!\x1a\7\1\0" + b"\0" * 64), "unpack it"),
    "tar": (of(b"agencies.csv" + b"\0" * 245 + b"ustar  \0" + b"\0" * 250), "save it as"),
    "text of a word processor": (of(rb"{\rtf1\ansi{\*\generator x;}\pard name,kind\par}"), "word processor"),
    "database": (of(b"SQLite format 3\0\x10\0\1\1" + b"\0" * 64), "This is a database"),
    "workbook of before 2007": (of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512), "password"),
    "objects of Python": (lambda: pickle.dumps({"name": "Lantern"}, protocol=0), "names none of the columns"),
    "program of a shell": (of(b"#!/bin/sh\nrm -rf /\n"), "names none of the columns"),
    "program of a server": (of(b"<?php system($_GET['c']); ?>\n"), "names none of the columns"),
    "card of a person": (of(b"BEGIN:VCARD\nFN:Dana Reed\nEND:VCARD\n"), "names none of the columns"),
    "list of YAML": (of(b"!!python/object/apply:os.system ['id']\n"), "names none of the columns"),
    "noise": (lambda: bytes(number * 7919 % 251 + 4 for number in range(20_000)), "save"),
}

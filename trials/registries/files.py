"""Export files of registries: cut into single records, whatever state they are in.

A file is read in pieces and never held as a whole: memory depends on the largest record, not on
their number. A record that cannot be cut out is handed over as a MalformedRecord with the place
and the reason, and reading goes on at the next one. Pure but for reading the stream it is given.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar, cast
from xml.parsers import expat

import orjson

from trials.registries.base import (
    MalformedRecord,
    MalformedResponse,
    RawRecord,
    RecordReader,
)

T = TypeVar("T")
PIECE = 256 * 1024
HEAD = 4096
LARGEST_RECORD = 32 * 1024 * 1024
DEEPEST = 60
DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
STRAY_BACKSLASH = re.compile(rb'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
JSON_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[{}]', re.DOTALL)
OPENING = re.compile(rb"\{")
NEXT_LINE_OBJECT = re.compile(rb"\n\s{0,8}(?=\{)")
NO_NEWS = b" \\*_`#"
Cut = RawRecord | MalformedRecord


class Readable(Protocol):
    """Anything that hands out bytes: a file, an upload, an unpacked stream."""

    def read(self, size: int = -1, /) -> bytes: ...


class Rejoined:
    """A stream with its first bytes put back, so that it need not be seekable."""

    def __init__(self, start: bytes, rest: Readable) -> None:
        self.start, self.rest = start, rest

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        start, self.start = self.start, b""
        return start or self.rest.read(size)


def beginning(stream: Readable) -> bytes:
    """The first bytes of a file, however little it hands out at a time; fewer than `HEAD` only
    where the file has no more."""
    start = b""
    while len(start) < HEAD and (piece := read_piece(stream, HEAD - len(start))):
        start += piece
    return start


def is_markup(stream: Readable) -> tuple[bool, Readable]:
    """Whether a file is XML rather than JSON or CSV, and the file still whole."""
    start = beginning(stream)
    text = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    return text[:1] == b"<", Rejoined(start, stream)


class FileAdapter(RecordReader, Protocol):
    """A registry whose records come as files: what `import_registry_file` needs of it."""

    def records(self, stream: Readable) -> Iterator[Cut]:
        """Each record, or the reason why one cannot be read. Raises MalformedResponse where the
        file is no export of this registry at all."""
        ...


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """An export file as a stream of bytes; one that is compressed with gzip is unpacked."""
    with path.open("rb") as plain, unpacked(plain) as stream:
        yield stream


@contextmanager
def unpacked(plain: BinaryIO) -> Iterator[BinaryIO]:
    """A file that is open already as a stream of bytes, unpacked where gzip compressed it."""
    packed = plain.read(2) == b"\x1f\x8b"
    plain.seek(0)
    if not packed:
        yield plain
        return
    with gzip.open(plain, "rb") as stream:
        yield cast(BinaryIO, stream)


def pieces(stream: Readable) -> Iterator[bytes]:
    """The stream in pieces, as UTF-8 where a mark or an XML declaration says another encoding.

    Text that claims to be UTF-8 is passed on as it is: each record is decoded on its own, so that
    one wrong byte costs one record.
    """
    first = read_piece(stream)
    encoding = next((name for mark, name in MARKS if first.startswith(mark)), "")
    if encoding == "utf-8-sig":
        first, encoding = first[len(codecs.BOM_UTF8) :], ""
    elif not encoding and (declared := DECLARED.match(first.lstrip())):
        encoding = declared[1].decode("ascii").lower()
    if encoding in ("", "utf-8", "utf8", "us-ascii", "ascii"):
        while first:
            yield first
            first = read_piece(stream)
        return
    try:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    except LookupError as error:
        raise MalformedResponse(f"the file says it is in {encoding!r}, which is unknown") from error
    while first:
        yield decoder.decode(first).encode("utf-8")
        first = read_piece(stream)


def read_piece(stream: Readable, size: int = PIECE) -> bytes:
    """The next bytes of a file. Raises MalformedResponse where it cannot be read: one packed with
    gzip may be cut off or damaged."""
    try:
        return stream.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise MalformedResponse(f"the file cannot be read to its end: {error}") from error


def xml_elements(stream: Readable, name: str) -> Iterator[bytes | MalformedRecord]:
    """The bytes of every element of that name, as they stand in the file.

    A document type or an entity is refused before anything is parsed: exports have none, and they
    are the way to make a small file large. Raises MalformedResponse for that, and where the file
    has no such element at all.
    """
    start, end = re.compile(rb"<%b(?=[\s>])" % name.encode()), b"</%b>" % name.encode()
    buffer, count = b"", 0
    for piece in pieces(stream):
        buffer += piece
        while True:
            opening = start.search(buffer)
            _refuse_doctype(buffer[: opening.start()] if opening else buffer)
            if opening is None:
                buffer = buffer[-200:]
                break
            buffer = buffer[opening.start() :]
            cut = _element(buffer, start, end)
            if cut is None:
                break
            found, buffer = cut
            count += 1
            yield found
    if opening := start.search(buffer):
        count += 1
        yield MalformedRecord("the file ends inside this record", path=f"record {count}")
    if not count:
        raise MalformedResponse(f"there is no <{name}> in this file")


def _element(
    buffer: bytes, start: re.Pattern[bytes], end: bytes
) -> tuple[bytes | MalformedRecord, bytes] | None:
    """The element a buffer begins with, and the rest; None where more has to be read first."""
    closing = buffer.find(end)
    again = start.search(buffer, 1, closing if closing >= 0 else len(buffer))
    if again is not None:
        return MalformedRecord("the record has no end: another one begins in it"), buffer[
            again.start() :
        ]
    if closing >= 0:
        length = closing + len(end)
        return buffer[:length], buffer[length:]
    if len(buffer) > LARGEST_RECORD:
        reason = f"the record is larger than {LARGEST_RECORD} bytes"
        return MalformedRecord(reason), buffer[-200:]
    return None


def _refuse_doctype(gap: bytes) -> None:
    if DOCTYPE.search(gap):
        raise MalformedResponse("the file declares a document type or entities, which is refused")


def xml_value(element: bytes) -> Any:
    """An XML element as the JSON that public tools make of it: leaves are text, repeated children
    are lists, attributes of a branch are keys with "@". Raises MalformedRecord.

    Nothing outside is ever loaded: a document type, and with it every entity, is refused.
    """
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.buffer_text = True
    try:
        parser.Parse(element, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset}"
        raise MalformedRecord(f"not well-formed XML: {error}", path=where) from error
    return builder.result


class _Builder:
    """Builds the value of an element from expat's events."""

    def __init__(self) -> None:
        self.stack: list[tuple[dict[str, Any], list[str]]] = []
        self.result: Any = None

    def refuse(self, *_about: object) -> None:
        raise MalformedRecord("the record declares a document type, which is refused")

    def start(self, _name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= DEEPEST:
            raise MalformedRecord(f"the record is nested deeper than {DEEPEST} elements")
        self.stack.append(({f"@{key}": value for key, value in attributes.items()}, []))

    def text(self, data: str) -> None:
        self.stack[-1][1].append(data)

    def end(self, name: str) -> None:
        children, texts = self.stack.pop()
        value: Any = children
        if not any(not key.startswith("@") for key in children):
            value = "".join(texts).strip()
        if not self.stack:
            self.result = value
            return
        parent = self.stack[-1][0]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]


def json_objects(stream: Readable) -> Iterator[bytes | MalformedRecord]:
    """The bytes of every outermost JSON object: alone in the file, in a list, or one a line.

    Where an object has no end, reading goes on at the next line that begins with a brace.
    """
    buffer, position, depth, begun, count = b"", 0, 0, 0, 0
    source = pieces(stream)
    at_end = False
    while not at_end or position < len(buffer) or depth:
        token = (JSON_TOKEN if depth else OPENING).search(buffer, position)
        waits = token is None or (token[0][:1] == b'"' and not token[1])
        if waits and not at_end and len(buffer) - begun <= LARGEST_RECORD:
            position = len(buffer) if token is None else token.start()
            piece = next(source, None)
            at_end = piece is None
            keep = begun if depth else position
            buffer, position, begun = buffer[keep:] + (piece or b""), position - keep, 0
            continue
        if token is None or waits:
            if not depth:
                break
            count += 1
            reason = "the file ends inside this record" if at_end else "the record is too large"
            yield MalformedRecord(reason, path=f"record {count}")
            following = NEXT_LINE_OBJECT.search(buffer, begun + 1)
            depth, position = 0, following.end() if following else len(buffer)
            continue
        position = token.end()
        if token[0] == b"{":
            begun = token.start() if not depth else begun
            depth += 1
        elif token[0] == b"}" and depth:
            depth -= 1
            if not depth:
                count += 1
                yield buffer[begun:position]
    if not count:
        raise MalformedResponse("there is no JSON object in this file")


def json_record(body: bytes) -> dict[str, Any]:
    """A JSON object. A backslash that escapes nothing, as some exports have, is kept as one.
    Raises MalformedRecord."""
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        mended = STRAY_BACKSLASH.sub(lambda one: one[0] if one[1] else rb"\\", body)
        try:
            record = orjson.loads(mended)
        except orjson.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise MalformedRecord(f"not JSON: {error.msg}", path=where) from error
    if not isinstance(record, dict):
        raise MalformedRecord("a record has to be a JSON object")
    return record


def hash_of(value: Any) -> str:
    """SHA-256 of what a value says: the order of keys, white space and markup are no news."""
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    for space in (b"\\n", b"\\r", b"\\t", b"<br>", b"<br/>", b"<br />"):
        data = data.replace(space, b"")
    return hashlib.sha256(data.translate(None, NO_NEWS)).hexdigest()


def readable(read: Callable[[bytes], T], body: bytes, registry_id: str = "") -> T:
    """What `read` makes of a record; a shape it does not expect becomes a MalformedRecord."""
    try:
        return read(body)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise MalformedRecord(
            f"a record of a shape that cannot be read: {error}", registry_id=registry_id
        ) from error

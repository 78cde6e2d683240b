"""Plain text and Markdown: the whole file is one article, as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.read.items import Item
from dedup.read.lines import LONGEST, too_large
from dedup.read.opening import CHUNK, DamageError, Stream
from dedup.read.rows import Origin, Row, Trouble, row_number, skipped_row

BOM = b"\xef\xbb\xbf"


def read_text(item: Item, longest: int = LONGEST) -> Iterator[Row]:
    """One row; a skipped one if the file can't be read whole, is no UTF-8 or is over ``longest`` bytes."""
    origin = Origin(item.file, item.path)
    try:
        data = _read_whole(item, longest)
        text = data.decode("utf-8-sig")
    except DamageError as damage:
        yield skipped_row(origin, None, damage.trouble)
        return
    except UnicodeDecodeError as error:
        yield skipped_row(origin, None, not_utf8(error, 3 if data.startswith(BOM) else 0))
        return
    row = row_number(item.file, None)
    yield (row, None, item.path, None, None, None, None, None, text, (), None, None, None)


def _read_whole(item: Item, longest: int) -> bytes:
    data = bytearray()
    with Stream(item.place, item.compression) as stream:
        while piece := stream.read(CHUNK):
            data += piece
            if len(data) > longest:
                raise DamageError(*too_large("text", longest))
    return bytes(data)


def not_utf8(error: UnicodeDecodeError, before: int = 0) -> Trouble:
    """Which byte is wrong; ``before``: bytes that precede those that were decoded."""
    byte, offset = error.object[error.start], error.start + before
    return Trouble("encoding", f"not UTF-8: byte 0x{byte:02x} at offset {offset}")

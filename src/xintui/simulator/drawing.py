"""A PNG from nothing but zlib: the picture that stands where a mini-program code would."""

import hashlib
import struct
import zlib
from typing import Final

CELLS: Final = 21


def wxacode(scene: str, page: str, width: int) -> bytes:
    """A `width` × `width` grey PNG whose pattern is a function of scene and page; both are kept as tEXt chunks."""
    grid = _pattern(f"{page}?{scene}")
    size = [min(CELLS - 1, at * CELLS // width) for at in range(width)]
    rows = b"".join(b"\0" + bytes(grid[y][x] for x in size) for y in size)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)),
        (b"tEXt", b"scene\0" + scene.encode("latin-1")),
        (b"tEXt", b"page\0" + page.encode("latin-1", "replace")),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _pattern(text: str) -> list[list[int]]:
    bits = hashlib.shake_256(text.encode()).digest(CELLS * CELLS)
    edge = (0, CELLS - 1)
    return [
        [0 if x in edge or y in edge or bits[y * CELLS + x] & 1 else 255 for x in range(CELLS)] for y in range(CELLS)
    ]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

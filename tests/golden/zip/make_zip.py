"""Makes sample.zip (stored, deflated, zip64 and nested members) with zipfile, the zip64 fields by hand.

Run with: python make_zip.py
"""
import io
import pathlib
import struct
import zipfile
import zlib

HERE = pathlib.Path(__file__).parent
FIXED = (2020, 1, 1, 0, 0, 0)
TEXT = b"".join(b"line %d of a text that compresses\n" % i for i in range(400))


def member(archive, name, data, method):
    info = zipfile.ZipInfo(name, FIXED)
    info.compress_type = method
    archive.writestr(info, data)


def inner():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member(archive, "deep/inner.txt", b"inside", zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def zip64(name, data):
    """One stored member whose sizes and offset stand in zip64 fields only."""
    raw = name.encode()
    crc, everything = zlib.crc32(data), 0xFFFFFFFF
    extra = struct.pack("<HHQQ", 1, 16, len(data), len(data))
    out = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, everything, everything, len(raw), len(extra))
    out += raw + extra + data
    start = len(out)
    extra = struct.pack("<HHQQQ", 1, 24, len(data), len(data), 0)
    out += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, everything, everything, len(raw), len(extra),
                       0, 0, 0, 0, everything)
    out += raw + extra
    end = len(out)
    out += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, end - start, start)
    out += struct.pack("<IIQI", 0x07064B50, 0, end, 1)
    return out + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, everything, everything, 0)


with zipfile.ZipFile(HERE / "sample.zip", "w") as target:
    member(target, "stored.txt", TEXT[:1000], zipfile.ZIP_STORED)
    member(target, "package/deflated.txt", TEXT, zipfile.ZIP_DEFLATED)
    member(target, "package/empty.txt", b"", zipfile.ZIP_DEFLATED)
    member(target, "package/nested.zip", inner(), zipfile.ZIP_STORED)
    member(target, "package/large.zip", zip64("big.txt", b"sixty-four"), zipfile.ZIP_DEFLATED)

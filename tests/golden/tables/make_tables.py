"""Makes tables of every type with pyarrow 26, and what Python says their rows are, as JSON lines.

Run with: python make_tables.py
"""
import base64
import datetime as dt
import decimal
import json
import math
import pathlib
import uuid

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
UTC = dt.timezone.utc
D = decimal.Decimal


def columns():
    """name -> (type, values): one that is plain, one at an edge, one that is null."""
    moment = dt.datetime(2026, 3, 1, 12, 34, 56, 789000)
    return {
        "text": (pa.string(), ["plain", 'quote " \\ tab\t nul\0 line\n é 漢 😀', None]),
        "large_text": (pa.large_string(), ["a", "", None]),
        "bytes": (pa.binary(), [b"\x00\xff\x10", b"", None]),
        "fixed": (pa.binary(3), [b"abc", b"\xff\xfe\xfd", None]),
        "flag": (pa.bool_(), [True, False, None]),
        "i8": (pa.int8(), [-128, 127, None]),
        "i64": (pa.int64(), [-(2**63), 2**63 - 1, None]),
        "u64": (pa.uint64(), [0, 2**64 - 1, None]),
        "f32": (pa.float32(), [0.5, -0.0, None]),
        "f64": (pa.float64(), [0.1, math.nan, math.inf]),
        "price": (pa.decimal128(10, 2), [D("12.30"), D("-0.05"), None]),
        "exact": (pa.decimal128(30, 4), [D("12345678901234567890.1234"), D("-1.0000"), None]),
        "day": (pa.date32(), [dt.date(2026, 3, 1), dt.date(1899, 12, 31), None]),
        "clock": (pa.time64("us"), [dt.time(12, 34, 56, 7), dt.time(0, 0), None]),
        "local": (pa.timestamp("ms"), [moment, dt.datetime(1960, 1, 1, 23, 59, 59, 1000), None]),
        "zoned": (pa.timestamp("us", "Europe/Berlin"), [moment.replace(tzinfo=UTC), dt.datetime(1, 1, 1, tzinfo=UTC), None]),
        "word": (pa.dictionary(pa.int8(), pa.string()), ["red", "red", None]),
        "tags": (pa.list_(pa.string()), [["a", None], [], None]),
        "grid": (pa.list_(pa.list_(pa.int32())), [[[1], [2, 3]], [None], None]),
        "messages": (pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())])),
                     [[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": None}], [], None]),
        "counts": (pa.map_(pa.string(), pa.int32()), [[("a", 1), ("b", None)], [], None]),
        "by_number": (pa.map_(pa.int32(), pa.string()), [[(1, "x")], [], None]),
        "image": (pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
                  [{"bytes": b"png", "path": "a.png"}, {"bytes": None, "path": None}, None]),
        "nothing": (pa.null(), [None, None, None]),
    }


def stamp(value, zone):
    if value.microsecond:
        text = value.isoformat(timespec="milliseconds" if not zone else "microseconds")
    else:
        text = value.isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


def as_json(kind, value):
    """What table_reader.h promises of a value."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if pa.types.is_timestamp(kind):
        return stamp(value, kind.tz)
    if pa.types.is_decimal(kind):
        return float(value) if kind.precision <= 15 else str(value)
    if pa.types.is_list(kind):
        return [as_json(kind.value_type, item) for item in value]
    if pa.types.is_map(kind):
        if pa.types.is_string(kind.key_type):
            return dict(value)
        return [{"key": key, "value": item} for key, item in value]
    if pa.types.is_struct(kind):
        if [field.name for field in kind] == ["bytes", "path"]:
            return {"path": value["path"]}
        return {field.name: as_json(field.type, value[field.name]) for field in kind}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return value


def main():
    made = columns()
    schema = pa.schema([(name, kind) for name, (kind, _) in made.items()])
    table = pa.table([pa.array(values, kind) for kind, values in made.values()], schema=schema)
    with open(HERE / "types.jsonl", "w") as file:
        for row in range(table.num_rows):
            cells = {name: as_json(kind, values[row]) for name, (kind, values) in made.items()}
            file.write(json.dumps(cells, ensure_ascii=False, separators=(",", ":")) + "\n")
    pq.write_table(table, HERE / "types.parquet", row_group_size=2, compression="zstd", write_statistics=False,
                   store_schema=False)  # what it would add is in the Arrow files
    plain = table.drop_columns(["image", "grid"])
    pa.feather.write_feather(table.select(["text", "messages"]), HERE / "turns.feather", compression="lz4", chunksize=2)
    with pa.ipc.new_stream(HERE / "types.arrow", plain.schema) as stream:
        stream.write_table(plain, max_chunksize=2)
    ids = pa.array([uuid.UUID(int=1).bytes, None], pa.binary(16))
    extra = pa.table({
        "id": pa.ExtensionArray.from_storage(pa.uuid(), ids),
        "half": pa.array([0.5, None], pa.float16()),
        "span": pa.array([-1500, None], pa.duration("ms")),
        "view": pa.array(["seen through a view", None], pa.string_view()),
        "far": pa.array([2**60, None], pa.timestamp("s")),
    })
    with pa.ipc.new_file(HERE / "extra.arrow", extra.schema) as file:
        file.write_table(extra)


main()

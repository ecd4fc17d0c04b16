"""Reads RecordIO files of the protobuf messages that SageMaker's algorithms take (record.proto, aialgs.data.Record)."""

import struct

MAGIC = 0xCED7230A


def records(content):
    """The messages of a RecordIO file, one by one."""
    place = 0
    while place < len(content):
        magic, length = struct.unpack_from("<II", content, place)
        if magic != MAGIC or place + 8 + length > len(content):
            raise ValueError(f"The bytes from {place} are no whole RecordIO record.")
        yield content[place + 8 : place + 8 + length]
        place += 8 + (length + 3) // 4 * 4


def fields(message):
    """The fields of a protobuf message: its number, and bytes or a number."""
    place = 0
    while place < len(message):
        key, place = varint(message, place)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, place = varint(message, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, place = message[place : place + size], place + size
        elif kind == 2:
            length, place = varint(message, place)
            value, place = message[place : place + length], place + length
        else:
            raise ValueError(f"A protobuf field has the wire type {kind}, which records do not use.")
        yield number, value


def varint(message, place):
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def integers(packed):
    if isinstance(packed, int):
        return [packed]
    place, found = 0, []
    while place < len(packed):
        value, place = varint(packed, place)
        found.append(value)
    return found


# The tensors of a Value by their field's number.
number_types = {2: "<f4", 3: "<f8", 7: "<i4"}


def tensor(value):
    """The values, keys and shape of the one tensor that a Value has."""
    import numpy

    for number, body in fields(value):
        if number not in number_types:
            raise ValueError("A record has bytes where numbers are expected.")
        values, keys, shape = [], [], []
        for part, content in fields(body):
            if part == 2:
                keys += integers(content)
            elif part == 3:
                shape += integers(content)
            elif number == 7:
                values += integers(content)
            else:
                values += numpy.frombuffer(content, dtype=number_types[number]).tolist()
        return values, keys, shape
    return [], [], []


def entry(message, wanted):
    """The Value of the entry `values` of a map field; None when the record has none."""
    for number, body in fields(message):
        if number == wanted:
            parts = dict(fields(body))
            if parts.get(1) == b"values":
                return parts[2]
    return None


def read_records(content):
    """
    Reads a whole file. Returns features (a float32 array, or a CSR matrix when the records are sparse) and labels; the
    labels are None when the records have none.
    """
    import numpy
    from scipy.sparse import csr_matrix

    content = bytes(content)
    rows = [(tensor(entry(message, 1)), entry(message, 2)) for message in records(content)]
    labels = [tensor(label)[0] for _, label in rows if label is not None]
    if labels and len(labels) != len(rows):
        raise ValueError(f"{len(rows) - len(labels)} of {len(rows)} records have no label.")
    features = [feature for feature, _ in rows]
    if any(keys for _, keys, _ in features):
        lengths = [len(values) for values, _, _ in features]
        width = max(max(shape[-1:] + [max(keys, default=-1) + 1]) for _, keys, shape in features)
        matrix = csr_matrix(
            (
                numpy.array([value for values, _, _ in features for value in values], dtype="float32"),
                [key for _, keys, _ in features for key in keys],
                numpy.cumsum([0, *lengths]),
            ),
            shape=(len(features), width),
        )
    else:
        matrix = numpy.array([values for values, _, _ in features], dtype="float32")
    return matrix, numpy.concatenate(labels).astype("float32") if labels else None

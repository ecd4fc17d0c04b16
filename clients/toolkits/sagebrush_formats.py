"""The formats of requests and answers that AWS's inference toolkit reads and writes by itself."""

import io
import json

JSON = "application/json"
CSV = "text/csv"
NPY = "application/x-npy"
NPZ = "application/x-npz"

texts = (JSON, CSV)


class UnsupportedFormatError(Exception):
    def __init__(self, content_type, known=()):
        known = f"; there are {', '.join(known)}" if known else ""
        super().__init__(f"Content type {content_type} is not supported{known}.")


def media_type(header):
    return header.split(";")[0].strip().lower()


def array_of(value, dtype=None):
    try:
        import numpy
    except ImportError:
        return value
    return numpy.array(value, dtype=dtype)


def decode_json(content, dtype=None):
    return array_of(json.loads(content), dtype)


def decode_csv(content, dtype=None):
    import numpy

    text = content if isinstance(content, str) else bytes(content).decode("utf-8")
    return numpy.genfromtxt(io.StringIO(text), dtype=dtype, delimiter=",")


def decode_npy(content, dtype=None):
    import numpy

    return numpy.load(io.BytesIO(content), allow_pickle=False)


def decode_npz(content, dtype=None):
    import scipy.sparse

    return scipy.sparse.load_npz(io.BytesIO(content))


decoders = {NPY: decode_npy, CSV: decode_csv, JSON: decode_json, NPZ: decode_npz}


def plain(value):
    """Returns what json can write of an array, or of what is made of arrays."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "to_dict"):
        return value.to_dict(orient="records")
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def encode_json(value):
    return json.dumps(value, default=plain)


def encode_csv(value):
    import numpy

    stream = io.StringIO()
    numpy.savetxt(stream, value, delimiter=",", fmt="%s")
    return stream.getvalue()


def encode_npy(value):
    import numpy

    stream = io.BytesIO()
    numpy.save(stream, value, allow_pickle=False)
    return stream.getvalue()


encoders = {NPY: encode_npy, CSV: encode_csv, JSON: encode_json}


def decode(content, content_type, known=decoders):
    kind = media_type(content_type)
    if kind not in known:
        raise UnsupportedFormatError(content_type, known)
    return known[kind](content)


def encode(value, accept):
    """Encodes in the first type of the Accept header that can be written; returns it with that type."""
    for part in accept.split(","):
        kind = media_type(part)
        if kind in ("*/*", ""):
            kind = JSON
        if kind in encoders:
            return encoders[kind](value), kind
    raise UnsupportedFormatError(accept, encoders)


def libsvm_matrix(content):
    """Reads the features of lines in LIBSVM's format, whose labels may be there or not, as a CSR matrix."""
    import numpy
    from scipy.sparse import csr_matrix

    rows, columns, values, count = [], [], [], 0
    for line in io.BytesIO(content if isinstance(content, bytes) else content.encode()):
        parts = line.split()
        if not parts:
            continue
        for part in parts:
            name, colon, value = part.partition(b":")
            # What comes first may be a label.
            if colon and name.isdigit():
                rows.append(count)
                columns.append(int(name))
                values.append(float(value))
        count += 1
    shape = (count, max(columns, default=-1) + 1)
    return csr_matrix((numpy.array(values, dtype="float32"), (rows, columns)), shape=shape)

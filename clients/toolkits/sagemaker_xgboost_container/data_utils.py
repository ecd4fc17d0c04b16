"""Makes a DMatrix of the files of a channel."""

import csv
import io
import os

import numpy
import xgboost
from sagebrush_records import read_records
from sagemaker_algorithm_toolkit.exceptions import UserError
from sagemaker_xgboost_container.constants import xgb_content_types as types

CSV, LIBSVM, PARQUET, RECORDIO_PROTOBUF = "csv", "libsvm", "parquet", "recordio-protobuf"

names = {
    CSV: CSV,
    "text/csv": CSV,
    LIBSVM: LIBSVM,
    types.LIBSVM: LIBSVM,
    types.X_LIBSVM: LIBSVM,
    PARQUET: PARQUET,
    types.X_PARQUET: PARQUET,
    RECORDIO_PROTOBUF: RECORDIO_PROTOBUF,
    types.X_RECORDIO_PROTOBUF: RECORDIO_PROTOBUF,
}


def get_content_type(content_type_cfg_val):
    """Returns the short name of a content type; LIBSVM where none is given."""
    if content_type_cfg_val is None:
        return LIBSVM
    kind, _, parameters = content_type_cfg_val.lower().partition(";")
    if kind.strip() not in names:
        raise UserError(f"{content_type_cfg_val} is not an accepted ContentType: {', '.join(names)}.")
    found = dict(part.strip().partition("=")[::2] for part in parameters.split(";"))
    if names[kind.strip()] == CSV and found.get("label_size", "1") != "1":
        raise UserError(
            f"{content_type_cfg_val} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
        )
    return names[kind.strip()]


def get_size(data_path, is_pipe=False):
    """The bytes of a channel; 1 of a pipe."""
    if is_pipe and os.path.exists(f"{data_path}_0"):
        return 1
    return sum(os.path.getsize(path) for path in files_of(data_path)) if os.path.exists(data_path) else 0


def files_of(data_path):
    """The files of folders and of the folders in them, in the order of their names. Hidden ones are left out."""
    for path in data_path if isinstance(data_path, list) else [data_path]:
        if os.path.isfile(path):
            yield path
        for folder, folders, files in os.walk(path):
            folders.sort()
            yield from (os.path.join(folder, name) for name in sorted(files) if name[0] not in "._")


def contents(data_path, is_pipe):
    """The bytes of each file, or of each pipe's first epoch."""
    pipes = data_path if isinstance(data_path, list) else [data_path]
    for path in [f"{pipe}_0" for pipe in pipes] if is_pipe else files_of(data_path):
        with open(path, "rb") as file:
            yield file.read()


def csv_parts(content, csv_weights):
    import pandas

    first = content[: content.find(b"\n") + 1 or None].decode("utf-8", "replace")
    try:
        delimiter = csv.Sniffer().sniff(first).delimiter
    except csv.Error as error:
        raise UserError(f"Could not determine delimiter on line {first[:50]}:\n{error}") from None
    rows = pandas.read_csv(io.BytesIO(content), sep=delimiter, header=None, dtype="float32").to_numpy()
    return rows[:, 1 + csv_weights :], rows[:, 0], rows[:, 1] if csv_weights else None


def libsvm_parts(content, _csv_weights):
    """A line is LABEL or LABEL:WEIGHT, then INDEX:VALUE. Indices are taken as they are."""
    from sagebrush_formats import libsvm_matrix

    # A label with a weight would look like a feature.
    lines = [line.split(None, 1) for line in content.splitlines() if line.strip()]
    heads = [line[0].partition(b":") for line in lines]
    features = b"\n".join(b"0 " + b"".join(line[1:]) for line in lines)
    weights = [float(weight) for _, colon, weight in heads if colon]
    if weights and len(weights) != len(heads):
        raise ValueError("Some lines have a weight, and some have none.")
    return libsvm_matrix(features), [float(label) for label, _, _ in heads], weights or None


def parquet_parts(content, _csv_weights):
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(io.BytesIO(content)).to_pandas().to_numpy()
    return rows[:, 1:], rows[:, 0], None


def record_parts(content, _csv_weights):
    features, labels = read_records(content)
    return features, [] if labels is None else labels, None


readers = {CSV: csv_parts, LIBSVM: libsvm_parts, PARQUET: parquet_parts, RECORDIO_PROTOBUF: record_parts}


def joined(parts):
    from scipy.sparse import csr_matrix, issparse, vstack

    if not any(issparse(part) for part in parts):
        return numpy.concatenate(parts)
    width = max(part.shape[1] for part in parts)
    for part in parts:
        part.resize(part.shape[0], width)
    return csr_matrix(vstack(parts))


def get_dmatrix(data_path, content_type, csv_weights=0, is_pipe=False):
    """
    Reads a folder, a file or the pipe of a channel (or a list of them) with labels in the first column. Returns None when
    there is nothing to read.
    """
    kind = content_type.lower()
    if is_pipe and kind == LIBSVM:
        raise UserError("Pipe mode not supported for LibSVM.")
    try:
        parts = [readers[kind](content, csv_weights) for content in contents(data_path, is_pipe) if content]
        if not parts:
            return None
        features, labels, weights = zip(*parts)
        weight = None if any(part is None for part in weights) else numpy.concatenate(weights)
        matrix = xgboost.DMatrix(joined(features), label=numpy.concatenate(labels), weight=weight)
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"Failed to load {kind} data with exception:\n{error}") from error
    if matrix.get_label().size == 0:
        raise UserError("Got input data without labels. Please check the input data set.")
    return matrix

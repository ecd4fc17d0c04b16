"""Makes a DMatrix of the body of a request."""

import csv
import json

import numpy
import xgboost
from sagebrush_formats import CSV, UnsupportedFormatError, libsvm_matrix, media_type
from sagebrush_records import read_records
from sagemaker_xgboost_container.constants.xgb_content_types import LIBSVM, X_LIBSVM, X_RECORDIO_PROTOBUF


def csv_to_dmatrix(input, dtype=None):
    """Rows of numbers; the delimiter is found out, an empty field is a missing value."""
    text = (input.decode() if isinstance(input, (bytes, bytearray)) else input).strip("\n")
    lines = text.split("\n")
    try:
        found = csv.Sniffer().sniff(lines[0][:512]).delimiter
    except csv.Error:
        found = ","
    delimiter = "," if found.isalnum() or found == "." else found
    rows = [[field.strip() or "nan" for field in line.split(delimiter)] for line in lines]
    return xgboost.DMatrix(numpy.array(rows).astype(dtype or "float32"))


def libsvm_to_dmatrix(string_like):
    return xgboost.DMatrix(libsvm_matrix(string_like))


def recordio_protobuf_to_dmatrix(string_like):
    return xgboost.DMatrix(read_records(string_like)[0])


readers = {
    CSV: csv_to_dmatrix,
    LIBSVM: libsvm_to_dmatrix,
    X_LIBSVM: libsvm_to_dmatrix,
    X_RECORDIO_PROTOBUF: recordio_protobuf_to_dmatrix,
}


def decode(obj, content_type):
    kind = media_type(content_type)
    if kind not in readers:
        raise UnsupportedFormatError(content_type, readers)
    return readers[kind](obj)


def json_to_jsonlines(json_data):
    """Writes the items of the one list of a JSON object as lines."""
    value = json_data if isinstance(json_data, dict) else json.loads(json_data)
    if len(value) != 1:
        raise ValueError("JSON response is not compatible for conversion to jsonlines.")
    (items,) = value.values()
    return "".join(f"{json.dumps(item)}\n" for item in items).encode()

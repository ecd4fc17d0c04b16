import sagebrush_formats
from sagebrush_formats import encode_csv as array_to_csv
from sagebrush_formats import encode_json as array_to_json
from sagebrush_formats import encode_npy as array_to_npy


def encode(value, content_type):
    return sagebrush_formats.encode(value, content_type)[0]

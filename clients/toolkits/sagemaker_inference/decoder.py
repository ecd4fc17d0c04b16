from sagebrush_formats import decode
from sagebrush_formats import decode_csv as csv_to_numpy
from sagebrush_formats import decode_json as json_to_numpy
from sagebrush_formats import decode_npy as npy_to_numpy
from sagebrush_formats import decode_npz as npz_to_sparse

from sagemaker_inference.decoder import csv_to_numpy, decode, json_to_numpy, npy_to_numpy
from sagemaker_inference.encoder import array_to_csv, array_to_json, array_to_npy, encode

"""Writes a logistic regression on the iris set to the folder given, twice: as scikit-learn's pickle, and as the archive
of AWS's linear-learner with the same numbers. Prints a row. `python iris.py FOLDER`."""

import io
import json
import os
import struct
import sys
import tarfile
import zipfile

import joblib
import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

folder = sys.argv[1]
rows, species = load_iris(return_X_y=True)
model = LogisticRegression(max_iter=1000).fit(rows, species)
joblib.dump(model, os.path.join(folder, "iris.joblib"))


def nodes():
    yield {"op": "null", "name": "data", "inputs": []}
    yield {"op": "null", "name": "fc0_weight", "inputs": []}
    yield {"op": "dot", "name": "dot0", "inputs": [[0, 0, 0], [1, 0, 0]]}
    yield {"op": "null", "name": "fc0_bias", "inputs": []}
    yield {"op": "broadcast_add", "name": "plus0", "inputs": [[2, 0, 0], [3, 0, 0]]}
    yield {"op": "null", "name": "out_label", "inputs": []}
    yield {"op": "SoftmaxOutput", "name": "out", "inputs": [[4, 0, 0], [5, 0, 0]]}


def array(values):
    head = struct.pack("<III", 0xF993FAC9, 0, values.ndim) + struct.pack(f"<{values.ndim}Q", *values.shape)
    return head + struct.pack("<III", 1, 0, 0) + values.astype("<f4").tobytes()


arrays = {"fc0_weight": model.coef_.T, "fc0_bias": model.intercept_.reshape(1, -1)}
params = struct.pack("<QQQ", 0x112, 0, len(arrays)) + b"".join(map(array, arrays.values()))
params += struct.pack("<Q", len(arrays))
for name in arrays:
    params += struct.pack("<Q", len(name) + 4) + f"arg:{name}".encode()

archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as file:
    file.writestr("mx-mod-symbol.json", json.dumps({"nodes": list(nodes()), "heads": [[6, 0, 0]]}))
    file.writestr("additional-params.json", json.dumps({"predictor_type": "multiclass_classifier"}))
    file.writestr("mx-mod-0000.params", params)
with tarfile.open(os.path.join(folder, "iris.tar.gz"), "w:gz") as file:
    member = tarfile.TarInfo("model_algo-1")
    member.size = archive.getbuffer().nbytes
    archive.seek(0)
    file.addfile(member, archive)
print(json.dumps(np.float32(rows[0]).tolist()))

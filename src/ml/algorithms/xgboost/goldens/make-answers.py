"""Writes answers.json: what the model server of each open XGBoost container answers, byte by byte.

Run with: python make-answers.py FOLDER CONTAINERS, then npm run format. Needs Python 3.11 with flask, numpy < 2,
scipy < 1.11, six and protobuf < 3.21. FOLDER/VERSION is github.com/aws/sagemaker-xgboost-container as make-schemas.py
wants it, CONTAINERS is github.com/aws/sagemaker-containers at v2.8.6.post2. The containers' own Flask application
answers; the boosters are stand-ins that predict the numbers of `predictions`, and libraries that only read data or
models are left out. A row of `answers` is objective, number of models, Accept and status, and of a success the type
and the place of its text in `texts`; records are in base64. Versions that answer the same share their rows. Versions
before 1.2-2 answer several models with none, so they have one.
"""

import base64
import json
import pathlib
import subprocess
import sys

predictions = {
    "binary:logistic": [[0.1, 0.5, 0.7345678, 1e-05, 1.0], [0.3, 0.5, 0.1, 2e-05, 0.0]],
    "reg:squarederror": [[12.5, -3.0, 123456792.0, 1.5e-07, 3e16], [10.0, 1.0, 0.1, 0.0, 1.0]],
    "multi:softmax": [[0.0, 2.0, 1.0], [1.0, 2.0, 0.0], [1.0, 0.0, 0.0]],
    "multi:softprob": [[[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]], [[0.3, 0.3, 0.4], [0.05, 0.9, 0.05]]],
}
accepts = ["", "*/*", "text/csv", "application/json", "application/jsonlines", "application/x-recordio-protobuf"]
accepts += ["Application/JSON; q=1", "text/html", "text/*", "application/json, text/csv"]
environments = [
    {},
    {"SAGEMAKER_BATCH": "true"},
    {"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/json"},
    {"SAGEMAKER_INFERENCE_OUTPUT": "predicted_label,probability"},
    {"SAGEMAKER_INFERENCE_OUTPUT": "probabilities, Predicted_Label,labels,raw_scores,raw_score"},
    {"SAGEMAKER_INFERENCE_OUTPUT": "predicted_score,none", "SAGEMAKER_BATCH": "1"},
    {"SAGEMAKER_INFERENCE_OUTPUT": "predicted_label", "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/jsonlines"},
]
versions = ["0.90-1", "0.90-2", "1.0-1", "1.2-1", "1.2-2", "1.3-1", "1.5-1", "1.7-1", "3.0-5"]

program = """
import base64, json, os, sys, types
from unittest.mock import MagicMock

task = json.load(sys.stdin)
for name in ["sagemaker_xgboost_container", "sagemaker_xgboost_container.algorithm_mode", "sagemaker_containers"]:
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [os.path.join(folder, name.replace(".", "/")) for folder in task["folders"]]
for name in ["mlio", "mlio.integ", "mlio.integ.arrow", "mlio.integ.numpy", "mlio.integ.scipy", "xgboost", "pandas"]:
    sys.modules[name] = MagicMock()
for name in ["pyarrow", "pyarrow.parquet", "sagemaker_containers.beta", "sagemaker_containers.beta.framework"]:
    sys.modules[name] = MagicMock()
for name in ["gunicorn", "gunicorn.app", "gunicorn.six"]:
    sys.modules[name] = MagicMock()
sys.modules["sagemaker_inference"] = MagicMock()
sys.modules["sagemaker_inference"].errors.BaseInferenceToolkitError = Exception
base = types.ModuleType("gunicorn.app.base")
base.BaseApplication = object
sys.modules["gunicorn.app.base"] = sys.modules["gunicorn.app"].base = base
from sagemaker_containers import _encoders
sys.modules["sagemaker_containers.beta.framework"].encoders = _encoders

import numpy as np
from sagemaker_xgboost_container.algorithm_mode import serve

class Booster:
    def __init__(self, objective, numbers):
        self.objective, self.numbers = objective, np.array(numbers, dtype=np.float32)
    def predict(self, data, ntree_limit=0, validate_features=False):
        return self.numbers
    def set_param(self, name, value):
        pass
    def save_config(self):
        classes = str(max(map(len, self.numbers))) if self.objective == "multi:softprob" else "0"
        if self.objective == "multi:softmax":
            classes = "3"
        return json.dumps({"learner": {"objective": {"name": self.objective}, "learner_model_param": {"num_class": classes}}})

service = serve.ScoringService
if hasattr(serve, "serve_utils"):
    serve.serve_utils.parse_content_data = lambda payload, content_type: (None, "csv")
else:
    serve._parse_content_data = lambda request: (None, "csv")
service.app.config["PROPAGATE_EXCEPTIONS"] = False
client = service.app.test_client()
answers = []
for objective, numbers, count in task["cases"]:
    boosters = [Booster(objective, one) for one in numbers]
    service.booster = boosters if count > 1 else boosters[0]
    service.format = ["xgb_format"] * count if count > 1 else "xgb_format"
    service.config_json, service.objective = None, objective
    for accept in task["accepts"]:
        answer = client.post("/invocations", data=b"1", headers={"Accept": accept} if accept else {})
        text = base64.b64encode(answer.data).decode() if "recordio" in answer.content_type else answer.data.decode()
        row = [objective, count, accept, answer.status_code]
        answers.append(row + ([answer.content_type.split(";")[0], text] if answer.status_code < 400 else []))
print(json.dumps(answers))
"""



def answerable(environment):
    """The objectives that lack at most one selected key: the container gives several in the order of a set."""
    has = {
        "reg:squarederror": {"predicted_score"},
        "multi:softmax": {"predicted_label", "labels", "raw_score", "raw_scores"},
    }
    classes = {"predicted_label", "labels", "probability", "probabilities", "raw_score", "raw_scores"}
    selected = set(environment.get("SAGEMAKER_INFERENCE_OUTPUT", "").replace(" ", "").lower().split(",")) - {""}
    return [one for one in predictions.items() if len(selected - has.get(one[0], classes)) <= 1]


here = pathlib.Path(__file__).parent
folder, containers = map(pathlib.Path, sys.argv[1:3])
texts, answers = [], []
for version in versions:
    sources = [next(path for path in [folder / version, folder / f"v{version}"] if path.exists()) / "src", containers / "src"]
    one_model = version in versions[: versions.index("1.2-2")]
    for environment in environments:
        chosen = answerable(environment)
        cases = [[objective, sets[:1], 1] for objective, sets in chosen]
        if not one_model:
            cases += [[objective, sets, len(sets)] for objective, sets in chosen]
        task = {"folders": list(map(str, sources)), "cases": cases, "accepts": accepts}
        process = {"PYTHONPATH": ":".join(map(str, sources)), "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "python", **environment}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env=process, input=json.dumps(task), check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        rows = []
        for row in json.loads(done.stdout.splitlines()[-1]):
            if len(row) > 4:
                if row[5] not in texts:
                    texts.append(row[5])
                row[5] = texts.index(row[5])
            rows.append(row)
        same = next((one for one in answers if one["environment"] == environment and one["answers"] == rows), None)
        if same:
            same["versions"].append(version)
        else:
            answers.append({"versions": [version], "environment": environment, "answers": rows})
whole = {"predictions": predictions, "texts": texts, "answers": answers}
(here / "answers.json").write_text(json.dumps(whole))

"""
SavedModels as TensorFlow Serving offers them: by name and version, with its JSON forms of requests and answers (predict,
classify and regress; instances, inputs and examples).
"""

import base64
import json
import os
import threading

from tensorflow_requests import RequestError

MODEL_FILE = "saved_model.pb"
PREDICT, CLASSIFY, REGRESS = "predict", "classify", "regress"
METHODS = {PREDICT: "tensorflow/serving/predict", CLASSIFY: "tensorflow/serving/classify", REGRESS: "tensorflow/serving/regress"}


def find_models(folder):
    """Returns the versions of each model, by the name of its folder: NAME/VERSION/saved_model.pb anywhere below."""
    found = {}
    for path, folders, files in os.walk(folder):
        folders.sort()
        parent, version = os.path.split(path)
        if MODEL_FILE in files and version.isdigit():
            found.setdefault(os.path.basename(parent), {})[int(version)] = path
    return found


class SavedModel:
    def __init__(self, folder):
        import tensorflow
        from tensorflow.core.protobuf import saved_model_pb2

        self.tensorflow = tensorflow
        self.loaded = tensorflow.saved_model.load(folder)
        with open(os.path.join(folder, MODEL_FILE), "rb") as file:
            read = saved_model_pb2.SavedModel.FromString(file.read())
        self.definitions = {name: one for graph in read.meta_graphs for name, one in graph.signature_def.items()}

    def signature(self, request, method):
        name = request.get("signature_name") or "serving_default"
        if name not in self.loaded.signatures:
            raise RequestError(f'Serving signature key "{name}" not found.')
        has = self.definitions[name].method_name
        if method != PREDICT and has != METHODS[method]:
            raise RequestError(f"Expected {method} signature method_name to be {METHODS[method]}. Was: {has}")
        return self.loaded.signatures[name]

    def predict(self, request):
        function = self.signature(request, PREDICT)
        specs = function.structured_input_signature[1]
        if "instances" in request:
            size, values = columns_of(request["instances"], specs)
            return {"predictions": rows_of(self.call(function, specs, values), size)}
        if "inputs" in request:
            given = request["inputs"]
            values = given if is_named(given) else {only(specs, "inputs"): given}
            outputs = {name: plain(name, value) for name, value in self.call(function, specs, values).items()}
            return {"outputs": next(iter(outputs.values())) if len(outputs) == 1 else outputs}
        raise RequestError("Missing 'inputs' or 'instances' key")

    def call(self, function, specs, values):
        strange = [name for name in values if name not in specs]
        missing = [name for name in specs if name not in values]
        if strange or missing:
            said = f"does not have named input: {missing[0]}" if missing else f"has input {strange[0]}, which is not an input"
            raise RequestError(f"JSON object: {said}; the inputs are {', '.join(sorted(specs))}")
        return self.run(function, {name: self.tensor(name, values[name], spec) for name, spec in specs.items()})

    def run(self, function, tensors):
        errors = self.tensorflow.errors
        try:
            return {name: value.numpy() for name, value in sorted(function(**tensors).items())}
        except (errors.InvalidArgumentError, errors.OutOfRangeError, errors.NotFoundError, errors.FailedPreconditionError) as error:
            raise RequestError(error.message) from None
        except (TypeError, ValueError) as error:
            raise RequestError(str(error)) from None

    def tensor(self, name, value, spec):
        if spec.dtype == self.tensorflow.string:
            value = decoded(value)
        try:
            return self.tensorflow.constant(value, dtype=spec.dtype)
        except (TypeError, ValueError) as error:
            raise RequestError(f"Failed to process input {name}: {error}") from None

    def classify(self, request):
        outputs, count = self.of_examples(request, CLASSIFY)
        names, scores = outputs.get("classes"), outputs.get("scores")
        labels = names if names is not None else [[b""] * len(row) for row in scores]
        values = scores.tolist() if scores is not None else [[0.0] * len(row) for row in labels]
        pairs = [[[text(label), value] for label, value in zip(*row)] for row in zip(labels, values)]
        return {"results": pairs[:count]}

    def regress(self, request):
        outputs, count = self.of_examples(request, REGRESS)
        return {"results": [number(value) for value in outputs["outputs"].reshape(count)]}

    def of_examples(self, request, method):
        function = self.signature(request, method)
        examples = request.get("examples")
        if not isinstance(examples, list) or not examples:
            raise RequestError("When method is classify or regress, key 'examples' is expected and must be a list.")
        context = request.get("context", {})
        rows = [self.example({**context, **one}) for one in examples]
        name = only(function.structured_input_signature[1], "examples")
        return self.run(function, {name: self.tensorflow.constant(rows, dtype=self.tensorflow.string)}), len(rows)

    def example(self, features):
        train = self.tensorflow.train
        made = {}
        for name, value in features.items():
            values = value if isinstance(value, list) else [value]
            if all(isinstance(one, (str, bytes)) or is_binary(one) for one in values):
                made[name] = train.Feature(bytes_list=train.BytesList(value=[as_bytes(one) for one in values]))
            elif all(isinstance(one, int) for one in values):
                made[name] = train.Feature(int64_list=train.Int64List(value=values))
            else:
                made[name] = train.Feature(float_list=train.FloatList(value=values))
        return train.Example(features=train.Features(feature=made)).SerializeToString()


class ModelServer:
    """All models below a folder. Each version is loaded when it is first asked for; the newest of the usual one at once."""

    def __init__(self, folder):
        self.versions = find_models(folder)
        if not self.versions:
            raise ValueError("no SavedModel bundles found! The archive must have NAME/VERSION/saved_model.pb, such as export/Servo/1/saved_model.pb.")
        self.usual = os.environ.get("SAGEMAKER_TFS_DEFAULT_MODEL_NAME") or next(iter(self.versions))
        self.loaded, self.lock = {}, threading.Lock()
        self.model(self.usual)

    def version(self, name, version=None):
        versions = self.versions.get(name, {})
        asked = max(versions, default=None) if version is None else int(version) if version.isdigit() else None
        if asked not in versions:
            wanted = f"Specific({name}, {version})" if version is not None else f"Latest({name})"
            raise RequestError(f"Servable not found for request: {wanted}", 404)
        return asked

    def model(self, name, version=None):
        number_ = self.version(name, version)
        with self.lock:
            if (name, number_) not in self.loaded:
                self.loaded[name, number_] = SavedModel(self.versions[name][number_])
            return self.loaded[name, number_]

    def answer(self, name, version, method, body):
        """Answers the body of a request with the text of TensorFlow Serving's."""
        if method not in METHODS:
            raise RequestError(f"Malformed request: POST /v1/models/{name}:{method}")
        try:
            request = json.loads(body)
        except ValueError as error:
            raise RequestError(f"JSON Parse error: {error}") from None
        if not isinstance(request, dict):
            raise RequestError("JSON Value: is not object")
        return json.dumps(getattr(self.model(name, version), method)(request), indent=4)

    def status(self, name, version=None):
        versions = [self.version(name, version)] if version is not None else sorted(self.versions.get(name, {}), reverse=True)
        if not versions:
            raise RequestError(f"Could not find any versions of model {name}", 404)
        state = {"state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
        return json.dumps({"model_version_status": [{"version": str(one), **state} for one in versions]}, indent=1)


def is_binary(value):
    return isinstance(value, dict) and list(value) == ["b64"]


def is_named(value):
    return isinstance(value, dict) and not is_binary(value)


def only(specs, what):
    if len(specs) != 1:
        raise RequestError(f"{what} is a plain value or list, but expecting one object with the inputs {', '.join(sorted(specs))}")
    return next(iter(specs))


def columns_of(instances, specs):
    """Returns how many instances there are, and the values of each input."""
    if not isinstance(instances, list) or not instances:
        raise RequestError("Expecting 'instances' value to be a list with at least one element")
    if not is_named(instances[0]):
        return len(instances), {only(specs, "instances"): instances}
    for number_, one in enumerate(instances):
        if not is_named(one) or set(one) != set(instances[0]):
            raise RequestError(f"Failed to process element: {number_} of 'instances' list: its inputs are not those of the first")
    return len(instances), {name: [one[name] for one in instances] for name in instances[0]}


def rows_of(outputs, size):
    for name, value in outputs.items():
        if value.ndim == 0 or value.shape[0] != size:
            raise RequestError(f"Tensor name: {name} has inconsistent batch size: {value.shape[0] if value.ndim else 0} expecting: {size}")
    lists = {name: plain(name, value) for name, value in outputs.items()}
    if len(lists) == 1:
        return next(iter(lists.values()))
    return [{name: values[row] for name, values in lists.items()} for row in range(size)]


def as_bytes(value):
    if is_binary(value):
        try:
            return base64.b64decode(value["b64"], validate=True)
        except (TypeError, ValueError):
            raise RequestError("Unable to decode base64 content") from None
    return value.encode() if isinstance(value, str) else value


def decoded(value):
    return [decoded(one) for one in value] if isinstance(value, list) else as_bytes(value)


def number(value):
    # Nine digits are all that a 32-bit number has.
    return float(f"{value:.9g}") if value.dtype.name in ("float32", "float16", "bfloat16") else value.item()


def text(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def plain(name, value):
    """Returns what JSON has of an output; texts of one whose name ends with _bytes are in base64."""
    if value.ndim > 0 if hasattr(value, "ndim") else False:
        return [plain(name, one) for one in value]
    if isinstance(value, bytes) or getattr(value, "dtype", None) == object:
        raw = value if isinstance(value, bytes) else value.item()
        return {"b64": base64.b64encode(raw).decode()} if name.endswith("_bytes") else text(raw)
    return number(value)

"""
The functions by which a user's script serves: model_fn, then transform_fn, or input_fn, predict_fn and output_fn. What a
script leaves out is the image family's own (script_defaults.py).
"""

import importlib
import inspect
import os
import sys
import traceback
from types import SimpleNamespace

from sagebrush_formats import UnsupportedFormatError, media_type, texts
from script_defaults import defaults_of

names = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")
any_type = ("", "*/*")


class ScriptError(Exception):
    """The script lacks something; the message says what."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Context:
    """What functions with one parameter more are given, by the names that AWS's toolkit has."""

    def __init__(self, model_folder, headers):
        self.system_properties = {"model_dir": model_folder, "gpu_id": None, "batch_size": 1, "server_name": "sagebrush"}
        self.model_name = "model"
        self.manifest = {}
        self._headers = headers
        self.status, self.content_type, self.more = 200, None, {}
        self.request_processor = [
            SimpleNamespace(
                get_request_properties=lambda: dict(headers), get_request_property=lambda key: headers.get(key.lower())
            )
        ]

    def get_request_header(self, _index, key):
        return self._headers.get(key.lower())

    def get_all_request_header(self, _index):
        return dict(self._headers)

    def get_request_id(self, _index=0):
        return self._headers.get("x-amzn-sagemaker-inference-id", "")

    def get_response_content_type(self, _index=0):
        return self.content_type

    def set_response_content_type(self, _index, value):
        self.content_type = value

    def set_response_header(self, _index, key, value):
        self.more[key] = value

    def set_response_status(self, code=200, phrase="", idx=0):
        self.status = code


class Functions:
    def __init__(self, module, family, model_folder):
        defaults = defaults_of(family)
        self.refusal = defaults.get("refusal")
        self.model_folder = model_folder
        self.default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT") or "application/json"
        found = {name: getattr(module, name, None) for name in names}
        self.transform = found["transform_fn"] or defaults.get("transform_fn")
        parts = [name for name in ("input_fn", "predict_fn", "output_fn") if found[name]]
        if found["transform_fn"] and parts:
            raise ScriptError(f"The script has transform_fn and {parts[0]}; give transform_fn alone, or without it the others.")
        if parts:
            self.transform = None
        own = {name: found[name] or defaults.get(name) for name in names}
        lacking = [] if self.transform else [name for name in ("input_fn", "predict_fn", "output_fn") if not own[name]]
        lacking = ([] if own["model_fn"] else ["model_fn"]) + lacking
        if lacking:
            raise ScriptError(f"Please provide a {lacking[0]} implementation: the image has none of its own. {seen(module)}")
        self.input, self.predict, self.output = (
            adapted(own[name], count) for name, count in (("input_fn", 2), ("predict_fn", 2), ("output_fn", 2))
        )
        self.transform = adapted(self.transform, 4)
        self.model = adapted(own["model_fn"], 1)(model_folder, Context(model_folder, {}))

    def answer(self, headers, body):
        context = Context(self.model_folder, headers)
        content_type = headers.get("content-type") or "application/json"
        accept = headers.get("accept", "")
        if accept in any_type:
            accept = self.default_accept
        status = 415
        try:
            data = body.decode("utf-8") if media_type(content_type) in texts else body
            if self.transform:
                result = self.transform(self.model, data, content_type, accept, context)
            else:
                value = self.input(data, content_type, context)
                status = 500
                prediction = self.predict(value, self.model, context)
                status = 406
                result = self.output(prediction, accept, context)
            return answer_of(result, accept, context)
        except Exception as error:
            if self.refusal:
                traceback.print_exc()
                status, words = self.refusal(error)
                return Answer(status, {"Content-Type": "application/json"}, words)
            if type(error).__name__ != UnsupportedFormatError.__name__:
                status = getattr(error, "status_code", 500)
            words = f"{error}\n{traceback.format_exc()}"
            return Answer(status if isinstance(status, int) else 500, {"Content-Type": "text/plain"}, words.encode())


def seen(module):
    return "There is no script." if module is None else f"The script {module.__file__} has no such function."


def adapted(function, count):
    """Has a function take the context where it has a parameter for it."""
    if function is None:
        return None
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return lambda *values: function(*values[:count])
    places = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    if len(places) > count or any(one.kind == one.VAR_POSITIONAL for one in parameters):
        return function
    return lambda *values: function(*values[:count])


def answer_of(result, accept, context):
    """Reads what output_fn or transform_fn returned: a value, a value with its type, or a response of a toolkit."""
    status, content_type, headers = context.status, context.content_type, dict(context.more)
    if hasattr(result, "get_data") or (hasattr(result, "response") and hasattr(result, "mimetype")):
        content_type = getattr(result, "content_type", None) or result.mimetype
        status = getattr(result, "status_code", None) or 200
        result = result.get_data() if hasattr(result, "get_data") else result.response
    elif isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], str):
        result, content_type = result[0], content_type or result[1]
    headers["Content-Type"] = content_type or accept.split(",")[0].strip()
    return Answer(status, headers, bytes_of(result))


def bytes_of(result):
    if isinstance(result, str):
        return result.encode("utf-8")
    if isinstance(result, (bytes, bytearray, memoryview)):
        return bytes(result)
    if hasattr(result, "__next__"):
        return result
    if isinstance(result, (list, tuple)) and result and all(isinstance(part, (str, bytes)) for part in result):
        return b"".join(bytes_of(part) for part in result)
    raise TypeError(f"The script returned {type(result).__name__} as its answer; return str, bytes, or a value with its content type.")


def load_functions(settings):
    """Imports the script and loads the model."""
    if settings["family"] == "tensorflow":
        # It imports this module.
        from tensorflow_handlers import Handlers

        return Handlers(settings)
    return Functions(import_script(settings), settings["family"], settings["model"])


def import_script(settings):
    program, code = settings["program"], settings["code"]
    path = os.path.join(code, program)
    if not os.path.isfile(path):
        if not settings["named"]:
            return None
        files = ", ".join(sorted(os.listdir(code))[:10]) if os.path.isdir(code) else ""
        raise ScriptError(f"The script {program} (SAGEMAKER_PROGRAM) is not there. {code} has {files or 'no files'}.")
    for folder in {code, os.path.dirname(path)}:
        sys.path.insert(0, folder)
    return importlib.import_module(os.path.splitext(os.path.basename(program))[0])

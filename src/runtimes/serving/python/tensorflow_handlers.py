"""
Answers as AWS's TensorFlow Serving image does: by code/inference.py, which has handler, or input_handler and
output_handler, and asks TensorFlow Serving's REST API; without it by the image's own reading of JSON and CSV.
"""

import importlib
import io
import json
import os
import re
import sys
import threading
import traceback
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from script_functions import Answer, bytes_of
from tensorflow_models import PREDICT, ModelServer
from tensorflow_requests import RequestError, answer_type, serving_attributes, serving_json

Context = namedtuple(
    "Context",
    "model_name, model_version, method, rest_uri, grpc_port, channel, "
    "custom_attributes, request_content_type, accept_header, content_length",
)
ATTRIBUTES = "x-amzn-sagemaker-custom-attributes"
JSON = "application/json"
SCRIPT = "inference.py"


class Handlers:
    """What answers requests of one worker."""

    def __init__(self, settings):
        self.handle = import_handler(settings["code"])
        self.models = ModelServer(settings["model"])
        self.port = listen(self.models) if self.handle else None

    def answer(self, headers, body):
        attributes = serving_attributes(headers.get(ATTRIBUTES))
        name = attributes.get("tfs-model-name", self.models.usual)
        version, method = attributes.get("tfs-model-version"), attributes.get("tfs-method", PREDICT)
        if self.handle:
            return self.by_script(headers, body, name, version, method, attributes)
        try:
            text = self.models.answer(name, version, method, serving_json(body, headers.get("content-type")))
        except RequestError as error:
            return Answer(error.status, {"Content-Type": JSON}, error.body())
        content_type, in_line = answer_type(headers.get("accept"))
        return Answer(200, {"Content-Type": content_type}, (text.replace("\n", "") if in_line else text).encode())

    def by_script(self, headers, body, name, version, method, attributes):
        part = "" if version is None else f"/versions/{version}"
        context = Context(
            attributes.get("tfs-model-name"),
            version,
            attributes.get("tfs-method"),
            f"http://localhost:{self.port}/v1/models/{name}{part}:{method}",
            None,
            None,
            headers.get(ATTRIBUTES),
            headers.get("content-type") or JSON,
            headers.get("accept") or JSON,
            len(body),
        )
        try:
            result, content_type = self.handle(io.BytesIO(body), context)
            return Answer(200, {"Content-Type": content_type}, bytes_of(result))
        except Exception as error:
            traceback.print_exc()
            return Answer(500, {"Content-Type": JSON}, json.dumps({"error": str(error)}).encode())


def import_handler(code):
    """Returns the function of the script that answers; None where there is no script."""
    if not os.path.isfile(os.path.join(code, SCRIPT)):
        return None
    # Packages that the archive brings.
    sys.path[:0] = [code, os.path.join(code, "lib")]
    script = importlib.import_module(os.path.splitext(SCRIPT)[0])
    if hasattr(script, "handler"):
        return script.handler
    if not hasattr(script, "input_handler") or not hasattr(script, "output_handler"):
        raise NotImplementedError(f"Handlers are not implemented correctly in {SCRIPT}: it must have handler, or input_handler and output_handler.")

    def handler(data, context):
        import requests

        asked = script.input_handler(data, context)
        return script.output_handler(requests.post(context.rest_uri, data=asked), context)

    return handler


def listen(models):
    """Offers the REST API of TensorFlow Serving on a port of this machine; returns the port."""

    class Rest(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            found = re.fullmatch(r"/v1/models/([^/:]+)(?:/versions/(\d+))?:(\w+)", self.path)
            self.tell(lambda: models.answer(*found.groups(), body), found)

        def do_GET(self):
            found = re.fullmatch(r"/v1/models/([^/:]+)(?:/versions/(\d+))?", self.path)
            self.tell(lambda: models.status(*found.groups()), found)

        def tell(self, answer, found):
            try:
                if not found:
                    raise RequestError(f"Malformed request: {self.command} {self.path}")
                status, text = 200, answer().encode()
            except RequestError as error:
                status, text = error.status, error.body()
            except Exception as error:
                traceback.print_exc()
                status, text = 500, json.dumps({"error": str(error)}).encode()
            self.send_response(status)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Rest)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]

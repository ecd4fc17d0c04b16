"""
The modules of AWS's toolkits that serving scripts import, where the Python has none of the same name: formats, errors
and the response that output_fn may return.
"""

import importlib.util
import sys
from types import ModuleType

import script_formats as formats


class Response:
    def __init__(self, response=None, accept=None, status=200, mimetype=None, **_more):
        self.response, self.status_code, self.mimetype = response, status, mimetype or accept


class BaseInferenceToolkitError(Exception):
    def __init__(self, status_code, message, phrase):
        super().__init__(message)
        self.status_code, self.message, self.phrase = status_code, message, phrase


class GenericInferenceToolkitError(BaseInferenceToolkitError):
    def __init__(self, status_code, message=None, phrase=None):
        super().__init__(status_code, message or "Invalid Request", phrase or message or "Invalid Request")


types = {
    "JSON": formats.JSON,
    "CSV": formats.CSV,
    "NPY": formats.NPY,
    "NPZ": formats.NPZ,
    "ANY": "*/*",
    "OCTET_STREAM": "application/octet-stream",
    "UTF8_TYPES": list(formats.texts),
}
errors = {
    "UnsupportedFormatError": formats.UnsupportedFormatError,
    "BaseInferenceToolkitError": BaseInferenceToolkitError,
    "GenericInferenceToolkitError": GenericInferenceToolkitError,
}


def encode(value, content_type):
    return formats.encode(value, content_type)[0]


def decode(content, content_type):
    return formats.decode(content, content_type)


coders = {"encode": encode, "decode": decode, "array_to_npy": formats.encode_npy, "npy_to_numpy": formats.decode_npy}
coders.update({"array_to_json": formats.encode_json, "json_to_numpy": formats.decode_json})
coders.update({"array_to_csv": formats.encode_csv, "csv_to_numpy": formats.decode_csv})

modules = {
    "sagemaker_inference": {},
    "sagemaker_inference.content_types": types,
    "sagemaker_inference.decoder": coders,
    "sagemaker_inference.encoder": coders,
    "sagemaker_inference.errors": errors,
    "sagemaker_containers": {},
    "sagemaker_containers.beta": {},
    "sagemaker_containers.beta.framework": {},
    "sagemaker_containers.beta.framework.content_types": types,
    "sagemaker_containers.beta.framework.encoders": coders,
    "sagemaker_containers.beta.framework.errors": errors,
    "sagemaker_containers.beta.framework.worker": {"Response": Response},
}


def offer():
    for root in ("sagemaker_inference", "sagemaker_containers"):
        if importlib.util.find_spec(root) is not None:
            continue
        for name, members in modules.items():
            if name == root or name.startswith(f"{root}."):
                module = ModuleType(name)
                module.__path__ = []
                module.__dict__.update(members)
                sys.modules[name] = module
                parent, _, last = name.rpartition(".")
                if parent:
                    setattr(sys.modules[parent], last, module)

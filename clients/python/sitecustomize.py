"""Leads Python AWS clients to the server where a library has an AWS address built in, and spares what only AWS needs.

Python imports `sitecustomize` by itself when this folder is on PYTHONPATH, as `sagebrush exec` sets it. With
AWS_ENDPOINT_URL set, botocore sends every call there, except where a library asks for an address of its own: the
SageMaker Python SDK names https://sts.REGION.amazonaws.com. Such an address is replaced by AWS_ENDPOINT_URL. Arrow's
S3FileSystem reads that variable only for an s3:// address; here also where one is made without an endpoint. The SDK
looks for the end of a job or of a deployment every 5 to 60 seconds, and sleeps before it looks first; where the program
does not say how often, it looks every second here. It reports its use to Amazon unless a configuration file opts out;
here it reports only where one opts in. Nothing is imported before the program itself imports these modules.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import logging
import os
import sys
import types

_POLL_SECONDS = 1
_POLL_PARAMETERS = {"poll", "poll_interval"}
_POLL_CONSTANTS = ("DEFAULT_EP_POLL", "EP_LOGGER_POLL")


def _is_built_in(address):
    return isinstance(address, str) and ".amazonaws.com" in address


def _lead_to_server(session_module):
    create_client = session_module.Session.create_client

    def create_client_here(self, service_name, *arguments, **options):
        server = os.environ.get("AWS_ENDPOINT_URL")
        if server and _is_built_in(options.get("endpoint_url")):
            options["endpoint_url"] = server
        if server and len(arguments) > 4 and _is_built_in(arguments[4]):
            arguments = (*arguments[:4], server, *arguments[5:])
        return create_client(self, service_name, *arguments, **options)

    session_module.Session.create_client = create_client_here
    # At level INFO, botocore tells for every client that its address comes from the environment.
    logging.getLogger("botocore.configprovider").addFilter(
        lambda record: not str(record.msg).startswith("Found endpoint for")
    )


def _lead_arrow_to_server(module):
    made_by_arrow = getattr(module, "S3FileSystem", None)
    if made_by_arrow is None:
        return

    class AnyS3FileSystem(type(made_by_arrow)):
        # Arrow makes its own class from an s3:// address and from a pickle.
        def __instancecheck__(cls, value):
            return isinstance(value, made_by_arrow)

    class S3FileSystem(made_by_arrow, metaclass=AnyS3FileSystem):
        __doc__ = made_by_arrow.__doc__

        def __init__(self, *arguments, **options):
            if options.get("endpoint_override") is None:
                options["endpoint_override"] = os.environ.get("AWS_ENDPOINT_URL")
            super().__init__(*arguments, **options)

    module.S3FileSystem = S3FileSystem


def _look_often(module):
    """Shortens the pauses of the functions and methods that wait. What a program gives itself stays in force."""
    for name in _POLL_CONSTANTS:
        if isinstance(getattr(module, name, None), int):
            setattr(module, name, _POLL_SECONDS)
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        for member in vars(value).values() if isinstance(value, type) else (value,):
            # A method that is checked when it is called has another function around it.
            function = inspect.unwrap(member) if callable(member) else None
            if isinstance(function, types.FunctionType):
                _shorten_pauses(function)


def _shorten_pauses(function):
    code = function.__code__
    defaults = list(function.__defaults__ or ())
    names = code.co_varnames[: code.co_argcount][code.co_argcount - len(defaults) :]
    for place, name in enumerate(names):
        if name in _POLL_PARAMETERS and isinstance(defaults[place], int):
            defaults[place] = min(defaults[place], _POLL_SECONDS)
    if defaults:
        function.__defaults__ = tuple(defaults)
    # What follows a job's log asks for its state every 30 seconds, however often it looks for lines.
    if "last_describe_job_call" in code.co_varnames:
        constants = tuple(_POLL_SECONDS if value == 30 else value for value in code.co_consts)
        function.__code__ = code.replace(co_consts=constants)


def _report_nothing(module):
    """The SDK asks its configuration for TelemetryOptOut; where no file says it, the answer is that it is set."""
    resolve = getattr(module, "resolve_value_from_config", None)
    if resolve is None:
        return

    def resolve_here(*arguments, **options):
        if str(options.get("config_path", "")).endswith(".TelemetryOptOut"):
            options["default_value"] = True
        return resolve(*arguments, **options)

    module.resolve_value_from_config = resolve_here


_MODULES_THAT_WAIT = (
    "sagemaker.session",
    "sagemaker.core.common_utils",
    "sagemaker.core.helper.session_helper",
    "sagemaker.core.processing",
    "sagemaker.core.remote_function.job",
    "sagemaker.core.resources",
    "sagemaker.core.transformer",
    "sagemaker.serve.model_builder",
    "sagemaker.train.common_utils.job_wait",
    "sagemaker.train.common_utils.trainer_wait",
    "sagemaker.train.remote_function.job",
)

_CHANGES = {
    "botocore.session": _lead_to_server,
    "pyarrow.fs": _lead_arrow_to_server,
    # The SageMaker Python SDK, versions 2 and 3.
    **dict.fromkeys(_MODULES_THAT_WAIT, _look_often),
    "sagemaker.telemetry.telemetry_logging": _report_nothing,
    "sagemaker.core.telemetry.telemetry_logging": _report_nothing,
    "sagemaker.serve.builder.serve_settings": _report_nothing,
}


class _Loader(importlib.abc.Loader):
    """Loads a module as its own loader does, then changes it."""

    def __init__(self, loader, change):
        self._loader = loader
        self._change = change

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._change(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in _CHANGES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, _CHANGES[name])
        return spec


def _run_other_sitecustomize():
    """Another sitecustomize further on the path would be hidden by this one; it is run as Python would have."""
    here = os.path.dirname(os.path.abspath(__file__))
    elsewhere = [entry for entry in sys.path if os.path.abspath(entry or os.getcwd()) != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, _Finder())
_run_other_sitecustomize()

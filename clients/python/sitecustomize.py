"""Leads Python AWS clients to the server where a library has an AWS address built in, and spares what only AWS needs.

Python imports `sitecustomize` by itself when this folder is on PYTHONPATH, as `sagebrush exec` sets it. With
AWS_ENDPOINT_URL set, botocore sends every call there, except where a library asks for an address of its own: the
SageMaker Python SDK names https://sts.REGION.amazonaws.com. Such an address is replaced by AWS_ENDPOINT_URL. The SDK
looks for the end of a deployment every 30 seconds, and sleeps before it looks first; it looks every second here. It
reports its use to Amazon unless a configuration file opts out; here it reports only where one opts in. Nothing is
imported before the program itself imports these modules.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import logging
import os
import sys

_LONGEST_POLL_SECONDS = 1


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


def _look_often(session_module):
    wait_until = getattr(session_module, "_wait_until", None)
    if wait_until is None:
        return

    def wait_until_here(callable_fn, poll=5):
        return wait_until(callable_fn, min(poll, _LONGEST_POLL_SECONDS))

    session_module._wait_until = wait_until_here


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


_CHANGES = {
    "botocore.session": _lead_to_server,
    # The SageMaker Python SDK, versions 2 and 3.
    "sagemaker.session": _look_often,
    "sagemaker.core.helper.session_helper": _look_often,
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

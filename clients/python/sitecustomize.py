"""Leads Python AWS clients to the server where a library has an AWS address built in.

Python imports `sitecustomize` by itself when this folder is on PYTHONPATH, as `sagebrush exec` sets it. With
AWS_ENDPOINT_URL set, botocore sends every call there, except where a library asks for an address of its own: the
SageMaker Python SDK names https://sts.REGION.amazonaws.com. Such an address is replaced by AWS_ENDPOINT_URL. Nothing is
imported before the program itself imports botocore.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys


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


class _Loader(importlib.abc.Loader):
    """Loads botocore.session as its own loader does, then wraps it."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        _lead_to_server(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "botocore.session":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Loader(spec.loader)
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

"""Prints every image, "repository:tag", that the SageMaker SDK composes an address of, for machines with and without a GPU."""

import functools
import json
import logging
import os
import re

from sagemaker import image_uris

logging.disable(logging.CRITICAL)
# Files are read once, not once for each image.
image_uris.config_for_framework = functools.lru_cache(maxsize=None)(image_uris.config_for_framework)
image_uris.utils._botocore_resolver = functools.lru_cache(maxsize=None)(image_uris.utils._botocore_resolver)
region = "us-west-2"
machines = ["ml.m5.xlarge", "ml.p3.2xlarge"]
# Of others no field of Studio's offers an image, and to compose all takes minutes.
left_out = re.compile("inferentia|neo|neuron|djl|coach|ray|chainer|mxnet|autogluon|-llm|-tei|-vllm|smp|compiler|hyperpod")
configurations = os.path.join(os.path.dirname(image_uris.__file__), "image_uri_config")
found = set()


def composed(framework, **arguments):
    """Of a machine without a GPU, or else of one with one."""
    for machine in machines:
        try:
            return image_uris.retrieve(framework, region, instance_type=machine, **arguments)
        except (ValueError, KeyError, TypeError):
            continue
    return None


def collect(framework, scope, version, facts, base=None):
    # PySparkProcessor names no Python unless it is given one.
    pythons = [None, *facts["py_versions"]] if framework == "spark" else facts.get("py_versions") or [None]
    for python in pythons:
        for container in [*facts.get("container_version", {}).values()] or [None]:
            uri = composed(
                framework,
                version=version,
                py_version=python,
                image_scope=scope,
                base_framework_version=base,
                container_version=container,
            )
            if uri:
                found.add(uri.split("/", 1)[1])


for file in sorted(os.listdir(configurations)):
    framework = file.removesuffix(".json")
    if left_out.search(framework):
        continue
    with open(os.path.join(configurations, file)) as read:
        config = json.load(read)
    scopes = {scope: config for scope in config["scope"]} if "scope" in config else config
    for scope, one in scopes.items():
        if not isinstance(one, dict) or "versions" not in one:
            continue
        for version, facts in one["versions"].items():
            if "registries" in facts:
                collect(framework, scope, version, facts)
            for base, inner in facts.items():
                if isinstance(inner, dict) and "registries" in inner:
                    collect(framework, scope, version, inner, base)

for python in ["38", "310", "311", "312"]:
    found.add(image_uris.get_base_python_image_uri(region, py_version=python).split("/", 1)[1])

print(json.dumps(sorted(found)))

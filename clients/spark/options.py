"""The flags of smspark-submit."""

import os
from dataclasses import dataclass
from urllib.parse import urlparse

# Each is given to spark-submit as a list of files.
LISTS = ("--jars", "--py-files", "--files")
TEXTS = ("--class", "--local-spark-event-logs-dir", "--spark-event-logs-s3-uri")
SWITCHES = ("--verbose", "-v")
# Schemes that Spark reads by itself.
REMOTE = ("s3", "s3a", "s3n", "http", "https", "local")


@dataclass
class Options:
    # The words for spark-submit.
    spark: list
    local_event_logs: str
    remote_event_logs: str
    app: str
    arguments: list


def read(words):
    """Reads the command line. Raises ValueError for a flag that smspark-submit has not, and for files that are not there."""
    values, spark = {}, []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        name, equals, value = rest.pop(0).partition("=")
        if name in SWITCHES and not equals:
            spark.append("--verbose")
            continue
        if name not in LISTS + TEXTS:
            allowed = ", ".join(LISTS + TEXTS + SWITCHES)
            raise ValueError(
                f'there is no flag {name}; give one of {allowed}. Properties of Spark ("spark.executor.memory") are given by '
                "the job's configuration.json, as the classification spark-defaults."
            )
        if not equals:
            if not rest:
                raise ValueError(f"{name} needs a value.")
            value = rest.pop(0)
        values[name] = value
    if not rest:
        raise ValueError("the application is missing: a .py or .jar file, after the flags.")
    for name in LISTS:
        if values.get(name):
            spark += [name, ",".join(listed(name, values[name]))]
    if values.get("--class"):
        spark += ["--class", values["--class"]]
    return Options(
        spark=spark,
        local_event_logs=values.get("--local-spark-event-logs-dir", ""),
        remote_event_logs=values.get("--spark-event-logs-s3-uri", ""),
        app=rest[0],
        arguments=rest[1:],
    )


def listed(name, text):
    """Returns the files of a list, with those that are in its folders and below."""
    files = []
    for entry in text.split(","):
        url = urlparse(entry)
        if url.scheme in REMOTE:
            files.append(entry)
            continue
        path = url.path if url.scheme == "file" else entry
        if not os.path.isabs(path):
            raise ValueError(f'{name} has "{entry}": an absolute path, or an address of {", ".join(REMOTE)}, is expected.')
        found = [path] if os.path.isfile(path) else below(path)
        if not found:
            raise ValueError(f'{name} has "{entry}", and there is no file.')
        files += found
    return files


def below(folder):
    return sorted(os.path.join(place, file) for place, _, files in os.walk(folder) for file in files)

"""configuration.json: settings of Spark and Hadoop in the form of EMR, laid out in the files from which they are read.

It is a classification, or a list of them: {"Classification": "spark-defaults", "Properties": {...}, "Configurations": [...]}.
"""

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

SITES = {
    "core-site": "core-site.xml",
    "hive-site": "hive-site.xml",
    "spark-hive-site": "hive-site.xml",
    "yarn-site": "yarn-site.xml",
}
# What they export reaches Spark's own processes.
VARIABLES = ("spark-env", "hadoop-env")
# Of programs that no job here starts.
UNUSED = {
    "yarn-env": "there is no YARN here: Spark works on the job's hosts themselves",
    "hive-env": "there is no Hive here",
    "hive-log4j": "there is no Hive here",
    "hive-exec-log4j": "there is no Hive here",
    "hadoop-log4j": "there are no daemons of Hadoop here",
}
KNOWN = sorted([*SITES, *VARIABLES, *UNUSED, "spark-defaults", "spark-log4j", "spark-metrics"])


@dataclass
class Laid:
    # Those of spark-defaults.
    properties: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    sites: dict = field(default_factory=dict)


def lay(source, folder, say):
    """Writes the files into the folder. Raises ValueError for what is no such configuration."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    laid = Laid()
    for one in read(source):
        lay_one(one, laid, folder, say)
    for name, properties in laid.sites.items():
        write_site(os.path.join(folder, name), properties)
    return laid


def read(source):
    if not os.path.exists(source):
        return []
    with open(source, encoding="utf-8") as file:
        try:
            found = json.load(file)
        except ValueError as error:
            raise ValueError(f"{source} is no JSON: {error}") from error
    found = found if isinstance(found, list) else [found]
    for one in found:
        if not isinstance(one, dict) or not isinstance(one.get("Classification"), str):
            raise ValueError(f'{source} has {json.dumps(one)[:100]}: an object with "Classification" is expected.')
    return found


def lay_one(one, laid, folder, say):
    name = one["Classification"]
    properties = {key: text_of(value) for key, value in (one.get("Properties") or {}).items()}
    if name == "spark-defaults":
        laid.properties.update(properties)
    elif name in SITES:
        laid.sites.setdefault(SITES[name], {}).update(properties)
        if name == "yarn-site":
            say(f"configuration.json: {name} is read by clients of YARN alone, and {UNUSED['yarn-env']}.")
    elif name in VARIABLES:
        laid.variables.update(properties)
        for inner in one.get("Configurations") or []:
            if inner.get("Classification") != "export":
                raise ValueError(f'{name} has the classification "{inner.get("Classification")}"; it may have "export".')
            laid.variables.update({key: text_of(value) for key, value in (inner.get("Properties") or {}).items()})
    elif name == "spark-log4j":
        write_properties(os.path.join(folder, "log4j2.properties"), log4j2(properties, say), " = ")
    elif name == "spark-metrics":
        write_properties(os.path.join(folder, "metrics.properties"), properties, "=")
    elif name in UNUSED:
        say(f"configuration.json: {name} has no effect; {UNUSED[name]}.")
    else:
        raise ValueError(f'configuration.json has the classification "{name}"; give one of {", ".join(KNOWN)}.')


def text_of(value):
    return json.dumps(value) if isinstance(value, (bool, int, float)) else str(value)


def write_properties(path, properties, between=" "):
    with open(path, "w", encoding="utf-8") as file:
        for key, value in properties.items():
            file.write(f"{key}{between}{escaped(value)}\n")


def escaped(value):
    """Properties of Java take a backslash for the beginning of another character, and end with the line."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def write_site(path, properties):
    entries = "".join(
        f"<property><name>{escape(key)}</name><value>{escape(value)}</value></property>\n" for key, value in properties.items()
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0"?>\n<configuration>\n{entries}</configuration>\n')


CONSOLE = {
    "rootLogger.level": "info",
    "rootLogger.appenderRef.stderr.ref": "console",
    "appender.console.type": "Console",
    "appender.console.name": "console",
    "appender.console.target": "SYSTEM_ERR",
    "appender.console.layout.type": "PatternLayout",
    "appender.console.layout.pattern": "%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex",
}


def log4j2(properties, say):
    """Returns properties of Log4j 2. Those of Log4j 1, which AWS's older images have, are levels of loggers in its terms."""
    if not any(key.startswith("log4j.") for key in properties):
        return properties
    found, left = dict(CONSOLE), []
    for number, (key, value) in enumerate(properties.items()):
        level = value.split(",")[0].strip()
        logger = re.fullmatch(r"log4j\.(?:logger|category)\.(.+)", key)
        if key in ("log4j.rootLogger", "log4j.rootCategory"):
            found["rootLogger.level"] = level
        elif logger:
            found[f"logger.l{number}.name"] = logger.group(1)
            found[f"logger.l{number}.level"] = level
        else:
            left.append(key)
    if left:
        say(
            f"configuration.json: spark-log4j has settings of Log4j 1, of which levels are taken; left out: {', '.join(left)}. "
            "Spark 3.5 reads those of Log4j 2."
        )
    return found

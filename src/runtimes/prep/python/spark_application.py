"""
The application of the Spark engine: `spark-submit spark_application.py SOCKET`. It connects to the socket, at which its driver
(src/engines/spark) listens, and answers one request after the other, each a line of JSON with "do" and a number "id". An answer is
lines with the same "id": of rows, the columns and then rows in batches; a last one has "end", or "fault" with its kind and words.
A request "cancel" ends the jobs of the one that is worked on.
"""

import base64
import datetime
import glob
import json
import math
import os
import queue
import re
import shutil
import socket
import sys
import threading

from pyspark.sql import Observation, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.storagelevel import StorageLevel

BATCH = 1_000
EPOCH = datetime.datetime(1970, 1, 1)
MICROSECOND = datetime.timedelta(microseconds=1)

KINDS = {
    T.BooleanType: "boolean",
    T.ByteType: "integer",
    T.ShortType: "integer",
    T.IntegerType: "integer",
    T.LongType: "bigint",
    T.FloatType: "float",
    T.DoubleType: "double",
    T.DecimalType: "decimal",
    T.StringType: "string",
    T.NullType: "string",
    T.BinaryType: "binary",
    T.DateType: "date",
    T.TimestampType: "timestamp",
    T.TimestampNTZType: "timestamp",
}


class Refused(Exception):
    """A request that cannot be done, in words for whoever made it."""


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def value_type(given):
    if isinstance(given, T.ArrayType):
        return {"kind": "list", "element": value_type(given.elementType)}
    if isinstance(given, T.StructType):
        return {"kind": "struct", "fields": [{"name": one.name, "type": value_type(one.dataType)} for one in given.fields]}
    if isinstance(given, T.MapType):
        return {"kind": "map", "key": value_type(given.keyType), "value": value_type(given.valueType)}
    kind = next((KINDS[known] for known in KINDS if isinstance(given, known)), None)
    if kind is None:
        raise Refused(f"Values of Spark's type {given.simpleString()} are not answered; cast them to another.")
    return {"kind": kind}


def shown(value, given):
    """A value as JSON holds it: what a number of JSON may not hold is a text."""
    if value is None:
        return None
    kind = given["kind"]
    if kind in ("bigint", "decimal"):
        return str(value)
    if kind in ("double", "float"):
        return value if math.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")
    if kind == "binary":
        return base64.b64encode(value).decode()
    if kind == "date":
        return (value - EPOCH.date()).days
    if kind == "timestamp":
        return str((value.replace(tzinfo=None) - EPOCH) // MICROSECOND)
    if kind == "list":
        return [shown(one, given["element"]) for one in value]
    if kind == "struct":
        return [shown(one, field["type"]) for one, field in zip(value, given["fields"])]
    if kind == "map":
        return [[shown(key, given["key"]), shown(one, given["value"])] for key, one in value.items()]
    return value


# An empty text in quotes, apart from nothing at all.
EMPTY = "\u0001empty"


def local(reader):
    """A reader of paths of this machine, in which no sign stands for others."""
    return reader.option("__globPaths__", False)


def spark_type(given):
    """Times of tables have no zone."""
    return re.sub(r"\btimestamp\b", "timestamp_ntz", given)


def read_table(spark, table):
    """The rows of a table of files, one file after the other. Its columns are those that it declares; what a file lacks is null."""
    kind = table["format"]["kind"]
    columns = [(one["name"], spark_type(one["type"])) for one in table["columns"]]
    schema = ", ".join(f"{quoted(name)} {given}" for name, given in columns)
    parts = []
    for path in table["paths"]:
        reader = local(spark.read)
        address = "file://" + path
        if kind in ("parquet", "orc"):
            part = getattr(reader, kind)(address)
        elif kind == "json":
            lines = table["format"].get("layout") != "documents"
            part = reader.schema(schema).option("multiLine", not lines).option("mode", "FAILFAST").json(address)
        else:
            part = read_delimited(reader, table["format"], schema, address)
        there = {name.lower() for name in part.columns}
        named = [
            (F.col(quoted(name)) if name.lower() in there else F.lit(None)).cast(given).alias(name) for name, given in columns
        ]
        parts.append(part.select(*named, F.lit(path).alias("$file")))
    if not parts:
        return spark.createDataFrame([], schema + ", `$file` string")
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionAll(part)
    return whole


def read_delimited(reader, given, schema, address):
    charset = {"utf-8": "UTF-8", "utf-16": "UTF-16", "latin-1": "ISO-8859-1"}[given["encoding"]]
    skipped = given["skippedLines"]
    if skipped > 1:
        raise Refused(
            "The engine spark skips no lines before the header of a CSV; leave them out of the file, or run the flow on duckdb."
        )
    options = {
        **{"sep": given["delimiter"], "encoding": charset, "quote": '"', "escape": '"', "multiLine": True},
        **{"mode": "PERMISSIVE", "header": skipped > 0, "enforceSchema": True, "nullValue": "", "emptyValue": EMPTY},
        **{"maxCharsPerColumn": -1, "ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False},
    }
    frame = reader.schema(schema).options(**options).csv(address)
    return frame.select(
        *[F.when(F.col(quoted(name)) == EMPTY, "").otherwise(F.col(quoted(name))).alias(name) for name in frame.columns]
    )


def hive_type(given):
    if isinstance(given, T.ArrayType):
        return f"array<{hive_type(given.elementType)}>"
    if isinstance(given, T.StructType):
        return f"struct<{','.join(f'{one.name}:{hive_type(one.dataType)}' for one in given.fields)}>"
    if isinstance(given, T.MapType):
        return f"map<{hive_type(given.keyType)},{hive_type(given.valueType)}>"
    return "timestamp" if isinstance(given, T.TimestampNTZType) else given.simpleString()


class Application:
    def __init__(self, spark):
        self.spark = spark

    def prepared(self, request):
        for statement in request["prelude"]:
            self.spark.sql(statement)
        for table in request["tables"]:
            read_table(self.spark, table).createOrReplaceTempView(quoted(table["name"]))
        return self.spark.sql(request["sql"])

    def rows(self, request):
        frame = self.prepared(request)
        kinds = [value_type(field.dataType) for field in frame.schema.fields]
        yield {"columns": [{"name": name, "type": kind} for name, kind in zip(frame.columns, kinds)]}
        rows = frame.collect()
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            yield {"rows": [[shown(value, kind) for value, kind in zip(row, kinds)] for row in batch]}

    def keep(self, request):
        frame = self.prepared(request).persist(StorageLevel.MEMORY_AND_DISK)
        frame.count()
        frame.createOrReplaceTempView(quoted(request["name"]))
        yield {}

    def describe(self, request):
        reader = local(self.spark.read)
        kind = request["format"]
        paths = ["file://" + path for path in request["paths"]]
        if kind == "json":
            frame = reader.option("multiLine", request.get("layout") == "documents").option("mode", "FAILFAST").json(paths)
        else:
            frame = reader.option("mergeSchema", True).format(kind).load(paths)
        yield {"columns": [{"name": one.name, "type": hive_type(one.dataType)} for one in frame.schema.fields]}

    def write(self, request):
        files = request["files"]
        frame = self.prepared(request).toDF(*[one["name"] for one in files["columns"]])
        given = [(F.col(quoted(one["name"])), one.get("type"), one["name"]) for one in files["columns"]]
        frame = frame.select(*[(one.cast(spark_type(to)) if to else one).alias(name) for one, to, name in given])
        if files.get("oneFile"):
            place = F.monotonically_increasing_id().alias("$place")
            frame = frame.select("*", place).repartition(1).sortWithinPartitions("$place").drop("$place")
        counted = Observation()
        frame = frame.observe(counted, F.count(F.lit(1)).alias("rows"))
        target = request["target"]
        staged = target + ".staged"
        keys = files["partitionedBy"]
        writer = frame.write.mode("overwrite").option("compression", files["compression"])
        if keys:
            writer = writer.partitionBy(*keys)
        address = "file://" + staged
        if files["format"] == "csv":
            options = {
                **{"sep": files["delimiter"], "header": files.get("header") is True, "quote": '"', "escape": '"'},
                **{"nullValue": "", "emptyValue": '""', "ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False},
            }
            writer.options(**options).csv(address)
        else:
            getattr(writer, files["format"])(address)
        count = counted.get["rows"]
        arrange(staged, target, request["ending"], bool(keys), count > 0 or files.get("evenEmpty") is True)
        yield {"count": count}


def arrange(staged, target, ending, is_divided, is_wanted):
    """Gives the files that Spark wrote the names that every engine's have, in the order of the rows."""
    found = sorted(glob.glob(os.path.join(glob.escape(staged), "**", "part-*"), recursive=True))
    name = os.path.basename(target)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    for number, path in enumerate(found if is_wanted else []):
        folder = os.path.dirname(target)
        if is_divided:
            folder = os.path.join(target, os.path.relpath(os.path.dirname(path), staged))
            os.makedirs(folder, exist_ok=True)
        digits = str(number) if len(found) == 1 else f"{number:05}"
        shutil.move(path, os.path.join(folder, f"{name}_{digits}.{ending}"))
    shutil.rmtree(staged, ignore_errors=True)


def fault(error):
    if isinstance(error, Refused):
        return {"kind": "statement", "words": str(error)}
    condition = getattr(error, "getCondition", getattr(error, "getErrorClass", lambda: None))() or ""
    words = getattr(error, "desc", None) or str(error)
    first = words.split("\n\tat ")[0].split("\nJVM stacktrace")[0].strip()
    kind = "internal"
    if "OutOfMemory" in words or "exceeds spark.driver.maxResultSize" in words:
        kind = "resources"
    elif condition == "PATH_NOT_FOUND" or "FileNotFoundException" in words:
        kind = "missing"
    elif "cancelled" in words:
        kind = "cancelled"
    elif condition.startswith(("MALFORMED_", "FAILED_READ_FILE", "CANNOT_PARSE", "INVALID_JSON")):
        kind = "data"
    elif condition:
        kind = "statement"
    return {"kind": kind, "words": first}


def main(address):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    application = Application(spark)
    waiting = queue.Queue()
    lock = threading.Lock()

    def say(line):
        with lock:
            connection.sendall((json.dumps(line) + "\n").encode())

    def work():
        while True:
            request = waiting.get()
            try:
                for part in getattr(application, request["do"])(request):
                    say({"id": request["id"], **part})
                say({"id": request["id"], "end": True})
            except Exception as error:  # noqa: BLE001, whatever failed is told
                say({"id": request["id"], "fault": fault(error)})

    threading.Thread(target=work, daemon=True).start()
    say({"ready": spark.version})
    for line in connection.makefile(encoding="utf-8"):
        request = json.loads(line)
        if request["do"] == "cancel":
            spark.sparkContext.cancelAllJobs()
        else:
            waiting.put(request)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])

"""Has Spark read objects of S3 and tables of feature groups without a package of Java's.

`s3://` and `s3a://` of a read are brought to a folder of this machine, which Spark reads in their place. A table of a catalog
that the SDK declares as the connector's Iceberg is read by Athena, which writes its rows to files for that.
"""

import atexit
import functools
import os
import re
import shutil
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3

_ADDRESS = re.compile(r"^s3[an]?://([^/]+)/?(.*)$")
_GLOB = re.compile(r"[*?\[{]")
_READS = ("csv", "json", "load", "orc", "parquet", "text")
_CONNECTORS_CATALOG = "smfs.shaded.org.apache.iceberg.spark.SparkCatalog"
_PACKAGES_OF_S3 = ("org.apache.hadoop:hadoop-aws:", "org.apache.hadoop:hadoop-common:")
_AT_ONCE = 8
_LOOK_SECONDS = 0.1


def lead_spark():
    """Wraps what of PySpark reads, and what starts it. Twice is once."""
    from pyspark.context import SparkContext
    from pyspark.sql import SparkSession
    from pyspark.sql.readwriter import DataFrameReader

    if getattr(DataFrameReader, "_reads_by_clients", False):
        return
    DataFrameReader._reads_by_clients = True
    # Workers have the packages of this Python.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for name in _READS:
        setattr(DataFrameReader, name, _with_brought_paths(getattr(DataFrameReader, name)))
    SparkSession.table = _with_tables_of_groups(SparkSession.table)
    SparkContext.getOrCreate = classmethod(_without_packages_of_s3(SparkContext.getOrCreate.__func__))


def _without_packages_of_s3(get_or_create):
    """Spark would ask Maven's repository for the packages that read S3, before it starts."""

    @functools.wraps(get_or_create)
    def get_or_create_here(cls, conf=None):
        if conf is not None:
            _filter_setting(conf, "spark.jars.packages", lambda one: not one.startswith(_PACKAGES_OF_S3))
            _filter_setting(conf, "spark.jars", bool)
        return get_or_create(cls, conf)

    return get_or_create_here


def _filter_setting(conf, name, is_kept):
    if not conf.contains(name):
        return
    kept = ",".join(one for one in conf.get(name).split(",") if is_kept(one))
    if kept:
        conf.set(name, kept)
    elif conf._jconf is not None:
        conf._jconf.remove(name)
    else:
        conf._conf.pop(name)


def _with_brought_paths(read):
    @functools.wraps(read)
    def read_here(self, *arguments, **options):
        own = [_brought_any(one) for one in arguments]
        return read(self, *own, **{name: _brought_any(value) if name in ("path", "paths") else value for name, value in options.items()})

    return read_here


def _brought_any(value):
    if isinstance(value, (list, tuple)):
        return [_brought_any(one) for one in value]
    parts = _ADDRESS.match(value) if isinstance(value, str) else None
    return _brought(value, parts.group(1), parts.group(2)) if parts else value


def _brought(address, bucket, key):
    """Brings an object, or all objects below a prefix, and returns the path that stands for the address."""
    folder = tempfile.mkdtemp(prefix="feature-store-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    client = boto3.client("s3")
    glob = _GLOB.search(key)
    prefix = key[: glob.start()] if glob else key.rstrip("/")
    objects = [
        (one["Key"], path)
        for one in _objects(client, bucket, prefix)
        if glob or one["Key"] == prefix or not prefix or one["Key"].startswith(f"{prefix}/")
        if (path := _path_in(folder, one["Key"])) is not None
    ]
    if not objects:
        raise _not_there(address)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(lambda one: _download(client, bucket, *one), objects))
    return os.path.join(folder, key)


def _objects(client, bucket, prefix):
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])


def _path_in(folder, key):
    """Returns the path of an object; None for one that stands for a folder. A key may lead nowhere else."""
    if key.endswith("/"):
        return None
    path = os.path.normpath(os.path.join(folder, key))
    if not path.startswith(folder + os.sep):
        raise ValueError(f"The key {key!r} is no path that Spark could read.")
    return path


def _download(client, bucket, key, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    client.download_file(bucket, key, path)


def _not_there(address):
    from pyspark.sql.utils import AnalysisException

    return AnalysisException(f"[PATH_NOT_FOUND] Path does not exist: {address}.")


def _with_tables_of_groups(table):
    @functools.wraps(table)
    def table_here(self, name):
        parts = name.split(".")
        catalog = self.conf.get(f"spark.sql.catalog.{parts[0]}", None) if len(parts) == 3 else None
        if catalog != _CONNECTORS_CATALOG:
            return table(self, name)
        return _rows_of_table(self, *(part.strip("`") for part in parts[1:]))

    return table_here


def _rows_of_table(spark, database, table):
    """Has Athena write the rows of a table, whose files alone do not say which of them count, and reads what it wrote."""
    session = boto3.Session()
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"sagemaker-{session.region_name}-{account}"
    client = session.client("s3")
    _make_bucket(client, bucket, session.region_name)
    place = f"feature-store-spark/{table}-{uuid.uuid4().hex}/"
    try:
        _unload(session.client("athena"), database, table, f"s3://{bucket}/{place}")
        if not list(_objects(client, bucket, f"{place}rows/")):
            columns = session.client("glue").get_table(DatabaseName=database, Name=table)["Table"]
            declared = [f"`{one['Name']}` {one['Type']}" for one in columns["StorageDescriptor"]["Columns"]]
            return spark.createDataFrame([], ", ".join(declared))
        return spark.read.parquet(f"s3://{bucket}/{place}rows")
    finally:
        for one in _objects(client, bucket, place):
            client.delete_object(Bucket=bucket, Key=one["Key"])


def _make_bucket(client, bucket, region):
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        client.create_bucket(Bucket=bucket, **where)
    except client.exceptions.BucketAlreadyOwnedByYou:
        pass


def _unload(client, database, table, place):
    query = f"""UNLOAD (SELECT * FROM "{database}"."{table}") TO '{place}rows/' WITH (format = 'PARQUET', compression = 'SNAPPY')"""
    asked = client.start_query_execution(QueryString=query, ResultConfiguration={"OutputLocation": f"{place}query/"})
    while True:
        status = client.get_query_execution(QueryExecutionId=asked["QueryExecutionId"])["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return
        if status["State"] in ("FAILED", "CANCELLED"):
            raise RuntimeError(f"The rows of {table} cannot be read: {status.get('StateChangeReason', status['State'])}")
        time.sleep(_LOOK_SECONDS)

"""Puts the rows of a partition into a feature group; runs in the Python of Spark's workers."""

import datetime
import decimal
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# So many requests of a partition are under way at a time.
_AT_ONCE = 8


def region_of(arn):
    """Returns the region of a feature group's ARN; of a name, that of this program."""
    parts = re.match(r"^arn:[^:]+:sagemaker:([^:]+):", arn)
    return parts.group(1) if parts else boto3.Session().region_name


def clients_of(region, role):
    """Returns the clients of a region, as a role where one is given."""
    options = {"region_name": region}
    if role is not None:
        name = f"feature-store-{uuid.uuid4().hex[:12]}"
        keys = boto3.client("sts", **options).assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
        options["aws_access_key_id"] = keys["AccessKeyId"]
        options["aws_secret_access_key"] = keys["SecretAccessKey"]
        options["aws_session_token"] = keys["SessionToken"]
    pool = Config(max_pool_connections=_AT_ONCE)
    return {
        "sagemaker": boto3.client("sagemaker", **options),
        "records": boto3.client("sagemaker-featurestore-runtime", config=pool, **options),
    }


class RecordWriter:
    """Called with the rows of a partition, puts them, and yields those that were refused: their values and the reason."""

    def __init__(self, group, region, role, target_stores, columns, collections):
        self._group = group
        self._region = region
        self._role = role
        self._stores = {} if target_stores is None else {"TargetStores": list(target_stores)}
        self._columns = list(columns)
        self._collections = set(collections)

    def __call__(self, rows):
        client = clients_of(self._region, self._role)["records"]

        def put(row):
            try:
                client.put_record(FeatureGroupName=self._group, Record=self._record(row), **self._stores)
            except (ClientError, ValueError) as error:
                return (*row, str(error))
            return None

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            waiting = []
            for row in rows:
                waiting.append(threads.submit(put, row))
                # Rows come faster than they are written.
                if len(waiting) >= 4 * _AT_ONCE:
                    yield from _refused(waiting.pop(0))
            for one in waiting:
                yield from _refused(one)

    def _record(self, row):
        return [
            {"FeatureName": name, "ValueAsStringList": [_text(element) for element in value]}
            if name in self._collections
            else {"FeatureName": name, "ValueAsString": _text(value)}
            for name, value in zip(self._columns, row)
            if value is not None
        ]


def _refused(future):
    row = future.result()
    return [] if row is None else [row]


def _text(value):
    """Returns a value as PutRecord takes it: times in UTC, as event times are written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        text = value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds")
        return text.replace("+00:00", "Z")
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, bytearray, list, dict, tuple)):
        raise ValueError(f"A {type(value).__name__} is no value of a feature.")
    return str(value)

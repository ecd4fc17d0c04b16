"""What Spark is told unless the job's configuration says otherwise: its share of the host, and how S3 is reached."""

import importlib.util
import os

MEBIBYTE = 1024**2
LEAST_HEAP_MIB = 512
# The workers of Python and what Java has beside its heap take the rest.
HEAP_SHARE = 0.6
LOOPBACK = "127.0.0.1"


def cores():
    return max(1, int(float(os.environ.get("SAGEBRUSH_SPARK_CORES") or os.cpu_count() or 1)))


def memory_mib():
    given = os.environ.get("SAGEBRUSH_SPARK_MEMORY_BYTES")
    return int(given or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) // MEBIBYTE


def alone():
    """Of a job on one host, in whose network others may be."""
    heap = max(LEAST_HEAP_MIB, int(memory_mib() * HEAP_SHARE))
    return {
        "spark.driver.memory": f"{heap}m",
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.authenticate": "true",
    }


def properties(work):
    return {
        # A program that waits for memory which does not come would wait until the job's time is over.
        "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError",
        # The page of an application asks nobody who they are.
        "spark.ui.enabled": "false",
        "spark.hadoop.hadoop.tmp.dir": os.path.join(work, "hadoop"),
        **object_store(),
    }


def object_store():
    """Reads and writes s3:// and s3a:// at the server, as the job's role; its credentials are renewed by who hands them out."""
    files = {}
    for scheme in ("s3", "s3n"):
        files[f"spark.hadoop.fs.{scheme}.impl"] = "org.apache.hadoop.fs.s3a.S3AFileSystem"
        files[f"spark.hadoop.fs.AbstractFileSystem.{scheme}.impl"] = "org.apache.hadoop.fs.s3a.S3A"
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return files
    return {
        **files,
        "spark.hadoop.fs.s3a.endpoint": endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": os.environ.get("AWS_REGION", "us-east-1"),
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": str(endpoint.startswith("https:")).lower(),
    }


def variables(work, configuration, address):
    local = os.path.join(work, "local")
    os.makedirs(local, exist_ok=True)
    return {
        "SPARK_HOME": spark_home(),
        "SPARK_CONF_DIR": configuration,
        "HADOOP_CONF_DIR": configuration,
        "SPARK_LOCAL_DIRS": local,
        "SPARK_LOCAL_IP": address,
    }


def spark_home():
    """Spark is a package of this Python, or of one below it."""
    return os.path.dirname(importlib.util.find_spec("pyspark").origin)

"""
Answers statements that come as JSON, a list of texts: prints a line of JSON for each, a list of rows of texts. A list in the
list has statements that are run at the same time.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

jars, statements = sys.argv[1], json.loads(sys.argv[2])
endpoint = os.environ["AWS_ENDPOINT_URL"]
settings = {
    "spark.jars": ",".join(os.path.join(jars, name) for name in os.listdir(jars)),
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
    "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
    "spark.sql.catalog.lake.glue.endpoint": endpoint,
    "spark.sql.catalog.lake.s3.endpoint": endpoint,
    "spark.sql.catalog.lake.s3.path-style-access": "true",
    "spark.sql.catalog.lake.client.region": os.environ["AWS_REGION"],
    "spark.sql.catalog.lake.warehouse": "s3://lake/warehouse",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()


def ask(statement):
    return [[None if value is None else str(value) for value in row] for row in spark.sql(statement).collect()]


for statement in statements:
    together = statement if isinstance(statement, list) else [statement]
    with ThreadPoolExecutor(len(together)) as threads:
        for rows in threads.map(ask, together):
            print("rows", json.dumps(rows), flush=True)
spark.stop()

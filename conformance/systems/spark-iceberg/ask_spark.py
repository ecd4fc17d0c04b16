"""Answers statements that come as JSON, a list of texts: prints a line of JSON for each, a list of rows of texts."""

import json
import os
import sys

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
for statement in statements:
    rows = spark.sql(statement).collect()
    print("rows", json.dumps([[None if value is None else str(value) for value in row] for row in rows]), flush=True)
spark.stop()

"""Feature processors as the SageMaker Python SDK runs them: this process starts Spark, reads, transforms and ingests."""

import json
import sys

from pyspark.sql import functions as F
from sagemaker.feature_store.feature_processor import (
    CSVDataSource,
    FeatureGroupDataSource,
    IngestionError,
    ParquetDataSource,
    feature_processor,
)

bucket, account, folder = sys.argv[1:]
arn = lambda name: f"arn:aws:sagemaker:us-west-2:{account}:feature-group/{name}"


@feature_processor(
    inputs=[
        FeatureGroupDataSource("visits"),
        FeatureGroupDataSource(arn("places")),
        CSVDataSource(f"s3://{bucket}/names"),
        ParquetDataSource(f"s3://{bucket}/{folder}"),
    ],
    output=arn("summed"),
    target_stores=["OfflineStore"],
    parameters={"factor": "10"},
    spark_config={"spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false"},
)
def summed(visits, places, names, again, params):
    assert visits.count() == again.count()
    shares = places.select("id", F.col("share").alias("place_share"))
    return (
        visits.join(names, visits.id == names.key)
        .join(shares, "id", "left")
        .groupBy("label")
        .agg(
            F.max("time").alias("time"),
            (F.sum("clicks") * int(params["factor"])).alias("clicks"),
            F.max("place_share").alias("share"),
        )
        .withColumnRenamed("label", "Id")
    )


summed()


@feature_processor(inputs=[CSVDataSource(f"s3://{bucket}/names/names.csv")], output=arn("latest"))
def some(names):
    # An event time that is no time is refused, the others are written.
    time = F.when(F.col("key") == "a", F.lit("2026-01-31T08:00:00Z")).otherwise("no time")
    return names.select(F.col("key").alias("Id"), time.alias("time"))


try:
    some()
    refused = None
except IngestionError as error:
    refused = str(error)

from feature_store_pyspark.FeatureStoreManager import FeatureStoreManager
from pyspark.sql import SparkSession

spark = SparkSession.getActiveSession()
manager = FeatureStoreManager()
frame = spark.createDataFrame([("a", 1, 0.5)], "id string, n bigint, x double")
definitions = manager.load_feature_definitions_from_schema(frame)
reasons = []
for columns, stores in ((["Id", "clocks"], None), (["Id"], None), (["Id", "time"], ["OnlineStore", "Offline"])):
    try:
        manager.ingest_data(spark.createDataFrame([("x",) * len(columns)], columns), arn("summed"), stores)
    except ValueError as error:
        reasons.append(str(error))
print("SAID " + json.dumps({"refused": refused, "definitions": definitions, "reasons": reasons}))
spark.stop()

"""What SageMaker's connector of Spark and Feature Store offers, for a server of Sagebrush.

The connector is a Java program whose addresses are AWS's own and cannot be led elsewhere. This module has its interface, which
the SDK's `@feature_processor` uses: `FeatureStoreManager` writes by PutRecord, and Spark reads `s3://` and `s3a://` and the
tables of feature groups through the clients of this Python (`spark_sources`). It needs PySpark and boto3, no package of Maven,
and asks the server alone. What Spark reads is brought to this machine first, so Spark runs here: `local[*]`, as the SDK has it.
"""

from feature_store_pyspark.spark_sources import lead_spark


def classpath_jars():
    """Returns the paths of the jars that Spark needs for this module: none."""
    return []


lead_spark()

__all__ = ["FeatureStoreManager", "classpath_jars"]

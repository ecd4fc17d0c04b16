"""Writes data frames of Spark to feature groups."""

from pyspark.sql import DataFrame
from pyspark.sql.types import StringType, StructField, StructType

from feature_store_pyspark.failures import StreamIngestionFailureException, ValidationError
from feature_store_pyspark.records import RecordWriter, clients_of, region_of

_ERROR_COLUMN = "online_ingestion_error"
_TYPES = {
    "string": "String",
    "double": "Fractional",
    "float": "Fractional",
    "tinyint": "Integral",
    "smallint": "Integral",
    "int": "Integral",
    "bigint": "Integral",
}
_STORES = ("OnlineStore", "OfflineStore")


class FeatureStoreManager:
    """Writes data frames of Spark to feature groups, a record for each row."""

    def __init__(self, assume_role_arn: str = None):
        """`assume_role_arn`: the role to write as; by default whoever this program is."""
        self._role = assume_role_arn
        self._failed = None

    def ingest_data(
        self,
        input_data_frame: DataFrame,
        feature_group_arn: str,
        target_stores: list = None,
        use_lake_formation_credentials: bool = False,
    ) -> None:
        """Puts the rows into the group, or into the stores of it that are named. Null is no value.

        Raises ValidationError for what does not fit the group before anything is written, and
        StreamIngestionFailureException when the group has refused rows: the others are written, and those are in
        `get_failed_stream_ingestion_data_frame`.
        """
        if use_lake_formation_credentials:
            raise ValidationError("Lake Formation is not there: leave use_lake_formation_credentials out.")
        region = region_of(feature_group_arn)
        group = clients_of(region, self._role)["sagemaker"].describe_feature_group(FeatureGroupName=feature_group_arn)
        _check_group(group, target_stores)
        _check_columns(group, input_data_frame.columns)
        collections = [one["FeatureName"] for one in group["FeatureDefinitions"] if one.get("CollectionType")]
        writer = RecordWriter(
            group=group["FeatureGroupName"],
            region=region,
            role=self._role,
            target_stores=target_stores,
            columns=input_data_frame.columns,
            collections=collections,
        )
        # The rows that were refused are kept here: to look at them does not write again.
        refused = input_data_frame.rdd.mapPartitions(writer).collect()
        schema = StructType([*input_data_frame.schema.fields, StructField(_ERROR_COLUMN, StringType(), True)])
        self._failed = input_data_frame.sparkSession.createDataFrame(refused, schema)
        if refused:
            raise StreamIngestionFailureException(
                f"{len(refused)} records were refused, the first because: {refused[0][-1]} All of them are in"
                " get_failed_stream_ingestion_data_frame()."
            )

    def load_feature_definitions_from_schema(self, input_data_frame: DataFrame) -> list:
        """Returns feature definitions for the columns: [{"FeatureName": ..., "FeatureType": "Integral"}]."""
        definitions = []
        for field in input_data_frame.schema.fields:
            kind = _TYPES.get(field.dataType.simpleString())
            if kind is None:
                raise ValidationError(
                    f"The column {field.name} has the type {field.dataType.simpleString()}, which is no type of a feature."
                    f" Cast it to one of {', '.join(_TYPES)}."
                )
            definitions.append({"FeatureName": field.name, "FeatureType": kind})
        return definitions

    def get_failed_stream_ingestion_data_frame(self) -> DataFrame:
        """Returns the rows that the last `ingest_data` could not write, with the reason in `online_ingestion_error`."""
        return self._failed


def _check_group(group, target_stores):
    name, status = group["FeatureGroupName"], group["FeatureGroupStatus"]
    if status != "Created":
        raise ValidationError(f"The feature group {name} has the status {status}: it takes records when it is Created.")
    if target_stores is None:
        return
    strange = [store for store in target_stores if store not in _STORES]
    if strange or not target_stores or len(set(target_stores)) < len(target_stores):
        raise ValidationError(
            f"target_stores is {target_stores}; give OnlineStore, OfflineStore or both, each once, or leave it out."
        )
    is_there = {
        "OnlineStore": group.get("OnlineStoreConfig", {}).get("EnableOnlineStore", False),
        "OfflineStore": "OfflineStoreConfig" in group,
    }
    for store in target_stores:
        if not is_there[store]:
            raise ValidationError(f"target_stores has {store}, which the feature group {name} does not have.")


def _check_columns(group, columns):
    name = group["FeatureGroupName"]
    known = {one["FeatureName"] for one in group["FeatureDefinitions"]}
    strange = [column for column in columns if column not in known]
    if strange:
        raise ValidationError(
            f"The columns {', '.join(strange)} are no features of {name}; its features are {', '.join(sorted(known))}."
        )
    for needed in (group["RecordIdentifierFeatureName"], group["EventTimeFeatureName"]):
        if needed not in columns:
            raise ValidationError(f"The data frame has no column {needed}, which every record of {name} needs.")

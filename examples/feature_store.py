"""Features of customers: written, read in a millisecond, changed in part, expired and deleted, with boto3."""

import time

import boto3

sagemaker = boto3.client("sagemaker")
records = boto3.client("sagemaker-featurestore-runtime")
GROUP = "customers"


def features(**values):
    return [{"FeatureName": name, "ValueAsString": str(value)} for name, value in values.items()]


def read(customer):
    answer = records.get_record(FeatureGroupName=GROUP, RecordIdentifierValueAsString=customer)
    # No such record: an answer without Record.
    return {one["FeatureName"]: one["ValueAsString"] for one in answer.get("Record", [])}


sagemaker.create_feature_group(
    FeatureGroupName=GROUP,
    RecordIdentifierFeatureName="customer",
    EventTimeFeatureName="time",
    FeatureDefinitions=[
        {"FeatureName": "customer", "FeatureType": "String"},
        {"FeatureName": "time", "FeatureType": "Fractional"},
        {"FeatureName": "orders", "FeatureType": "Integral"},
        {"FeatureName": "spent", "FeatureType": "Fractional"},
    ],
    OnlineStoreConfig={
        "EnableOnlineStore": True,
        "StorageType": "Standard_V2",
        "TtlDuration": {"Unit": "Days", "Value": 30},
    },
)
while sagemaker.describe_feature_group(FeatureGroupName=GROUP)["FeatureGroupStatus"] == "Creating":
    time.sleep(0.1)

now = int(time.time())
records.put_record(FeatureGroupName=GROUP, Record=features(customer="ada", time=now, orders=3, spent=42.5))
# An older event never replaces a newer one.
records.put_record(FeatureGroupName=GROUP, Record=features(customer="ada", time=now - 60, orders=1, spent=9))
print("put:", read("ada")["orders"], "orders")

# A later event of some features leaves the others as they are.
records.update_record(
    FeatureGroupName=GROUP,
    RecordIdentifierValueAsString="ada",
    Features=features(time=now + 1, orders=4),
)
print("updated:", read("ada")["orders"], "orders,", read("ada")["spent"], "spent")

records.batch_write_record(
    Entries=[
        {"FeatureGroupName": GROUP, "Record": features(customer=name, time=now, orders=1)}
        for name in ("bea", "cleo")
    ]
)
found = records.batch_get_record(
    Identifiers=[{"FeatureGroupName": GROUP, "RecordIdentifiersValueAsString": ["ada", "bea", "nobody"]}]
)
print("found:", ", ".join(one["RecordIdentifierValueAsString"] for one in found["Records"]))

records.delete_record(FeatureGroupName=GROUP, RecordIdentifierValueAsString="bea", EventTime=str(now + 2))
print("listed:", ", ".join(records.list_records(FeatureGroupName=GROUP)["RecordIdentifiers"]))

sagemaker.update_feature_metadata(
    FeatureGroupName=GROUP,
    FeatureName="spent",
    Description="In euros, since the first order",
    ParameterAdditions=[{"Key": "team", "Value": "growth"}],
)
hits = sagemaker.search(
    Resource="FeatureMetadata",
    SearchExpression={"Filters": [{"Name": "Parameters.team", "Operator": "Equals", "Value": "growth"}]},
)
print("growth has:", ", ".join(hit["FeatureMetadata"]["FeatureName"] for hit in hits["Results"]))

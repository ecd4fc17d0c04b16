"""An alarm with boto3: put, tripped by a value beyond its threshold, and its history.

Run it with: bin/sagebrush exec -- python examples/alarms.py

Nothing in it is particular to Sagebrush.
"""

import datetime
import json
import time

import boto3

cloudwatch = boto3.client("cloudwatch")
NAME = f"queue-too-long-{int(time.time())}"

cloudwatch.put_metric_alarm(
    AlarmName=NAME,
    AlarmDescription="More than 5 orders wait.",
    Namespace="Shop",
    MetricName="WaitingOrders",
    Dimensions=[{"Name": "Queue", "Value": NAME}],
    Statistic="Maximum",
    Period=10,
    EvaluationPeriods=1,
    Threshold=5,
    ComparisonOperator="GreaterThanThreshold",
    TreatMissingData="notBreaching",
)
# A value of high resolution, which a period of ten seconds needs.
cloudwatch.put_metric_data(
    Namespace="Shop",
    MetricData=[
        {
            "MetricName": "WaitingOrders",
            "Dimensions": [{"Name": "Queue", "Value": NAME}],
            "Timestamp": datetime.datetime.now(datetime.timezone.utc),
            "StorageResolution": 1,
            "Value": 9,
        }
    ],
)


def state():
    return cloudwatch.describe_alarms(AlarmNames=[NAME])["MetricAlarms"][0]


deadline = time.time() + 60
while state()["StateValue"] != "ALARM" and time.time() < deadline:
    time.sleep(1)
print(state()["StateValue"], "because", state()["StateReason"])

changes = cloudwatch.describe_alarm_history(AlarmName=NAME, HistoryItemType="StateUpdate", ScanBy="TimestampAscending")
for change in changes["AlarmHistoryItems"]:
    figures = json.loads(change["HistoryData"])["newState"]["stateReasonData"]["recentDatapoints"]
    print(change["HistorySummary"], figures)

cloudwatch.delete_alarms(AlarmNames=[NAME])

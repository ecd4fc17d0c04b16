"""Makes a repository of Feast and loads records into its online store: feast_online.py FOLDER FILE sqlite|redis PORT

FILE is of Parquet. It prints how many seconds the loading took, and of Redis the making of precomputed vectors.
"""

import json
import os
import sys
import time

import pandas
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64, Int64, String
from feast.value_type import ValueType

folder, file, store_type, port = sys.argv[1:5]
stores = {
    "sqlite": {"type": "sqlite", "path": os.path.join(folder, "online.db")},
    "redis": {"type": "redis", "connection_string": f"127.0.0.1:{port}"},
}
config = {
    "project": "bench",
    "provider": "local",
    "registry": os.path.join(folder, "registry.db"),
    "online_store": stores[store_type],
    "offline_store": {"type": "dask"},
    "entity_key_serialization_version": 3,
}
with open(os.path.join(folder, "feature_store.yaml"), "w") as out:
    json.dump(config, out)
frame = pandas.read_parquet(file)
types = {"float64": Float64, "int64": Int64}
schema = [
    Field(name=name, dtype=types.get(str(frame[name].dtype), String))
    for name in frame.columns
    if name not in ("customer", "event_time")
]
customer = Entity(name="customer", join_keys=["customer"], value_type=ValueType.STRING)
source = FileSource(name="records", path=file, timestamp_field="event_time")
view = FeatureView(name="customers", entities=[customer], schema=schema, source=source, online=True)
services = [FeatureService(name="plain", features=[view])]
if store_type == "redis":
    services.append(FeatureService(name="precomputed", features=[view], precompute_online=True))
store = FeatureStore(repo_path=folder)
store.apply([customer, source, view, *services])
began = time.perf_counter()
for start in range(0, len(frame), 5_000):
    store.write_to_online_store("customers", frame.iloc[start : start + 5_000])
loaded = time.perf_counter()
if store_type == "redis":
    store.precompute_feature_service("precomputed")
print(json.dumps({"load": loaded - began, "precompute": time.perf_counter() - loaded}))

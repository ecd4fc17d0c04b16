"""Joins rows with features as of their times: feast_history.py duckdb|dask FOLDER BASE OUTPUT FILE...

Each FILE is the history of a group, of Parquet. The output is Parquet, its features called GROUP__FEATURE.
"""

import json
import os
import sys

import pandas
import pyarrow.parquet as parquet
from feast import Entity, FeatureStore, FeatureView, Field, FileSource
from feast.types import Float64
from feast.value_type import ValueType

engine, folder, base, output, *files = sys.argv[1:]
config = {
    "project": "bench",
    "provider": "local",
    "registry": os.path.join(folder, "registry.db"),
    "online_store": {"type": "sqlite", "path": os.path.join(folder, "online.db")},
    "offline_store": {"type": engine},
    "entity_key_serialization_version": 3,
}
with open(os.path.join(folder, "feature_store.yaml"), "w") as out:
    json.dump(config, out)
customer = Entity(name="customer", join_keys=["customer"], value_type=ValueType.STRING)
store = FeatureStore(repo_path=folder)
views = []
for number, file in enumerate(files):
    names = [name for name in parquet.read_schema(file).names if name not in ("customer", "event_time", "created")]
    source = FileSource(name=f"g{number}", path=file, timestamp_field="event_time", created_timestamp_column="created")
    schema = [Field(name=name, dtype=Float64) for name in names]
    views.append(FeatureView(name=f"group{number}", entities=[customer], schema=schema, source=source))
store.apply([customer, *views])
rows = pandas.read_parquet(base)
rows["event_timestamp"] = rows["event_timestamp"].dt.tz_localize("UTC")
features = [f"{view.name}:{field.name}" for view in views for field in view.features]
joined = store.get_historical_features(entity_df=rows, features=features, full_feature_names=True)
parquet.write_table(joined.to_arrow(), output)

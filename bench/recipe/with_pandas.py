"""The recipe with pandas: with_pandas.py csv|parquet INPUT OUTPUT"""

import sys

import numpy as np
import pandas as pd

kind, source, target = sys.argv[1:4]
rows = (
    pd.read_csv(source, parse_dates=["bought"], date_format="%Y-%m-%d %H:%M:%S")
    if kind == "csv"
    else pd.read_parquet(source)
)
rows = rows.drop(columns=["note", "junk"]).drop_duplicates()
rows = rows.dropna(subset=["quantity"])
rows = rows[rows["quantity"] > 0].copy()
rows["quantity"] = rows["quantity"].astype("int64")
rows["price"] = rows["price"].fillna(rows["price"].mean())
rows["weight"] = rows["weight"].fillna(rows["weight"].mean())
rows["age"] = rows["age"].fillna(rows["age"].quantile(0.5, interpolation="lower"))
rows["colour"] = rows["colour"].fillna(rows["colour"].value_counts().idxmax())
rows["city"] = rows["city"].fillna("unknown")
mean, deviation = rows["price"].mean(), rows["price"].std()
rows["price"] = rows["price"].clip(mean - 3 * deviation, mean + 3 * deviation)
low, high = (rows["income"].quantile(at, interpolation="lower") for at in (0.01, 0.99))
rows["income"] = rows["income"].clip(low, high)
rows["colour"] = rows["colour"].str.lower()
rows["city"] = rows["city"].str.strip(" ")
rows["code"] = rows["code"].str.replace("-", "_", regex=False)
rows["number"] = rows["code"].str.extract("([0-9]+)", expand=False)
rows["ratio"] = rows["income"] / (rows["age"] + 1)
bought = rows.pop("bought").dt
for part in ("year", "month", "day", "hour"):
    rows[f"bought_{part}"] = getattr(bought, part)
for name in ("price", "weight"):
    rows[name] = (rows[name] - rows[name].mean()) / rows[name].std()
for name in ("age", "income"):
    least, most = rows[name].min(), rows[name].max()
    rows[name] = (rows[name] - least) / (most - least)
colours = rows.pop("colour")
for name in colours.unique():
    rows[f"colour_{name}"] = np.where(colours == name, 1.0, 0.0)
counts = rows["city"].value_counts().reset_index().sort_values(["count", "city"], ascending=[False, True])
rows["city_code"] = rows["city"].map(dict(zip(counts["city"], range(len(counts))))).astype("float64")
if kind == "csv":
    rows.to_csv(target, index=False)
else:
    rows.to_parquet(target, index=False)

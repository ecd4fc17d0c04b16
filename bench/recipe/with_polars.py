"""The recipe with Polars: with_polars.py csv|parquet INPUT OUTPUT"""

import sys

import polars as pl
from polars import col

kind, source, target = sys.argv[1:4]
read = pl.scan_csv(source, try_parse_dates=True) if kind == "csv" else pl.scan_parquet(source)
# It is read once; all that is learned needs the rows.
rows = read.drop("note", "junk").unique().filter(col("quantity") > 0).collect()
first = rows.select(
    col("price", "weight").mean(),
    col("age").quantile(0.5, "lower"),
    low=col("income").quantile(0.01, "lower"),
    high=col("income").quantile(0.99, "lower"),
).row(0, named=True)
colour = rows.select(col("colour").drop_nulls().value_counts(sort=True)).unnest("colour").sort(
    ["count", "colour"], descending=[True, False]
)["colour"][0]
price = col("price").fill_null(first["price"])
mean, deviation = rows.select(mean=price.mean(), deviation=price.std()).row(0)
prepared = rows.lazy().with_columns(
    price.clip(mean - 3 * deviation, mean + 3 * deviation),
    col("weight").fill_null(first["weight"]),
    col("age").fill_null(first["age"]),
    col("income").clip(first["low"], first["high"]),
    col("colour").fill_null(colour).str.to_lowercase(),
    col("city").fill_null("unknown").str.strip_chars(" "),
    col("code").str.replace_all("-", "_", literal=True),
)
scales = prepared.select(
    *(getattr(col(name), how)().alias(f"{name}_{how}") for name in ("price", "weight") for how in ("mean", "std")),
    *(getattr(col(name), how)().alias(f"{name}_{how}") for name in ("age", "income") for how in ("min", "max")),
).collect().row(0, named=True)
colours = prepared.select(col("colour").unique()).collect()["colour"]
cities = prepared.group_by("city").len().sort(["len", "city"], descending=[True, False]).collect()["city"]
final = (
    prepared.with_columns(
        col("code").str.extract("([0-9]+)", 1).alias("number"),
        (col("income") / (col("age") + 1)).alias("ratio"),
        *(getattr(col("bought").dt, part)().alias(f"bought_{part}") for part in ("year", "month", "day", "hour")),
    )
    .with_columns(
        *((col(name) - scales[f"{name}_mean"]) / scales[f"{name}_std"] for name in ("price", "weight")),
        *(
            (col(name) - scales[f"{name}_min"]) / (scales[f"{name}_max"] - scales[f"{name}_min"])
            for name in ("age", "income")
        ),
        *((col("colour") == name).cast(pl.Float64).alias(f"colour_{name}") for name in colours),
        col("city").replace_strict(cities, pl.Series(range(len(cities)), dtype=pl.Float64)).alias("city_code"),
    )
    .drop("colour", "bought")
)
if kind == "csv":
    final.sink_csv(target)
else:
    final.sink_parquet(target)

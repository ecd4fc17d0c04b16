"""The recipe with Spark, local[2]: with_spark.py csv|parquet INPUT OUTPUT"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

kind, source, target = sys.argv[1:4]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "6g")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "4")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
schema = (
    "id long, price double, weight double, age double, income double, height double, width double, depth double, "
    "score double, quantity long, stock long, colour string, city string, code string, kind string, region string, "
    "bought timestamp, active boolean, junk double, note string"
)
read = (
    spark.read.csv(
        source,
        schema=schema,
        header=True,
        timestampFormat="yyyy-MM-dd HH:mm:ss",
        ignoreLeadingWhiteSpace=False,
        ignoreTrailingWhiteSpace=False,
    )
    if kind == "csv"
    else spark.read.parquet(source)
)
rows = read.drop("note", "junk").dropDuplicates().filter("quantity > 0").cache()
first = rows.select(
    f.avg("price").alias("price"),
    f.avg("weight").alias("weight"),
    f.expr("percentile_disc(0.5) WITHIN GROUP (ORDER BY age)").alias("age"),
    f.expr("percentile_disc(0.01) WITHIN GROUP (ORDER BY income)").alias("low"),
    f.expr("percentile_disc(0.99) WITHIN GROUP (ORDER BY income)").alias("high"),
).first()
colour = (
    rows.filter("colour IS NOT NULL").groupBy("colour").count().orderBy(f.desc("count"), "colour").first()["colour"]
)
rows = rows.fillna({"price": first["price"], "weight": first["weight"], "age": first["age"]})
rows = rows.fillna({"colour": colour, "city": "unknown"})
moments = rows.select(f.avg("price"), f.stddev("price")).first()


def clip(name, low, high):
    return f.greatest(f.least(f.col(name), f.lit(high)), f.lit(low))


rows = (
    rows.withColumn("price", clip("price", moments[0] - 3 * moments[1], moments[0] + 3 * moments[1]))
    .withColumn("income", clip("income", first["low"], first["high"]))
    .withColumn("colour", f.lower("colour"))
    .withColumn("city", f.expr("trim(BOTH ' ' FROM city)"))
    .withColumn("code", f.expr("replace(code, '-', '_')"))
    .withColumn("number", f.regexp_extract("code", "([0-9]+)", 1))
    .withColumn("ratio", f.col("income") / (f.col("age") + 1))
)
for name, part in {"year": f.year, "month": f.month, "day": f.dayofmonth, "hour": f.hour}.items():
    rows = rows.withColumn(f"bought_{name}", part("bought"))
scales = rows.select(
    *(how(name).alias(f"{name}_{how.__name__}") for name in ("price", "weight") for how in (f.avg, f.stddev)),
    *(how(name).alias(f"{name}_{how.__name__}") for name in ("age", "income") for how in (f.min, f.max)),
).first()
for name in ("price", "weight"):
    rows = rows.withColumn(name, (f.col(name) - scales[f"{name}_avg"]) / scales[f"{name}_stddev"])
for name in ("age", "income"):
    least, most = scales[f"{name}_min"], scales[f"{name}_max"]
    rows = rows.withColumn(name, (f.col(name) - least) / (most - least))
for (name,) in rows.select("colour").distinct().collect():
    rows = rows.withColumn(f"colour_{name}", f.when(f.col("colour") == name, 1.0).otherwise(0.0))
cities = [row["city"] for row in rows.groupBy("city").count().orderBy(f.desc("count"), "city").collect()]
places = f.array(*(f.lit(city) for city in cities))
rows = rows.withColumn("city_code", (f.array_position(places, f.col("city")) - 1).cast("double"))
rows = rows.drop("colour", "bought")
if kind == "csv":
    rows.write.csv(target, header=True, mode="overwrite", escape='"')
else:
    rows.write.parquet(target, mode="overwrite")
spark.stop()

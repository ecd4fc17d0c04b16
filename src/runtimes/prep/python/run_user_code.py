"""Runs a step of a flow that is Python of a user's: run_user_code.py CODE.json, or one after the other: run_user_code.py --stay

CODE.json has the mode, the code, the file of Parquet with the rows that go in, and the one for the rows that come out.
The code finds its rows as `df` and leaves them there; code that draws leaves a chart of Altair in `chart`, which is written
as JSON.
"""

import json
import sys
import traceback

import pandas


def as_pandas(path):
    """Reads rows as Spark gives them to pandas: whole numbers with a missing one are floats, texts are objects."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(path).to_pandas(date_as_object=True)


def write(frame, path):
    import pyarrow
    import pyarrow.parquet

    frame = frame.reset_index(drop=True)
    frame.columns = [str(name) for name in frame.columns]
    for name in frame.columns:
        if frame.columns.tolist().count(name) == 1:
            frame[name] = plain(frame[name])
    table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    pyarrow.parquet.write_table(table, path, coerce_timestamps="us", allow_truncated_timestamps=True)


def plain(column):
    """Values of several types in one column become texts, as a table has one type for each column."""
    if isinstance(column.dtype, pandas.CategoricalDtype):
        return column.astype(object)
    if column.dtype != object:
        return column
    kinds = {type(value) for value in column if value is not None and value is not pandas.NaT and value == value}
    if len(kinds) > 1 and not kinds <= {int, float, bool}:
        return column.map(lambda value: value if value is None or isinstance(value, str) else str(value))
    return column


def run_pandas(step):
    names = {"df": as_pandas(step["input"]), "pandas": pandas, "pd": pandas, "__name__": "__step__"}
    exec(compile(step["code"], "step", "exec"), names)
    frame = names.get("df")
    if isinstance(frame, pandas.Series):
        frame = frame.to_frame()
    if not isinstance(frame, pandas.DataFrame):
        raise TypeError(f"The code leaves a {type(frame).__name__} in df; leave a DataFrame of pandas there.")
    write(frame, step["output"])


def run_pyspark(step):
    try:
        from pyspark.sql import DataFrame, SparkSession
    except ImportError:
        raise ImportError("The code is PySpark, and this Python has no pyspark. Install pyspark and a Java, or write the step with pandas.") from None
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    names = {"df": spark.read.parquet(step["input"]), "spark": spark, "__name__": "__step__"}
    exec(compile(step["code"], "step", "exec"), names)
    frame = names.get("df")
    if not isinstance(frame, DataFrame):
        raise TypeError(f"The code leaves a {type(frame).__name__} in df; leave a DataFrame of Spark there.")
    frame.coalesce(1).write.mode("overwrite").parquet(step["output"] + ".parts")
    import glob
    import os

    os.replace(glob.glob(step["output"] + ".parts/part-*.parquet")[0], step["output"])
    spark.stop()


def run_udf(step):
    udf = step["udf"]
    names = {"pandas": pandas, "pd": pandas, "__name__": "__step__"}
    exec(compile(step["code"], "step", "exec"), names)
    function = names.get("custom_func")
    if not callable(function):
        raise NameError("The code defines no function custom_func; define it with one parameter.")
    frame = as_pandas(step["input"])
    if udf["input"] not in frame.columns:
        raise KeyError(f"There is no column {udf['input']!r}. The columns are: {', '.join(frame.columns)}.")
    column = frame[udf["input"]]
    result = function(column) if udf["values"] == "pandas" else column.map(function)
    frame[udf["output"]] = cast(result, udf["returns"])
    write(frame, step["output"])


def cast(values, kind):
    values = values if isinstance(values, pandas.Series) else pandas.Series(values)
    kinds = {"string": "string", "long": "Int64", "integer": "Int64", "int": "Int64", "double": "float64", "float": "float64", "boolean": "boolean", "bool": "boolean"}
    if kind.lower() in kinds:
        return values.astype(kinds[kind.lower()])
    if kind.lower() in ("date", "timestamp"):
        return pandas.to_datetime(values)
    raise ValueError(f"The return type {kind!r} is not known; give one of {', '.join(kinds)}, date, timestamp.")


def run_altair(step):
    try:
        import altair
    except ImportError:
        raise ImportError("The code draws with Altair, and this Python has no altair. Install altair there, or use an analysis that is built in: histogram, scatterplot.") from None
    names = {"df": as_pandas(step["input"]), "pandas": pandas, "pd": pandas, "alt": altair, "altair": altair, "__name__": "__step__"}
    exec(compile(step["code"], "step", "exec"), names)
    chart = names.get("chart")
    if not hasattr(chart, "to_dict"):
        raise TypeError(f"The code leaves a {type(chart).__name__} in chart; leave a chart of Altair there.")
    with open(step["output"], "w") as file:
        json.dump(chart.to_dict(), file, allow_nan=False, default=str)


def run(path):
    """Does one step. Gives None, or in words why it failed."""
    with open(path) as file:
        step = json.load(file)
    try:
        {"pandas": run_pandas, "pyspark": run_pyspark, "udf": run_udf, "altair": run_altair}[step["mode"]](step)
    except SystemExit:
        raise
    except BaseException as error:
        lines = [f", line {part.lineno} of the code" for part in traceback.extract_tb(error.__traceback__) if part.filename == "step"]
        return f"{type(error).__name__}: {shortened(str(error))}{lines[-1] if lines else ''}"


def shortened(words, most=1500):
    """Leaves out what Altair lists after it has said what is wrong, of which the end alone would be shown."""
    return words if len(words) <= most else words[:most].rstrip() + " ..."


def stay():
    """Does a step for each line of the standard input, its file; answers each with a line of JSON on descriptor 3."""
    with open(3, "w") as answers:
        for line in sys.stdin:
            answers.write(json.dumps({"fault": run(line.rstrip("\n"))}) + "\n")
            answers.flush()


def main():
    if sys.argv[1] == "--stay":
        return stay()
    fault = run(sys.argv[1])
    if fault is not None:
        sys.stderr.write(f"{fault}\n")
        sys.exit(1)


main()

"""Rows as the code of users takes and gives them. Stands behind tables.py, whose names it uses."""


def to_code(df):
    """The rows as code of a flow finds them, with the types that pandas reads of a file of Parquet."""
    made = {}
    for name in df.columns:
        values = plain(df[name])
        kind = str(df[name].dtype)
        if kind == "Int64" and None in values or kind == "Float64":
            made[name] = pandas.Series([numpy.nan if value is None else float(value) for value in values], dtype="float64")
        elif kind == "Int64":
            made[name] = pandas.Series(values, dtype="int64")
        elif kind == "boolean" and None not in values:
            made[name] = pandas.Series(values, dtype="bool")
        elif any(isinstance(value, datetime.datetime) for value in values):
            made[name] = pandas.Series(pandas.to_datetime(pandas.Series(values)), dtype="datetime64[ns]")
        else:
            made[name] = column(values, "object", pandas.RangeIndex(len(values)))
    return pandas.DataFrame(made, columns=list(df.columns), index=pandas.RangeIndex(len(df.index)))


def from_code(df, kinds):
    """The rows that code left, as the flow's steps have them."""

    def value_of(value, kind):
        if isinstance(value, (list, tuple, numpy.ndarray)):
            return [value_of(one, "") for one in value]
        if value is None or value is pandas.NA or value is pandas.NaT:
            return None
        if isinstance(value, (float, numpy.floating)) and math.isnan(value):
            return None
        if isinstance(value, pandas.Timestamp):
            value = value.to_pydatetime()
            return value.date() if kind == "date" else value
        if isinstance(value, numpy.generic):
            value = value.item()
        if kind == "double":
            return float(value)
        if kind == "long":
            return int(value)
        if kind == "text":
            return value if isinstance(value, str) else format(value, "f") if isinstance(value, decimal.Decimal) else str(value)
        return value

    df = df.to_frame() if isinstance(df, pandas.Series) else df.reset_index(drop=True)
    made = {name: column([value_of(value, kind) for value in df[name].astype(object)], kind, df.index) for name, kind in kinds.items()}
    return pandas.DataFrame(made, index=df.index, columns=list(kinds))


def apply_function(df, function, source, target, by_column):
    """What a function of a user's makes of a column."""
    df[target] = function(df[source]) if by_column else df[source].map(function)
    return df

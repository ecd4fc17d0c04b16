"""What scripts of flows call. `flow export --to python` puts those that a script needs into it, with what they need.

A column of whole numbers is Int64, of numbers Float64, of truths boolean, of texts string; all others are objects. What is
missing is <NA> or None in them, and is not the same as "not a number".
"""

import datetime
import decimal
import functools
import hashlib
import itertools
import json
import math
import re
import sys

import numpy
import pandas

try:
    pandas.set_option("future.distinguish_nan_and_na", True)
except (KeyError, AttributeError):
    pass


def column(values, kind, index):
    """A column of plain values, in which None is missing."""
    failed = next((value for value in values if isinstance(value, Failure)), None) if kind in TYPES else None
    if failed is not None:
        raise ValueError(failed)
    if kind == "double":
        mask = numpy.array([value is None for value in values], dtype=bool)
        numbers = numpy.array([0.0 if value is None else value for value in values], dtype="float64")
        return pandas.Series(pandas.arrays.FloatingArray(numbers, mask), index=index)
    if kind in TYPES:
        given = [pandas.NA if value is None else value for value in values]
        return pandas.Series(pandas.array(given, dtype=TYPES[kind]), index=index)
    objects = numpy.empty(len(values), dtype=object)
    for at, value in enumerate(values):
        objects[at] = value
    return pandas.Series(objects, index=index, dtype=object)


TYPES = {"long": "Int64", "double": "Float64", "boolean": "boolean", "text": "string"}


def plain(series):
    """The values of a column, None for what is missing."""
    return [None if value is None or value is pandas.NA else value for value in series.astype(object)]


def constant(df, value, kind):
    """The same value in every row."""
    return column([value] * len(df.index), kind, df.index)


def rows(function, kind, operands, nulls=False):
    """What a function makes of the values of each row: nothing where one is missing, unless it takes such."""
    series = [one for one in operands if isinstance(one, pandas.Series)]
    values = [plain(one) if isinstance(one, pandas.Series) else itertools.repeat(one) for one in operands]

    def value_of(row):
        failed = next((one for one in row if isinstance(one, Failure)), None)
        if failed is not None and not nulls:
            return failed
        return None if not nulls and any(one is None for one in row) else function(*row)

    if not series:
        return value_of(operands)
    return column([value_of(row) for row in zip(*values)], kind, series[0].index)


def by_row(gives=None, nulls=False):
    """A function of values becomes one of columns."""

    def changed(function):
        @functools.wraps(function)
        def of_columns(*operands, kind=gives):
            return rows(function, kind, operands, nulls)

        return of_columns

    return changed


def choose(df, kind, branches, otherwise):
    """The value of the first branch whose condition is true."""
    conditions = [plain(one) if isinstance(one, pandas.Series) else [one] * len(df.index) for one, _ in branches]
    given = [value for _, value in branches] + [otherwise]
    values = [plain(one) if isinstance(one, pandas.Series) else [one] * len(df.index) for one in given]
    made = []
    for row in range(len(df.index)):
        branch = next((at for at, one in enumerate(conditions) if one[row] is True), -1)
        value = values[branch][row]
        if isinstance(value, Failure):
            raise ValueError(value)
        made.append(float(value) if kind == "double" and value is not None else value)
    return column(made, kind, df.index)


class Failure(str):
    """Why a row cannot be, where it is asked for."""


def each(df, lists, value, name, element, kind, keeps=False):
    """Every element of each list through `value`, or those for which it is true."""
    given = plain(lists) if isinstance(lists, pandas.Series) else [lists] * len(df.index)
    places = [row for row, one in enumerate(given) for _ in ([] if one is None else one)]
    inner = df.iloc[places].reset_index(drop=True)
    inner[name] = column([item for one in given if one is not None for item in one], element, inner.index)
    made = value(inner)
    made = iter(plain(made) if isinstance(made, pandas.Series) else [made] * len(inner.index))
    results = []
    for one in given:
        if one is None:
            results.append(None)
        elif keeps:
            results.append([item for item in one if next(made) is True])
        else:
            results.append([next(made) for _ in one])
    return column(results, "list", df.index)


def sort_key(value):
    """Numbers that are none are greatest; texts are compared by their bytes."""
    if isinstance(value, float):
        return (1, 0.0) if math.isnan(value) else (0, value)
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list):
        return [(0, sort_key(one)) if one is not None else (1, 0) for one in value]
    if isinstance(value, (int, bool)):
        return (0, value)
    return value


def ordered(places, order):
    """The places of rows in an order: columns, whether descending, and whether what is missing comes first."""
    for values, descending, nulls_first in reversed(order):
        there = [place for place in places if values[place] is not None]
        missing = [place for place in places if values[place] is None]
        there.sort(key=lambda place: sort_key(values[place]), reverse=descending)
        places = missing + there if nulls_first else there + missing
    return places


def sort_rows(df, order):
    keys = [(plain(values), descending, nulls_first) for values, descending, nulls_first in order]
    return df.iloc[ordered(list(range(len(df.index))), keys)].reset_index(drop=True)


def key_of(value):
    """What is alike for equal values."""
    if isinstance(value, float):
        return ("nan",) if math.isnan(value) else value
    if isinstance(value, (list, dict)):
        return json.dumps(value, default=str)
    return value


def distinct_rows(df):
    seen = dict.fromkeys(tuple(map(key_of, row)) for row in zip(*(plain(df[name]) for name in df.columns)))
    firsts = {}
    for place, row in enumerate(zip(*(plain(df[name]) for name in df.columns))):
        firsts.setdefault(tuple(map(key_of, row)), place)
    return df.iloc[[firsts[key] for key in seen]].reset_index(drop=True)


def filter_rows(df, condition):
    kept = plain(condition) if isinstance(condition, pandas.Series) else [condition] * len(df.index)
    return df[[one is True for one in kept]].reset_index(drop=True)


def select_columns(df, columns):
    return pandas.DataFrame(columns, index=df.index, columns=list(columns))


def explode_rows(df, lists, name, kind):
    """A row for each element of a list."""
    given = plain(lists) if isinstance(lists, pandas.Series) else [lists] * len(df.index)
    places = [row for row, one in enumerate(given) for _ in ([] if one is None else one)]
    made = df.iloc[places].reset_index(drop=True)
    made[name] = column([item for one in given if one is not None for item in one], kind, made.index)
    return made


def join_rows(left, right, how, keys, columns):
    """Rows whose keys are equal; what is missing equals nothing."""

    def keys_of(frame, side):
        values = [plain(frame[pair[side]]) for pair in keys]
        return [None if None in row else tuple(map(key_of, row)) for row in zip(*values)]

    if how == "cross":
        pairs = [(a, b) for a in range(len(left.index)) for b in range(len(right.index))]
    else:
        found = {}
        for place, key in enumerate(keys_of(right, 1)):
            if key is not None:
                found.setdefault(key, []).append(place)
        matches = [found.get(key, []) for key in keys_of(left, 0)]
        if how in ("semi", "anti"):
            pairs = [(a, None) for a, those in enumerate(matches) if bool(those) == (how == "semi")]
        else:
            pairs = [(a, b) for a, those in enumerate(matches) for b in those]
            used = {b for _, b in pairs}
            if how in ("left", "full"):
                pairs = [(a, b) for a, those in enumerate(matches) for b in (those or [None])]
            if how in ("right", "full"):
                pairs += [(None, b) for b in range(len(right.index)) if b not in used]
    made = {}
    index = pandas.RangeIndex(len(pairs))
    for name, side, source, kind in columns:
        values = plain((left if side == "left" else right)[source])
        at = 0 if side == "left" else 1
        made[name] = column([None if pair[at] is None else values[pair[at]] for pair in pairs], kind, index)
    return pandas.DataFrame(made, index=index, columns=list(made))


class Groups:
    """The rows of each combination of keys."""

    def __init__(self, df, keys):
        values = [plain(key) if isinstance(key, pandas.Series) else [key] * len(df.index) for key in keys]
        places = {} if keys else {(): list(range(len(df.index)))}
        for place, row in enumerate(zip(*values)):
            places.setdefault(tuple(map(key_of, row)), []).append(place)
        self.places = list(places.values())
        self.index = pandas.RangeIndex(len(self.places))

    def first(self, series, kind):
        values = plain(series)
        return column([values[places[0]] if places else None for places in self.places], kind, self.index)

    def apply(self, function, kind, *operands):
        values = [plain(one) if isinstance(one, pandas.Series) else one for one in operands]
        made = []
        for places in self.places:
            made.append(function(*([one[place] for place in places] if isinstance(one, list) else one for one in values), size=len(places)))
        return column(made, kind, self.index)


def over(df, function, kind, operands, partition=(), order=(), rows=None):
    """A function over the rows around each row."""
    values = [plain(one) if isinstance(one, pandas.Series) else one for one in operands]
    keys = [plain(one) if isinstance(one, pandas.Series) else [one] * len(df.index) for one in partition]
    by = [(plain(one) if isinstance(one, pandas.Series) else [one] * len(df.index), descending, first) for one, descending, first in order]
    parts = {} if keys else {(): list(range(len(df.index)))}
    for place, row in enumerate(zip(*keys)):
        parts.setdefault(tuple(map(key_of, row)), []).append(place)
    made = [None] * len(df.index)
    for places in parts.values():
        places = ordered(places, by)
        peers = [tuple(key_of(one[place]) for one, _, _ in by) for place in places]
        own = [[one[place] for place in places] if isinstance(one, list) else one for one in values]
        if getattr(function, "of_places", False):
            for place, value in zip(places, function(peers, *own)):
                made[place] = value
            continue
        for at, place in enumerate(places):
            begin, end = 0, len(places)
            if rows is not None:
                begin = 0 if rows[0] is None else max(0, at - rows[0])
                end = len(places) if rows[1] is None else max(0, min(len(places), at + rows[1] + 1))
            elif by:
                end = at + 1
                while end < len(places) and peers[end] == peers[at]:
                    end += 1
            made[place] = function(*(one[begin:end] if isinstance(one, list) else one for one in own), size=max(0, end - begin))
    return column(made, kind, df.index)


def of_places(function):
    """A function of the places of rows in their order."""
    function.of_places = True
    return function


def write_csv(df, path, delimiter=",", header=True):
    """Writes rows as DuckDB does: an empty text is quoted, what is missing is nothing, but in a line of its own it is quoted too."""
    missing = '""' if len(df.columns) == 1 else ""

    def written(value):
        if value is None:
            return missing
        if isinstance(value, Failure):
            raise ValueError(value)
        text = engine_text(value)
        needs = text == "" or any(sign in text for sign in (delimiter, '"', "\n", "\r", "#"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    columns = [plain(df[name]) for name in df.columns]
    with open(path, "w", newline="", encoding="utf-8") as file:
        if header:
            file.write(delimiter.join(written(str(name)) for name in df.columns) + "\n")
        for row in zip(*columns):
            file.write(delimiter.join(map(written, row)) + "\n")


def read_csv(paths, names, delimiter, encoding, skipped, file_column=False):
    """Reads texts. A line with too few values has none in their places; values beyond the names are left out."""
    import csv
    import gzip

    records, files = [], []
    for path in paths:
        opened = gzip.open if str(path).endswith(".gz") else open
        with opened(path, "rt", newline="", encoding=encoding) as file:
            for _ in range(skipped):
                file.readline()
            for record in csv_records(file.read(), delimiter):
                records.append(record)
                files.append(str(path))
    columns = {name: [record[at] if at < len(record) else None for record in records] for at, name in enumerate(names)}
    index = pandas.RangeIndex(len(records))
    made = {name: column(values, "text", index) for name, values in columns.items()}
    if file_column:
        made["$file"] = column(files, "text", index)
    return pandas.DataFrame(made, index=index)


def csv_records(text, delimiter):
    """The records of a text; what is quoted is a text even where it is empty."""
    record, value, quoted, was_quoted, at = [], [], False, False, 0
    size = len(text)

    def ended():
        record.append(None if not value and not was_quoted else "".join(value))

    while at < size:
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                value.append('"')
                at += 1
            elif sign == '"':
                quoted = False
            else:
                value.append(sign)
        elif sign == '"' and not value:
            quoted = was_quoted = True
        elif sign == delimiter:
            ended()
            value, was_quoted = [], False
        elif sign in "\r\n":
            if sign == "\r" and text[at + 1 : at + 2] == "\n":
                at += 1
            if record or value or was_quoted:
                ended()
                yield record
            record, value, was_quoted = [], [], False
        else:
            value.append(sign)
        at += 1
    if record or value or was_quoted:
        ended()
        yield record


def read_parquet(paths, kinds, file_column=False):
    import pyarrow.parquet

    frames = []
    for path in paths:
        table = pyarrow.parquet.ParquetFile(path).read()
        given = {name: table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows for name in kinds}
        index = pandas.RangeIndex(table.num_rows)
        made = {name: column([as_kind(value, kind) for value in given[name]], kind, index) for name, kind in kinds.items()}
        if file_column:
            made["$file"] = constant(pandas.DataFrame(index=index), str(path), "text")
        frames.append(pandas.DataFrame(made, index=index))
    return frames[0] if len(frames) == 1 else pandas.concat(frames, ignore_index=True)


def read_json(paths, kinds, lines, file_column=False):
    records, files = [], []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        found = [json.loads(line) for line in text.splitlines() if line.strip()] if lines else json.loads(text)
        found = found if isinstance(found, list) else [found]
        records += found
        files += [str(path)] * len(found)
    index = pandas.RangeIndex(len(records))
    made = {name: column([as_kind(record.get(name), kind) for record in records], kind, index) for name, kind in kinds.items()}
    if file_column:
        made["$file"] = column(files, "text", index)
    return pandas.DataFrame(made, index=index)


def as_kind(value, kind):
    """A value of a file as one of a kind."""
    if value is None:
        return None
    if kind == "double":
        return float(value)
    if kind == "long":
        return int(value)
    if kind == "text" and not isinstance(value, str):
        return flow_text_of(value)
    if kind == "timestamp" and isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return value


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
            return value if isinstance(value, str) else str(value)
        return value

    df = df.to_frame() if isinstance(df, pandas.Series) else df.reset_index(drop=True)
    made = {name: column([value_of(value, kind) for value in df[name].astype(object)], kind, df.index) for name, kind in kinds.items()}
    return pandas.DataFrame(made, index=df.index, columns=list(kinds))


def apply_function(df, function, source, target, by_column):
    """What a function of a user's makes of a column."""
    df[target] = function(df[source]) if by_column else df[source].map(function)
    return df


# Types.


def java_text(value):
    """The text of a double as Java writes it: "1.0E7", "NaN"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = decimal.Decimal(repr(value)).normalize().as_tuple()
    first, *rest = (str(digit) for digit in digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{len(digits) + exponent - 1}"


def engine_text(value):
    """As DuckDB writes it by itself: a double as Python does."""
    return repr(value) if isinstance(value, float) else flow_text_of(value)


@by_row("text")
def flow_text_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return java_text(value)
    if isinstance(value, datetime.datetime):
        fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
        return value.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0") + fraction
    if isinstance(value, list):
        return "[" + ", ".join("NULL" if one is None else engine_text(one) for one in value) + "]"
    return str(value)


@by_row("double")
def flow_to_double(value):
    if not isinstance(value, str):
        return float(value)
    text = value.strip(" \t\n\v\f\r")
    if re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:nan|inf|infinity)", text, re.I):
        return float(text)
    return None


@by_row("long")
def flow_to_long(value):
    if isinstance(value, str):
        text = value.strip(" \t\n\v\f\r")
        if re.fullmatch(r"[+-]?[0-9]+", text):
            number = int(text)
            return number if -(2**63) <= number < 2**63 else None
        value = flow_to_double(value)
    if value is None or isinstance(value, float) and not math.isfinite(value):
        return None
    number = math.trunc(value)
    return number if -(2**63) <= number < 2**63 else None


@by_row("long")
def flow_as_long(value):
    """Halves go to the even neighbour."""
    return flow_to_long(value) if isinstance(value, str) else round(value)


@by_row("boolean")
def flow_to_boolean(value):
    if not isinstance(value, str):
        return bool(value)
    text = value.strip().lower()
    return True if text in ("true", "t", "yes", "y", "1") else False if text in ("false", "f", "no", "n", "0") else None


@by_row("date")
def flow_to_date(value):
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    found = re.match(r"\s*([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})\s*$", value)
    try:
        return datetime.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


@by_row("timestamp")
def flow_to_timestamp(value):
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    form = r"\s*([0-9]{1,4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?)?\s*$"
    found = re.match(form, value)
    if not found:
        return None
    parts = [int(one or 0) for one in found.groups()[:6]]
    try:
        return datetime.datetime(*parts, int(((found[7] or "") + "000000")[:6]))
    except ValueError:
        return None


@by_row("list")
def flow_to_list(value):
    return list(value)


@by_row("list")
def flow_to_doubles(value):
    return [None if one is None else float(one) for one in value]


@by_row()
def flow_field(value, name):
    return value.get(name)


# Logic.


def compared(a, b):
    """-1, 0 or 1: numbers that are none are greatest, and equal."""
    if type(a) is not type(b) and isinstance(a, (int, float)) and isinstance(b, (int, float)):
        a, b = float(a), float(b)
    left, right = sort_key(a), sort_key(b)
    return (left > right) - (left < right)


@by_row("boolean")
def flow_equals(a, b):
    return compared(a, b) == 0


@by_row("boolean")
def flow_differs(a, b):
    return compared(a, b) != 0


@by_row("boolean")
def flow_less(a, b):
    return compared(a, b) < 0


@by_row("boolean")
def flow_less_or_equal(a, b):
    return compared(a, b) <= 0


@by_row("boolean")
def flow_greater(a, b):
    return compared(a, b) > 0


@by_row("boolean")
def flow_greater_or_equal(a, b):
    return compared(a, b) >= 0


@by_row("boolean")
def flow_is_na_n(value):
    return math.isnan(value)


@by_row(nulls=True)
def flow_coalesce(*values):
    return next((value for value in values if value is not None), None)


@by_row(nulls=True)
def flow_null_if(value, other):
    return None if value is None or other is not None and compared(value, other) == 0 else value


@by_row("object")
def flow_fail(message):
    return Failure(message)


@by_row("boolean", nulls=True)
def flow_same(a, b):
    if a is None or b is None:
        return a is b
    return compared(a, b) == 0


@by_row("boolean", nulls=True)
def flow_among(value, *others):
    if value is None:
        return None
    if any(one is not None and compared(value, one) == 0 for one in others):
        return True
    return None if None in others else False


# Numbers.


@by_row("double")
def flow_divide(a, b):
    return None if b == 0 else float(a) / float(b)


@by_row()
def flow_remainder(a, b):
    if b == 0:
        return None
    return math.fmod(a, b) if isinstance(a, float) or isinstance(b, float) else int(math.copysign(1, a)) * (abs(a) % abs(b))


@by_row("double")
def flow_power(a, b):
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return float("inf") if a > 1 else float("nan")


@by_row("long")
def flow_floor(value):
    return math.floor(value)


@by_row("long")
def flow_ceiling(value):
    return math.ceil(value)


@by_row("double")
def flow_round(value, digits):
    """Halves go away from zero."""
    value, digits = float(value), int(digits)
    if not math.isfinite(value):
        return value
    scale = 10.0 ** abs(digits)
    scaled = value * scale if digits >= 0 else value / scale
    if not math.isfinite(scaled):
        return value
    whole = math.copysign(math.floor(abs(scaled) + 0.5), scaled)
    return whole / scale if digits >= 0 else whole * scale


@by_row("double")
def flow_round_written(value, digits):
    """The same of a value as it is written: 1.005 is a half of 0.01."""
    if not math.isfinite(value) or abs(value) >= 1e15:
        return value
    place = decimal.Decimal(1).scaleb(-int(digits))
    return float(decimal.Decimal(repr(float(value))).quantize(place, rounding=decimal.ROUND_HALF_UP, context=decimal.Context(prec=80)))


@by_row("double")
def flow_round_to_even(value, digits):
    value, scale = float(value), 10.0 ** int(digits)
    return value if not math.isfinite(value) else round(value * scale) / scale


@by_row("double")
def flow_square_root(value):
    return math.sqrt(value) if value >= 0 else math.nan


@by_row("double")
def flow_natural_logarithm(value):
    return math.log(value) if value > 0 or math.isnan(value) else None


@by_row("double")
def flow_logarithm2(value):
    return math.log2(value) if value > 0 or math.isnan(value) else None


@by_row("double")
def flow_logarithm10(value):
    return math.log10(value) if value > 0 or math.isnan(value) else None


@by_row("double")
def flow_exponential(value):
    return float(numpy.exp(float(value)))


@by_row("double")
def flow_sine(value):
    return math.sin(value)


@by_row("double")
def flow_cosine(value):
    return math.cos(value)


@by_row("double")
def flow_tangent(value):
    return math.tan(value)


@by_row("double")
def flow_arc_sine(value):
    return math.asin(value) if -1 <= value <= 1 else math.nan


@by_row("double")
def flow_arc_cosine(value):
    return math.acos(value) if -1 <= value <= 1 else math.nan


@by_row("double")
def flow_arc_tangent(value):
    return math.atan(value)


@by_row("double")
def flow_arc_tangent2(a, b):
    return math.atan2(a, b)


@by_row("double")
def flow_pi():
    return math.pi


@by_row("double")
def flow_cube_root(value):
    return float(numpy.cbrt(float(value)))


@by_row("double")
def flow_sign(value):
    return value if math.isnan(value) else float((value > 0) - (value < 0))


@by_row("double")
def flow_degrees(value):
    return math.degrees(value)


@by_row("double")
def flow_radians(value):
    return math.radians(value)


@by_row(nulls=True)
def flow_least(*values):
    return min((one for one in values if one is not None), key=sort_key, default=None)


@by_row(nulls=True)
def flow_greatest(*values):
    return max((one for one in values if one is not None), key=sort_key, default=None)


# Texts.


@by_row("text")
def flow_lower(value):
    return "".join(one.lower() if len(one.lower()) == 1 else one for one in value)


@by_row("text")
def flow_upper(value):
    return "".join(one.upper() if len(one.upper()) == 1 else one for one in value)


@by_row("long")
def flow_length(value):
    return len(value)


@by_row("text")
def flow_concat(a, b):
    return a + b


@by_row("text")
def flow_substring(value, start, length):
    start, length = int(start), int(length)
    begin = start - 1 if start > 0 else len(value) + start if start < 0 else -1
    end = begin + length
    return value[max(0, begin) : max(0, end)]


@by_row("text")
def flow_replace(value, old, new):
    return value if old == "" else value.replace(old, new)


@by_row("text")
def flow_repeat(value, times):
    return value * int(times)


@by_row("text")
def flow_reverse(value):
    return value[::-1]


@by_row("text")
def flow_pad_left(value, width, fill):
    width = int(width)
    missing = max(0, width - len(value))
    return ((fill * missing)[:missing] + value)[:width]


@by_row("text")
def flow_pad_right(value, width, fill):
    width = int(width)
    return (value + fill * max(0, width - len(value)))[:width]


@by_row("text")
def flow_trim_left(value, signs):
    return value.lstrip(signs) if signs else value


@by_row("text")
def flow_trim_right(value, signs):
    return value.rstrip(signs) if signs else value


@by_row("text")
def flow_trim_both(value, signs):
    return value.strip(signs) if signs else value


@by_row("text")
def flow_without(value, signs):
    return "".join(one for one in value if one not in signs)


@by_row("text")
def flow_translate(value, old, new):
    changes = {}
    for at, sign in enumerate(old):
        changes.setdefault(sign, new[at] if at < len(new) else "")
    return "".join(changes.get(one, one) for one in value)


@by_row("long")
def flow_position(needle, value):
    return value.find(needle) + 1


@by_row("boolean")
def flow_starts_with(value, start):
    return value.startswith(start)


@by_row("boolean")
def flow_ends_with(value, end):
    return value.endswith(end)


@by_row("list")
def flow_characters(value):
    return list(value)


@by_row("list")
def flow_split(value, divider):
    return list(value) if divider == "" else value.split(divider)


@by_row("text")
def flow_join(values, divider):
    return divider.join(engine_text(one) for one in values if one is not None)


@by_row("long")
def flow_code_point(value):
    return ord(value[0]) if value else 0


@by_row("text")
def flow_md5(value):
    return hashlib.md5(value.encode()).hexdigest()


@by_row("text")
def flow_sha1(value):
    return hashlib.sha1(value.encode()).hexdigest()


@by_row("text")
def flow_sha256(value):
    return hashlib.sha256(value.encode()).hexdigest()


@by_row("long")
def flow_murmur3(value):
    """MurmurHash3 (x86, 32 bits) of a text's UTF-8 with the seed 42, as a number with a sign."""

    def mixed(key):
        key = key * 0xCC9E2D51 & 0xFFFFFFFF
        return (key << 15 | key >> 17) * 0x1B873593 & 0xFFFFFFFF

    data, total = value.encode(), 42
    for at in range(0, len(data) // 4 * 4, 4):
        total ^= mixed(int.from_bytes(data[at : at + 4], "little"))
        total = ((total << 13 | total >> 19) * 5 + 0xE6546B64) & 0xFFFFFFFF
    total ^= mixed(int.from_bytes(data[len(data) // 4 * 4 :], "little")) ^ len(data)
    total = (total ^ total >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    total = (total ^ total >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    total ^= total >> 16
    return total - 2**32 if total >= 2**31 else total


@by_row("double")
def flow_fraction(value):
    """A number from 0 to 1 (excluded) that a text always gives."""
    return int(hashlib.md5(value.encode()).hexdigest()[:13], 16) / 4503599627370496.0


def like_pattern(text):
    parts = re.findall(r"\\.|.", text, re.S)
    return "".join(".*" if one == "%" else "." if one == "_" else re.escape(one[-1]) for one in parts)


@by_row("boolean")
def flow_like(value, pattern):
    return re.fullmatch(like_pattern(pattern), value, re.S) is not None


@by_row("boolean")
def flow_like_any_case(value, pattern):
    return re.fullmatch(like_pattern(pattern), value, re.S | re.I) is not None


@functools.lru_cache(maxsize=None)
def ranges_of(category, others):
    """The signs of a category of Unicode, or all others, as they stand in a class of a pattern."""
    import unicodedata

    ranges = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)).startswith(category) == others:
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


@functools.lru_cache(maxsize=None)
def pattern_of(text):
    """A pattern as Python writes it."""
    parts, in_class = [], False
    for one in re.findall(r"\\[pP](?:\{\^?\w+\}|\w)|\\x\{[0-9a-fA-F]+\}|\\.|.", text, re.S):
        if re.match(r"\\[pP]", one):
            name = one[2:].strip("{}")
            signs = ranges_of(name.strip("^"), (one[1] == "P") != name.startswith("^"))
            one = signs if in_class else f"[{signs}]"
        elif one.startswith("\\x{"):
            one = re.escape(chr(int(one[3:-1], 16)))
        elif one == r"\z":
            one = r"\Z"
        elif one in "[]":
            in_class = one == "[" if not in_class else one != "]" or parts[-1] in ("[", "^") and "".join(parts[-2:]) in ("[", "[^")
        parts.append(one)
    return re.compile("".join(parts), re.ASCII)


@by_row("boolean")
def flow_matches(value, pattern):
    return pattern_of(pattern).search(value) is not None


@by_row("boolean")
def flow_matches_whole(value, pattern):
    return pattern_of(pattern).fullmatch(value) is not None


@by_row("text")
def flow_replace_pattern(value, pattern, new):
    return pattern_of(pattern).sub(lambda _: new, value)


@by_row("text")
def flow_replace_matches(value, pattern, new, *_):
    def filled(found):
        parts = re.findall(r"\\[0-9]|\\\\|.", new, re.S)
        return "".join((found[int(one[1])] or "") if re.fullmatch(r"\\[0-9]", one) else one[-1] for one in parts)

    return pattern_of(pattern).sub(filled, value)


@by_row("list")
def flow_split_pattern(value, pattern):
    places = [found.span() for found in pattern_of(pattern).finditer(value) if found.end() > found.start()]
    begins = [0] + [end for _, end in places]
    return [value[begin:end] for begin, end in zip(begins, [begin for begin, _ in places] + [len(value)])]


@by_row("text")
def flow_extract(value, pattern, group):
    found = pattern_of(pattern).search(value)
    return (found[int(group)] or "") if found else ""


@by_row("list")
def flow_extract_all(value, pattern, group):
    return [found[int(group)] or "" for found in pattern_of(pattern).finditer(value)]


def parsed_object(text):
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@by_row("list")
def flow_json_keys(value):
    found = parsed_object(value)
    return None if found is None else list(found)


@by_row("text")
def flow_json_member(value, name):
    found = (parsed_object(value) or {}).get(name)
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False)


# Times.


@by_row("long")
def flow_year(value):
    return value.year


@by_row("long")
def flow_quarter(value):
    return (value.month + 2) // 3


@by_row("long")
def flow_month(value):
    return value.month


@by_row("long")
def flow_week(value):
    return value.isocalendar()[1]


@by_row("long")
def flow_day_of_year(value):
    return value.timetuple().tm_yday


@by_row("long")
def flow_day_of_month(value):
    return value.day


@by_row("long")
def flow_day_of_week(value):
    return value.weekday()


@by_row("long")
def flow_hour(value):
    return getattr(value, "hour", 0)


@by_row("long")
def flow_minute(value):
    return getattr(value, "minute", 0)


@by_row("long")
def flow_second(value):
    return getattr(value, "second", 0)


def microseconds_of(value):
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    since = value - datetime.datetime(1970, 1, 1)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


@by_row("long")
def flow_microseconds(value):
    return microseconds_of(value)


@by_row("timestamp")
def flow_from_microseconds(value):
    try:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=int(value))
    except OverflowError:
        return Failure(f"{value} microseconds since 1970 are not within the years 1 to 9999, which Python has.")


@by_row("long")
def flow_seconds_of(value):
    return microseconds_of(value) // 1_000_000


@by_row("date")
def flow_add_days(value, days):
    return flow_to_date(value) + datetime.timedelta(days=int(days))


def months_later(value, months):
    month = value.year * 12 + value.month - 1 + int(months)
    year, month = divmod(month, 12)
    last = (datetime.date(year + month // 11, month % 11 + 2 if month < 11 else 1, 1) - datetime.timedelta(days=1)).day
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


@by_row("date")
def flow_add_months(value, months):
    return flow_to_date(months_later(value, months))


@by_row("timestamp")
def flow_add_months_to_time(value, months):
    return months_later(flow_to_timestamp(value), months)


@by_row("long")
def flow_days_between(end, start):
    return (flow_to_date(end) - flow_to_date(start)).days


@by_row("date")
def flow_last_day(value):
    return months_later(flow_to_date(value).replace(day=1), 1) - datetime.timedelta(days=1)


@by_row("timestamp")
def flow_truncate_time(part, value):
    value = flow_to_timestamp(value)
    if part == "week":
        value = value - datetime.timedelta(days=value.weekday())
        part = "day"
    if part == "quarter":
        value = value.replace(month=(value.month - 1) // 3 * 3 + 1)
        part = "month"
    names = ["year", "month", "day", "hour", "minute", "second"]
    least = {"month": 1, "day": 1}
    return value.replace(**{name: least.get(name, 0) for name in names[names.index(part) + 1 :]}, microsecond=0)


@by_row("text")
def flow_iso_text(value):
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z".rjust(24, "0")


def time_in(text, form):
    text = text.strip(" ")
    if "%z" in form:
        text = re.sub(r"[zZ]$", "+00:00", text)
    try:
        value = datetime.datetime.strptime(text, form)
    except ValueError:
        return None
    if value.tzinfo is not None:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value


@by_row("timestamp")
def flow_parse_timestamp(value, form):
    return time_in(value, form)


@by_row("timestamp", nulls=True)
def flow_parse_timestamps(value, forms, *_):
    if value is None:
        return None
    return next((time for time in (time_in(value, form) for form in forms) if time is not None), None)


@by_row("text")
def flow_format_timestamp(value, form):
    return value.strftime(form)


@by_row("text")
def flow_json(value):
    def shown(one):
        return flow_text_of(one) if isinstance(one, datetime.date) else str(one)

    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=shown)


@by_row("text")
def flow_base64(value):
    import base64

    return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()


# Lists.


@by_row("list", nulls=True)
def flow_list_of(*values):
    return list(values)


@by_row("vector", nulls=True)
def flow_vector_of(*values):
    return [None if one is None else float(one) for one in values]


@by_row()
def flow_element_at(values, at):
    at = int(at)
    if at == 0 or abs(at) > len(values):
        return None
    return values[at - 1 if at > 0 else at]


@by_row("long")
def flow_list_length(values):
    return len(values)


@by_row("list")
def flow_slice(values, first, last):
    return values[max(0, int(first) - 1) : max(0, int(last))]


@by_row("list", nulls=True)
def flow_list_concat(a, b):
    return None if a is None or b is None else a + b


@by_row("long")
def flow_place_in(values, value):
    return next((at for at, one in enumerate(values, 1) if one is not None and compared(one, value) == 0), None)


@by_row("boolean")
def flow_contains(values, value):
    """Where the value is not there and another is missing, nobody knows."""
    if any(one is not None and compared(one, value) == 0 for one in values):
        return True
    return None if any(one is None for one in values) else False


@by_row("list")
def flow_numbers(first, last):
    return list(range(int(first), int(last) + 1))


@by_row("double")
def flow_list_sum(values):
    return float(sum(one for one in values if one is not None))


@by_row()
def flow_list_minimum(values):
    return min((one for one in values if one is not None), key=sort_key, default=None)


@by_row()
def flow_list_maximum(values):
    return max((one for one in values if one is not None), key=sort_key, default=None)


@by_row("list")
def flow_list_sort(values):
    return [None] * values.count(None) + sorted((one for one in values if one is not None), key=sort_key)


@by_row("list")
def flow_list_distinct(values):
    return [one for at, one in enumerate(values) if one is not None and one not in values[:at]]


@by_row("struct")
def flow_sparse_vector_of(size, indices, values):
    return {"size": size, "indices": indices, "values": values}


# Aggregates: what is missing does not count.


def there(values):
    return [one for one in values if one is not None]


def flow_count(values, size):
    return len(there(values))


def flow_count_rows(size):
    return size


def flow_count_distinct(values, size):
    return len({key_of(one) for one in there(values)})


def flow_count_where(values, size):
    return sum(one is True for one in values)


def flow_sum(values, size):
    found = there(values)
    return sum(found) if found else None


def flow_exact_sum(values, size):
    """The sum of multiples of 2^-52."""
    found = there(values)
    return sum(round(one * 4503599627370496.0) for one in found) / 4503599627370496.0 if found else None


def flow_mean(values, size):
    found = there(values)
    return math.fsum(found) / len(found) if found and all(map(math.isfinite, found)) else sum(found) / len(found) if found else None


def flow_minimum(values, size):
    return min(there(values), key=sort_key, default=None)


def flow_maximum(values, size):
    return max(there(values), key=sort_key, default=None)


def squares(values):
    mean = math.fsum(values) / len(values)
    return math.fsum((one - mean) ** 2 for one in values)


def flow_population_variance(values, size):
    found = there(values)
    return squares(found) / len(found) if found else None


def flow_variance(values, size):
    found = there(values)
    return squares(found) / (len(found) - 1) if len(found) > 1 else None


def flow_standard_deviation(values, size):
    found = there(values)
    return math.sqrt(squares(found) / (len(found) - 1)) if len(found) > 1 else None


def flow_covariance(left, right, size):
    pairs = [(a, b) for a, b in zip(left, right) if a is not None and b is not None]
    if len(pairs) < 2:
        return None
    means = [math.fsum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1)]
    return math.fsum((a - means[0]) * (b - means[1]) for a, b in pairs) / (len(pairs) - 1)


def flow_quantile(values, fraction, size):
    """The smallest value whose rank is at least the fraction."""
    found = sorted(there(values), key=sort_key)
    return found[max(0, math.ceil(fraction * len(found) - 1e-9) - 1)] if found else None


def flow_interpolated_quantile(values, fraction, size):
    found = sorted(there(values), key=sort_key)
    if not found:
        return None
    place = fraction * (len(found) - 1)
    low = math.floor(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (found[high] - found[low]) * (place - low)


def flow_interpolated_quantiles(values, *fractions, size):
    made = [flow_interpolated_quantile(values, one, size) for one in fractions]
    return None if None in made else made


def flow_collect(values, order, size):
    pairs = sorted((pair for pair in zip(order, values) if pair[1] is not None), key=lambda pair: sort_key(pair[0]))
    return [value for _, value in pairs] or None


def flow_collect_all(values, order, size):
    return [value for _, value in sorted(zip(order, values), key=lambda pair: sort_key(pair[0]))]


def flow_most_common(values, size):
    counts = {}
    for one in there(values):
        counts[one] = counts.get(one, 0) + 1
    return min(counts, key=lambda one: (-counts[one], sort_key(one)), default=None)


def flow_value_at_maximum(values, by, size):
    pairs = [pair for pair in zip(by, values) if pair[0] is not None and pair[1] is not None]
    return max(pairs, key=lambda pair: sort_key(pair[0]))[1] if pairs else None


def flow_value_at_minimum(values, by, size):
    pairs = [pair for pair in zip(by, values) if pair[0] is not None and pair[1] is not None]
    return min(pairs, key=lambda pair: sort_key(pair[0]))[1] if pairs else None


def flow_row_position(df):
    return column(list(range(1, len(df.index) + 1)), "long", df.index)


# Windows.


@of_places
def flow_row_number(peers):
    return range(1, len(peers) + 1)


@of_places
def flow_rank(peers):
    return [peers.index(one) + 1 for one in peers]


@of_places
def flow_dense_rank(peers):
    ranks, last = [], 0
    for at, one in enumerate(peers):
        last += at == 0 or peers[at - 1] != one
        ranks.append(last)
    return ranks


@of_places
def flow_lag(peers, values, distance):
    return [values[at - distance] if 0 <= at - distance < len(values) else None for at in range(len(values))]


@of_places
def flow_lead(peers, values, distance):
    return [values[at + distance] if 0 <= at + distance < len(values) else None for at in range(len(values))]


def flow_window_list(values, size):
    return list(values)


def flow_last_value(values, size):
    return next((one for one in reversed(values) if one is not None), None)


def flow_first_value(values, size):
    return next((one for one in values if one is not None), None)

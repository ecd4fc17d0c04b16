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

"""Comparisons, and what is made of truths. Stands behind tables.py, whose names it uses."""


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

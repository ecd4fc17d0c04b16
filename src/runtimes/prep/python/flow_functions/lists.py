"""Lists and vectors. Stands behind tables.py, whose names it uses."""


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

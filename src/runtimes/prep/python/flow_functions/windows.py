"""Of the rows around a row. Stands behind tables.py, whose names it uses."""


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

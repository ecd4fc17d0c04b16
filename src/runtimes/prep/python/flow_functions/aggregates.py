"""Of all rows of a group: what is missing does not count. Stands behind tables.py, whose names it uses."""


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

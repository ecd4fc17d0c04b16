"""Arithmetic. Stands behind tables.py, whose names it uses."""


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

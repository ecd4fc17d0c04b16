"""Texts of values, and casts. Stands behind tables.py, whose names it uses."""


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
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
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

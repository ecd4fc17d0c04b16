"""Dates and times. Stands behind tables.py, whose names it uses."""


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

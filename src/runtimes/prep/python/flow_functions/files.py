"""Files of CSV, Parquet and JSON. Stands behind tables.py, whose names it uses."""


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

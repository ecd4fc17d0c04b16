"""The requests that AWS's TensorFlow Serving image takes where there is no script, as the JSON that TensorFlow Serving reads."""

import json
import re

from sagebrush_formats import media_type

JSON_TYPES = ("application/json", "application/jsonlines", "application/jsons")
LINE_TYPES = ("application/jsonlines", "application/jsons")
CSV = "text/csv"


class RequestError(Exception):
    """What TensorFlow Serving refuses, with its status."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status

    def body(self):
        return json.dumps({"error": str(self)}).encode()


def serving_json(body, content_type):
    """Returns the text of a request to TensorFlow Serving."""
    kind = media_type(content_type or "")
    if kind not in (*JSON_TYPES, CSV):
        raise RequestError(f"Unsupported Media Type: {content_type or 'Unknown'}", 415)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(f"The request is not UTF-8: {error}") from None
    return of_csv(text) if kind == CSV else of_json(text)


def of_json(text):
    if re.search(r'"(instances|inputs|examples)"\s*:', text):
        return text
    # Values that nothing but white space separates.
    if re.search(r"[}\]]\s*[\[{]", text):
        return json.dumps({"instances": values_in(text)})
    rows = text if re.match(r"\s*\[\s*\[", text) else f"[{text}]"
    return f'{{"instances":{rows}}}'


def values_in(text):
    decoder, values, position = json.JSONDecoder(), [], 0
    try:
        while position < len(text.rstrip()):
            position += len(text[position:]) - len(text[position:].lstrip())
            value, position = decoder.raw_decode(text, position)
            values.append(value)
    except json.JSONDecodeError as error:
        raise RequestError(f"JSON Parse error: {error}") from None
    return values


def of_csv(text):
    # A first field that is neither quoted nor a number says that all are texts.
    quoted = re.match(r'\s*("|[\d.Ee+\-])', text) is None
    rows = [csv_row(line.strip(), quoted) for line in text.splitlines() if line.strip()]
    return f'{{"instances":[{",".join(rows)}]}}'


def csv_row(line, quoted):
    fields = ",".join(json.dumps(field) for field in line.split(",")) if quoted else line
    # One column is a value, and not a row of one.
    return f"[{fields}]" if "," in line else fields


def answer_type(accept):
    """Returns the content type of an answer, and whether it is in one line."""
    kinds = [media_type(part) for part in (accept or "").split(",")]
    if any(kind in LINE_TYPES for kind in kinds):
        return kinds[0], True
    return "application/json", False


def serving_attributes(header):
    """Reads tfs-model-name, tfs-model-version and tfs-method from the custom attributes of a request."""
    pairs = re.findall(r"tfs-[a-z\-]+=[^,]+", header or "")
    return {name: value.strip() for name, value in (pair.split("=", 1) for pair in pairs)}

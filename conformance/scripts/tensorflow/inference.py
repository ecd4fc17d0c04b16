"""Reads texts of numbers, and answers with what the model says and with what it was given."""

import json


def input_handler(data, context):
    if context.request_content_type != "text/x-numbers":
        raise ValueError(f"not read: {context.request_content_type}")
    return json.dumps({"instances": [float(word) for word in data.read().decode("utf-8").split()]})


def output_handler(response, context):
    if response.status_code != 200:
        raise ValueError(response.content.decode("utf-8"))
    answer = {"y": response.json()["predictions"], "asked": context.rest_uri.split("/v1/")[1], "as": context.accept_header}
    return json.dumps(answer), "application/x-answer"

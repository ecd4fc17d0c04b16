"""
What AWS's Hugging Face images do without a script: a pipeline of transformers on the model of the archive, or of the
Hub, for the task that HF_TASK or the model's configuration names.
"""

import base64
import csv
import io
import json
import os

from sagebrush_formats import CSV, JSON, media_type, plain

VISION_AND_SOUND = (
    "automatic-speech-recognition",
    "image-segmentation",
    "image-classification",
    "audio-classification",
    "object-detection",
    "zero-shot-image-classification",
)
# By how the names of architectures end; the last one that fits counts.
TASKS = {
    "ForQuestionAnswering": "question-answering",
    "TapasForQuestionAnswering": "table-question-answering",
    "ForTokenClassification": "token-classification",
    "ForSequenceClassification": "text-classification",
    "ForMultipleChoice": "multiple-choice",
    "ForMaskedLM": "fill-mask",
    "ForCausalLM": "text-generation",
    "ForConditionalGeneration": "text2text-generation",
    "MTModel": "text2text-generation",
    "EncoderDecoderModel": "text2text-generation",
    "GPT2LMHeadModel": "text-generation",
    "T5WithLMHeadModel": "text2text-generation",
    "ForImageClassification": "image-classification",
    "ForObjectDetection": "object-detection",
    "ForAudioClassification": "audio-classification",
    "ForCTC": "automatic-speech-recognition",
}
NESTED = ("zero-shot-classification", "table-question-answering")
HUB = "https://huggingface.co"
CONFIG = "config.json"


class ToolkitError(Exception):
    def __init__(self, message, status_code=400):
        super().__init__(message)
        self.status_code = status_code


def given(name):
    return os.environ.get(name, "").strip() or None


def load_pipeline(model_dir):
    named = given("HF_MODEL_ID")
    task = given("HF_TASK")
    if named:
        model_dir, task = from_hub(named, task)
    elif task is None:
        task = task_of(os.path.join(model_dir, CONFIG))
    import transformers

    kinds = {"feature_extractor" if task in VISION_AND_SOUND else "tokenizer": model_dir}
    return transformers.pipeline(task=task, model=model_dir, device=-1, **kinds)


def task_of(path):
    if not os.path.isfile(path):
        raise ValueError(f"There is no {CONFIG} in the archive. Give a model that transformers has saved, HF_MODEL_ID, or a code/inference.py with model_fn.")
    with open(path, encoding="utf-8") as file:
        [architecture, *_] = json.load(file).get("architectures") or [""]
    found = [task for ending, task in TASKS.items() if architecture.endswith(ending)]
    if not found:
        raise ValueError(f"The task cannot be told from the architecture {architecture!r}; name it by HF_TASK.")
    return "table-question-answering" if architecture.startswith("Tapas") else found[-1]


def from_hub(named, task):
    """Brings a model of the Hub, or of the mirror that HF_ENDPOINT names; returns its folder and task."""
    where = given("HF_ENDPOINT") or HUB
    try:
        import huggingface_hub

        token, revision = given("HF_API_TOKEN") or given("HF_TOKEN"), given("HF_MODEL_REVISION")
        folder = huggingface_hub.snapshot_download(
            named, revision=revision, token=token, cache_dir=os.path.join(os.environ.get("TMPDIR") or "/tmp", "huggingface")
        )
        return folder, task or huggingface_hub.HfApi(token=token).model_info(named, revision=revision).pipeline_tag or task_of(os.path.join(folder, CONFIG))
    except (OSError, ValueError) as error:
        words = str(error).strip().split("\n")[0]
        raise ValueError(
            f"The model {named} (HF_MODEL_ID) cannot be brought from {where}: {type(error).__name__}: {words} "
            "Without the internet name a mirror of the Hub by HF_ENDPOINT, or put the model into an archive."
        ) from error


def decode(data, content_type):
    kind = media_type(content_type)
    if kind == JSON:
        return json.loads(data)
    if kind == CSV:
        return rows_of(data)
    if kind.startswith("image/"):
        from PIL import Image

        return {"inputs": Image.open(io.BytesIO(data)).convert("RGB")}
    if kind.startswith("audio/"):
        return {"inputs": bytes(data)}
    raise ToolkitError(f"Content type {content_type} is not supported by this framework.")


def rows_of(text):
    if given("HF_TASK") in NESTED:
        raise ToolkitError(f"Content type {CSV} is not supported for the task {given('HF_TASK')}; use {JSON}.")
    head = (text.splitlines() or [""])[0].lower()
    if not any(name in head for name in ("question", "context", "inputs")):
        raise ToolkitError("You need to provide the correct CSV with header columns to use it with the inference toolkit default handler: inputs, or question and context.")
    rows = list(csv.DictReader(io.StringIO(text)))
    return {"inputs": [row["inputs"] for row in rows] if rows and "inputs" in rows[0] else rows}


def predict(data, model):
    if not isinstance(data, dict):
        return model(data)
    parameters = data.pop("parameters", None) or {}
    return model(data.pop("inputs", data), **parameters)


def encode(prediction, accept):
    for part in accept.split(","):
        kind = media_type(part)
        if kind in (JSON, "*/*", ""):
            return json.dumps(prediction, ensure_ascii=False, separators=(",", ":"), default=written), JSON
        if kind == CSV:
            return table(prediction), CSV
    raise ToolkitError(f"Content type {accept} is not supported by this framework.")


def written(value):
    if hasattr(value, "save") and hasattr(value, "mode"):
        stream = io.BytesIO()
        value.save(stream, format="PNG")
        return base64.b64encode(stream.getvalue()).decode()
    return plain(value)


def table(prediction):
    rows = prediction if isinstance(prediction, list) else [prediction]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ToolkitError(f"The answer has no columns for {CSV}; accept {JSON}.")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def refusal(error):
    """Returns the status and the body of an answer for what went wrong."""
    status = getattr(error, "status_code", 400)
    said = {"code": status, "type": "InternalServerException", "message": str(error)}
    return status, json.dumps(said).encode()


huggingface = {"model_fn": load_pipeline, "input_fn": decode, "predict_fn": predict, "output_fn": encode, "refusal": refusal}

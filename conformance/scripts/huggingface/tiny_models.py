"""
Makes tiny models of random numbers as transformers saves them, and has transformers' own pipelines answer.

    tiny_models.py FOLDER PROGRAMS    prints JSON: for each task what the pipeline says, and what the image's defaults say

PROGRAMS is the folder of the serving programs.
"""

import io
import json
import os
import sys

import numpy
import torch
import transformers
from PIL import Image
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertLMHeadModel,
    BertModel,
    BertTokenizerFast,
    ViTConfig,
    ViTFeatureExtractor,
    ViTForImageClassification,
    pipeline,
)

top, programs = sys.argv[1:]
sys.path.insert(0, programs)
from huggingface_defaults import huggingface  # noqa: E402

transformers.logging.set_verbosity_error()
torch.manual_seed(7)
words = "[PAD] [UNK] [CLS] [SEP] [MASK] the a cat dog sat ran on mat good bad not is was it very".split()
small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def save_texts(kind, **more):
    folder = os.path.join(top, kind.__name__)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "vocab.txt"), "w") as file:
        file.write("\n".join(words))
    BertTokenizerFast(os.path.join(folder, "vocab.txt")).save_pretrained(folder)
    kind(BertConfig(vocab_size=len(words), max_position_embeddings=64, **small, **more)).save_pretrained(folder)
    return folder


def save_images():
    folder = os.path.join(top, ViTForImageClassification.__name__)
    ViTForImageClassification(ViTConfig(image_size=8, patch_size=4, **small)).save_pretrained(folder)
    ViTFeatureExtractor(size={"height": 8, "width": 8}).save_pretrained(folder)
    return folder


image = Image.fromarray((numpy.arange(192) % 256).astype("uint8").reshape(8, 8, 3))
stream = io.BytesIO()
image.save(stream, format="PNG")
question = {"question": "the cat is", "context": "the dog ran on the mat"}
labels = {"candidate_labels": ["good", "bad"]}
drawn = {"max_new_tokens": 3, "do_sample": False}

# The task, whether HF_TASK names it, the model, what is asked of the image and of the pipeline.
cases = [
    ("text-classification", False, save_texts(BertForSequenceClassification), {"inputs": "the cat sat"}, ["the cat sat"], {}),
    ("text-classification", False, os.path.join(top, "BertForSequenceClassification"), {"inputs": ["the cat", "a dog"], "parameters": {"top_k": None}}, [["the cat", "a dog"]], {"top_k": None}),
    ("token-classification", False, save_texts(BertForTokenClassification), {"inputs": "the cat sat"}, ["the cat sat"], {}),
    ("fill-mask", False, save_texts(BertForMaskedLM), {"inputs": "the [MASK] sat"}, ["the [MASK] sat"], {}),
    ("feature-extraction", True, save_texts(BertModel), {"inputs": "the cat"}, ["the cat"], {}),
    ("question-answering", False, save_texts(BertForQuestionAnswering), {"inputs": question}, [question], {}),
    ("zero-shot-classification", True, os.path.join(top, "BertForSequenceClassification"), {"inputs": "the cat", "parameters": labels}, ["the cat"], labels),
    ("text-generation", True, save_texts(BertLMHeadModel, is_decoder=True), {"inputs": "the cat", "parameters": drawn}, ["the cat"], drawn),
    ("image-classification", False, save_images(), stream.getvalue(), [image], {}),
]


def told(value):
    return json.loads(huggingface["output_fn"](value, "application/json")[0])


answers = []
for task, named, folder, body, arguments, parameters in cases:
    os.environ.pop("HF_TASK", None)
    if named:
        os.environ["HF_TASK"] = task
    data = ("image/png", body) if isinstance(body, bytes) else ("application/json", json.dumps(body))
    model = huggingface["model_fn"](folder)
    said = huggingface["predict_fn"](huggingface["input_fn"](data[1], data[0]), model)
    kind = "feature_extractor" if task == "image-classification" else "tokenizer"
    own = pipeline(task, model=folder, **{kind: folder})(*arguments, **parameters)
    answers.append([task, model.task, told(own), told(said)])
print("ANSWERS", json.dumps(answers))

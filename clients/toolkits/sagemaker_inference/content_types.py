from sagebrush_formats import CSV, JSON, NPY, NPZ, texts

ANY = "*/*"
OCTET_STREAM = "application/octet-stream"
UTF8_TYPES = list(texts)

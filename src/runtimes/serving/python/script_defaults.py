"""What an image family does where the script has no function of its own."""

import os

from sagebrush_formats import decode, encode, libsvm_matrix, media_type, texts


def output_encoded(prediction, accept):
    return encode(prediction, accept)


def input_array(data, content_type):
    return decode(data, content_type)


def input_float(data, content_type):
    """Texts are read as 32-bit numbers, arrays as they are."""
    array = decode(data, content_type)
    return array.astype("float32") if media_type(content_type) in texts else array


def predict_by_method(data, model):
    return model.predict(data)


scikit_learn = {"input_fn": input_float, "predict_fn": predict_by_method, "output_fn": output_encoded}


def input_matrix(data, content_type):
    import xgboost

    kind = media_type(content_type)
    if kind in ("text/libsvm", "text/x-libsvm"):
        return xgboost.DMatrix(libsvm_matrix(data))
    array = decode(data, content_type)
    # One line of a text is a row, too.
    return xgboost.DMatrix(array.reshape(1, -1) if getattr(array, "ndim", 2) == 1 else array)


def predict_matrix(data, model):
    return model.predict(data, validate_features=False)


xgboost = {"input_fn": input_matrix, "predict_fn": predict_matrix, "output_fn": output_encoded}



def load_torchscript(model_dir):
    import torch

    path = os.path.join(model_dir, "model.pth")
    if not os.path.exists(path):
        files = sorted(name for name in os.listdir(model_dir) if name.endswith((".pt", ".pth")))
        if len(files) != 1:
            raise ValueError(f"Exactly one .pth or .pt file is required for PyTorch models: {files}")
        path = os.path.join(model_dir, files[0])
    try:
        return torch.jit.load(path, map_location="cpu").eval()
    except RuntimeError as error:
        raise RuntimeError(f"Failed to load {path}. Please ensure model is saved using torchscript, or give a model_fn.") from error


def input_tensor(data, content_type):
    import torch

    array = decode(data, content_type)
    return torch.FloatTensor(array) if media_type(content_type) in texts else torch.from_numpy(array)


def predict_tensor(data, model):
    import torch

    with torch.no_grad():
        model.eval()
        return model(data)


def output_tensor(prediction, accept):
    if hasattr(prediction, "detach"):
        prediction = prediction.detach().cpu().numpy()
    return encode(prediction, accept)


pytorch = {"model_fn": load_torchscript, "input_fn": input_tensor, "predict_fn": predict_tensor, "output_fn": output_tensor}

families = {"scikit-learn": scikit_learn, "xgboost": xgboost, "pytorch": pytorch}
families["base"] = {"input_fn": input_array, "output_fn": output_encoded}


def defaults_of(family):
    if family == "huggingface":
        # No other family waits for its modules.
        from huggingface_defaults import huggingface

        return huggingface
    return families[family]

"""The model that all peers serve: XGBoost's JSON, or scikit-learn's pickle."""

import os


def load():
    path = os.environ["MODEL"]
    if path.endswith(".joblib"):
        import joblib

        return joblib.load(path).predict_proba
    import xgboost

    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(path)
    return booster.inplace_predict

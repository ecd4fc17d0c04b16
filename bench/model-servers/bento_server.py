"""BentoML's service, as its documentation begins."""

import bentoml
import numpy as np
from model import load


@bentoml.service
class Model:
    def __init__(self) -> None:
        self.rows = load()

    @bentoml.api
    def predict(self, rows: np.ndarray) -> np.ndarray:
        return self.rows(rows.astype(np.float32))

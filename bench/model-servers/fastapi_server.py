"""FastAPI and uvicorn: one handler in the event loop, which is the fastest that they have for a short computation."""

import json

import numpy as np
from fastapi import FastAPI, Request, Response
from model import load

predict = load()
app = FastAPI()


@app.get("/ping")
async def ping():
    return {}


@app.post("/invocations")
async def invocations(request: Request):
    body = await request.body()
    if request.headers["content-type"] == "application/json":
        rows = np.array(json.loads(body)["instances"], dtype=np.float32)
        return Response(json.dumps({"predictions": predict(rows).tolist()}), media_type="application/json")
    rows = np.array([line.split(",") for line in body.decode().strip().split("\n")], dtype=np.float32)
    answers = predict(rows).reshape(len(rows), -1)
    return Response("\n".join(",".join(map(str, row)) for row in answers), media_type="text/csv")

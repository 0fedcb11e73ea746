"""The peer: Flask and LightGBM as they are commonly put together, with the faster numpy idiom."""
import os

import lightgbm as lgb
import numpy as np
from flask import Flask, jsonify, request

app = Flask(__name__)
model = lgb.Booster(model_file=os.environ["MODEL_FILE"], params={"num_threads": 1})
names = ["a", "b", "c", "d", "e", "f", "g", "h"]


@app.post("/v1/predictions")
def predict():
    features = request.get_json()["features"]
    row = np.array([[features.get(name, np.nan) for name in names]], dtype=float)
    probability = float(model.predict(row)[0])
    return jsonify({"value": probability >= 0.5, "probability": probability})


@app.get("/readyz")
def ready():
    return jsonify({"status": "ready"})

"""Trains one LightGBM model: job.json and raw column files in, model.txt and the check rows' scores out.

Usage: train.py FOLDER. Each *.f64 file is little-endian doubles, one input after the other (NaN is missing).
Prints one JSON line a round. Everything else (splits, codes, metrics, thresholds) belongs to the caller.
"""

import json
import os
import resource
import sys

import lightgbm as lgb
import numpy as np


def load(folder, name, inputs, rows):
    values = np.fromfile(os.path.join(folder, name + ".f64"), dtype="<f8")
    return values.reshape(inputs, rows).T


def labels(folder, name):
    return np.fromfile(os.path.join(folder, name + "-labels.f64"), dtype="<f8")


def report():
    def callback(env):
        scores = {name: value for name, _, value, _ in env.evaluation_result_list}
        line = {"round": env.iteration + 1, "train": scores["train"], "validation": scores["validation"]}
        print(json.dumps(line), flush=True)

    callback.order = 20
    return callback


def main(folder):
    with open(os.path.join(folder, "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    limit = job["memoryMb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    inputs, rows = job["inputs"], job["rows"]
    options = {
        "feature_name": [f"f{i}" for i in range(inputs)],
        "categorical_feature": job["categorical"],
        "free_raw_data": True,
    }
    train = lgb.Dataset(load(folder, "train", inputs, rows["train"]), labels(folder, "train"), params=job["parameters"], **options)
    validation = train.create_valid(load(folder, "validation", inputs, rows["validation"]), labels(folder, "validation"))
    booster = lgb.train(
        job["parameters"],
        train,
        num_boost_round=job["rounds"],
        valid_sets=[train, validation],
        valid_names=["train", "validation"],
        callbacks=[lgb.early_stopping(job["patience"], verbose=False), report()],
    )
    best = booster.best_iteration or booster.current_iteration()
    booster.save_model(os.path.join(folder, "model.txt"), num_iteration=best)
    raw = booster.predict(load(folder, "check", inputs, rows["check"]), raw_score=True, num_iteration=best)
    result = {"rounds": best, "version": lgb.__version__, "raw": np.asarray(raw).reshape(rows["check"], -1).tolist()}
    with open(os.path.join(folder, "result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)


main(sys.argv[1])

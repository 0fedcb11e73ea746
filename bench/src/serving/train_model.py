"""Trains the model both servers serve: 100 trees of 31 leaves on 8 features, one of them a category.

usage: train_model.py FOLDER    writes model.txt and check-rows.json
"""
import json
import sys

import lightgbm as lgb
import numpy as np

folder = sys.argv[1]
random = np.random.default_rng(1)
rows = 50_000
features = np.c_[random.normal(size=(rows, 7)), random.integers(0, 200, rows)].astype(float)
score = features[:, 0] - features[:, 1] * features[:, 2] + np.sin(features[:, 7]) + random.normal(size=rows)
label = (score > 0.5).astype(float)
features[random.random(features.shape) < 0.05] = np.nan
data = lgb.Dataset(features, label, categorical_feature=[7], params={"verbose": -1})
model = lgb.train({"objective": "binary", "verbose": -1, "num_leaves": 31, "num_threads": 2, "seed": 1}, data, 100)
model.save_model(f"{folder}/model.txt")
checked = features[:300]
json.dump(
    {
        "inputs": model.feature_name(),
        "rows": [[None if np.isnan(value) else value for value in row] for row in checked],
        "raw": [[value] for value in model.predict(checked, raw_score=True)],
    },
    open(f"{folder}/check-rows.json", "w"),
)

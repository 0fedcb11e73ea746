"""Reads cases as JSON from stdin and answers what gbstats makes of each: the oracle of our statistics in tests."""

import json
import sys

from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import (
    ProportionStatistic,
    RatioStatistic,
    RegressionAdjustedStatistic,
    SampleMeanStatistic,
    compute_theta,
)


def mean(n, total, squares):
    return SampleMeanStatistic(n=n, sum=total, sum_squares=squares)


def statistic(kind, g):
    n = g["n"]
    binary = kind in ("conversion", "cuped conversion")
    value = ProportionStatistic(n=n, sum=g["sum"]) if binary else mean(n, g["sum"], g["sumSquares"])
    if kind not in ("ratio", "cuped", "cuped conversion"):
        return value
    if kind == "ratio":
        denominator = mean(n, g["denominatorSum"], g["denominatorSumSquares"])
        return RatioStatistic(n=n, m_statistic=value, d_statistic=denominator, m_d_sum_of_products=g["sumProducts"])
    before = ProportionStatistic(n=n, sum=g["preSum"]) if binary else mean(n, g["preSum"], g["preSumSquares"])
    return RegressionAdjustedStatistic(
        n=n, post_statistic=value, pre_statistic=before, post_pre_sum_of_products=g["sumProducts"], theta=0
    )


def answer(case):
    a, b = (statistic(case["kind"], case[side]) for side in ("control", "treatment"))
    if case["kind"].startswith("cuped"):
        a.theta = b.theta = compute_theta(a, b)
    config = SequentialConfig(
        difference_type="absolute", alpha=case["alpha"], sequential_tuning_parameter=case["tuningUnits"]
    )
    result = SequentialTwoSidedTTest(a, b, config).compute_result()
    if result.error_message is not None:
        return {"refused": result.error_message}
    return [result.expected, result.uplift.stddev, result.ci[0], result.ci[1], result.p_value]


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)

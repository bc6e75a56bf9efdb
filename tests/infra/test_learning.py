"""The fitting and the measures agree with scikit-learn's; signs hold; intervals come from owners, not from rows."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from xintui.infra import learning


def world(seed: int = 7, count: int = 3000) -> tuple[learning.Floats, learning.Bools]:
    dice = np.random.default_rng(seed)
    table = dice.normal(size=(count, 4))
    truth = dice.random(count) < 1 / (1 + np.exp(-(table @ [1.5, -0.7, 0.0, 0.3] - 2.0)))
    return table, truth


def test_the_fit_is_that_of_a_well_known_library() -> None:
    table, truth = world()
    intercept, weights = learning.fit(table, truth, strength=0.5)
    known = LogisticRegression(C=0.5, max_iter=5000, tol=1e-10).fit(table, truth)
    assert intercept == pytest.approx(known.intercept_[0], abs=1e-4)
    assert weights == pytest.approx(known.coef_[0], abs=1e-4)


def test_a_weight_never_has_the_sign_that_makes_no_sense() -> None:
    table, truth = world()
    _, free = learning.fit(table, truth)
    assert free[1] < -0.5
    _, held = learning.fit(table, truth, signs=(1, 1, 1, 1))
    assert held[1] == 0.0 and held[0] > 1.0 and (held >= 0).all()


@pytest.mark.parametrize("digits", [0, 1, 6])
def test_the_measures_are_those_of_a_well_known_library_also_with_ties(digits: int) -> None:
    table, truth = world()
    risks = np.round(table[:, 0], digits)
    assert learning.auc(risks, truth) == pytest.approx(roc_auc_score(truth, risks))
    assert learning.average_precision(risks, truth) == pytest.approx(average_precision_score(truth, risks))


def test_nothing_to_tell_is_no_figure_out_of_thin_air() -> None:
    risks, none = np.array([0.1, 0.2]), np.array([False, False])
    assert (learning.auc(risks, none), learning.average_precision(risks, none)) == (0.5, 0.0)


def test_a_hundred_copies_of_an_owner_make_the_interval_no_narrower() -> None:
    table, truth = world(count=300)
    risks = 1 / (1 + np.exp(-table[:, 0]))
    names = [f"one{n}" for n in range(300)]
    once = learning.held(names, risks, truth, {"nothing": np.zeros(300)})
    again = learning.held(names * 9, np.tile(risks, 9), np.tile(truth, 9), {})
    wide, copied = once.auc[2] - once.auc[1], again.auc[2] - again.auc[1]
    assert wide > 0.05 and copied == pytest.approx(wide, rel=0.15)
    assert once.baselines == {"nothing": (0.5, pytest.approx(truth.mean()))}
    assert (again.owners, again.moments) == (300, 2700)


def test_calibration_lays_what_came_beside_what_was_said() -> None:
    risks = np.repeat([0.1, 0.5], 50)
    truth = np.array([n % 10 == 0 for n in range(50)] + [n % 2 == 0 for n in range(50)])
    low, high = learning.calibration(risks, truth, bins=2)
    assert low == learning.Bin(pytest.approx(0.1), 0.1, 50) and high == learning.Bin(0.5, 0.5, 50)

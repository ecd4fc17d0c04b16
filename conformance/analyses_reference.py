"""What pandas, scipy, scikit-learn, statsmodels and smclarify say of tables.

Reads tables as JSON from the file that is the first argument, adds ten real ones that come with the packages, and writes
all of them, each with its answers, to the file that is the second. A number that there is not is null.
"""

import json
import math
import sys
import warnings

import numpy as np
import pandas as pd
from scipy import stats
from smclarify.bias.metrics import pretraining
from sklearn import datasets, linear_model, metrics
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict, train_test_split
import statsmodels.datasets as real
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.tsatools import freq_to_period

warnings.filterwarnings("ignore")


def real_tables():
    def table(name, frame, target, task):
        columns = {
            str(column): {
                "kind": "numeric",
                "values": [None if pd.isna(value) else float(value) for value in frame[column]],
            }
            for column in frame
        }
        return {"name": name, "columns": columns, "target": target, "task": task}

    for name in ["iris", "wine", "breast_cancer", "diabetes"]:
        frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
        yield table(name, frame, "target", "regression" if name == "diabetes" else "classification")
    linnerud = datasets.load_linnerud(as_frame=True).frame
    yield table("linnerud", linnerud, "Weight", "regression")
    for name, target in [("longley", "TOTEMP"), ("fair", "affairs"), ("anes96", "income"), ("star98", "NABOVE"), ("ccard", "AVGEXP")]:
        frame = getattr(real, name).load_pandas().data.astype(float)
        yield table(name, frame.head(500), target, "regression")


def number(value):
    value = float(value)
    return value if math.isfinite(value) else None


def frame_of(table):
    return pd.DataFrame(
        {
            name: pd.Series(column["values"], dtype=float if column["kind"] == "numeric" else object)
            for name, column in table["columns"].items()
        }
    )


FRACTIONS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def summary(table, frame):
    """Of each column what pandas counts and measures of its values, and scipy of their distribution."""

    def of(name):
        values = frame[name].dropna()
        common = {"count": len(values), "missing": int(frame[name].isna().sum()), "distinct": int(values.nunique())}
        if table["columns"][name]["kind"] != "numeric":
            counts = values.value_counts()
            return {**common, "most": int(counts.max()), "least": int(counts.min())}
        low, high = values.quantile(0.05), values.quantile(0.95)
        robust = values.clip(low, high).std(ddof=0)
        # Far from zero scipy's mean is rounded by more than is asked; a whole number less changes nothing else.
        near = values - values.mean().round()
        return {
            **common,
            "mean": number(values.mean()),
            "stddev": number(values.std()),
            "min": number(values.min()),
            "max": number(values.max()),
            # Of one value there is neither, whatever its mean is rounded to.
            "skew": number(stats.skew(near)) if values.nunique() > 1 else None,
            "kurtosis": number(stats.kurtosis(near, fisher=False)) if values.nunique() > 1 else None,
            "quantiles": [number(values.quantile(one)) for one in FRACTIONS],
            "robustStddev": number(robust),
            "outliers": int(((values - values.median()).abs() > 5 * robust).sum()),
        }

    return {name: of(name) for name in frame}


def duplicates(table, frame):
    """Of the columns of few values, in which rows are often equal."""
    names = [name for name in frame if frame[name].nunique() <= 8]
    few = frame[names]
    sizes = few.groupby(names, dropna=False).size() if names else pd.Series(dtype=int)
    return {
        "columns": names,
        "duplicates": int(few.duplicated(keep=False).sum()) if names else 0,
        "surplus": int(few.duplicated().sum()) if names else 0,
        "sets": int((sizes > 1).sum()),
        "most": sorted((int(one) for one in sizes if one > 1), reverse=True)[:10],
    }


def correlations(table, frame, kind):
    """Of each pair of columns, as the analysis defines it."""
    names = list(table["columns"])
    is_numeric = {name: column["kind"] == "numeric" for name, column in table["columns"].items()}
    values = {name: frame[name].to_numpy() if is_numeric[name] else frame[name].to_numpy(str) for name in names}
    present = {name: frame[name].notna().to_numpy() for name in names}

    def of_numbers(x, y):
        if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
            return None
        return number((stats.pearsonr if kind == "linear" else stats.spearmanr)(x, y).statistic)

    def of(one, other):
        both = present[one] & present[other]
        x, y = values[one][both], values[other][both]
        if is_numeric[one] and is_numeric[other]:
            return of_numbers(x, y)
        if is_numeric[one] == is_numeric[other]:
            if kind == "linear" or len(set(x)) < 2 or len(set(y)) < 2:
                return None
            return 1.0 if one == other else number(stats.contingency.association(stats.contingency.crosstab(x, y).count, "cramer"))
        categories, numbers = (y, x) if is_numeric[one] else (x, y)
        means = {category: numbers[categories == category].mean() for category in set(categories)}
        value = of_numbers(np.array([means[category] for category in categories]), numbers)
        return max(0.0, value) if kind != "linear" and value is not None else value

    matrix = [[None] * len(names) for _ in names]
    for i, one in enumerate(names):
        for j in range(i, len(names)):
            matrix[i][j] = matrix[j][i] = of(one, names[j])
    return matrix


def standardised(frame, names):
    columns = frame[names].apply(lambda column: column.fillna(column.mean()))
    deviations = columns.std(ddof=0)
    return (columns - columns.mean()) / deviations.where(deviations > 1e-12 * columns.mean().abs(), np.nan)


def multicollinearity(table, frame):
    names = [name for name, column in table["columns"].items() if column["kind"] == "numeric"]
    columns = standardised(frame, names)
    varying = [name for name in names if columns[name].notna().all()]
    design = np.column_stack([np.ones(len(columns)), columns[varying]])
    is_whole = np.linalg.matrix_rank(design, tol=1e-8) == design.shape[1]
    of = variance_inflation_factor if is_whole else dependent_inflation_factor
    factors = {name: of(design, at + 1) for at, name in enumerate(varying)}
    values = PCA().fit(columns[varying]).singular_values_ if len(varying) > 1 else []
    return {
        "vif": [[name, min(float(factors[name]), 50.0) if name in factors else None] for name in names],
        "variances": [float(value**2 / len(columns)) for value in values],
    }


def dependent_inflation_factor(design, at):
    """statsmodels takes what rounding leaves of columns that determine each other for a further column."""
    others = np.delete(design, at, axis=1)
    fitted = others @ np.linalg.lstsq(others, design[:, at], rcond=1e-8)[0]
    left = np.sum((design[:, at] - fitted) ** 2) / np.sum(design[:, at] ** 2)
    return math.inf if left < 1e-9 else 1 / left


def lasso(table, frame):
    numeric = [name for name, column in table["columns"].items() if column["kind"] == "numeric"]
    answers = {}
    for task, label in [("regression", table.get("value")), ("classification", table.get("class"))]:
        if label is None:
            continue
        names = [name for name in numeric if name != label]
        rows = frame[frame[label].notna()]
        columns = standardised(rows, names).fillna(0)
        if task == "regression":
            model = linear_model.Lasso(alpha=table["l1"], tol=1e-14, max_iter=1_000_000).fit(columns, rows[label])
            answers[task] = dict(zip(names, map(float, model.coef_)))
        elif table["logistic"]:
            model = linear_model.LogisticRegression(
                C=1 / table["l1"], l1_ratio=1, solver="saga", tol=1e-9, max_iter=50_000, random_state=1
            ).fit(columns, rows[label])
            answers[task] = dict(zip(names, map(float, model.coef_[0])))
    if table.get("path"):
        label = table["value"]
        names = [name for name in numeric if name != label]
        rows = frame[frame[label].notna()]
        model = linear_model.LassoCV(alphas=30, cv=5, tol=1e-12, max_iter=1_000_000)
        model.fit(standardised(rows, names).fillna(0), rows[label])
        answers["path"] = {"l1": float(model.alpha_), "errors": [float(one) for one in model.mse_path_.mean(axis=1)]}
    return answers


def bias(table, frame):
    question = table["bias"]
    facet = frame[question["facet"]] == question["facet_value"]
    label = frame[question["label"]] == question["label_value"]
    answers = {}
    for name in ["CI", "DPL"]:
        arguments = {"feature": frame[question["facet"]], "sensitive_facet_index": facet}
        if name == "DPL":
            arguments["positive_label_index"] = label
        answers[name] = tried(getattr(pretraining, name), **arguments)
    for name in ["JS", "KL", "LP", "TVD", "KS"]:
        answers[name] = tried(getattr(pretraining, name), label=label, sensitive_facet_index=facet)
    answers["CDDL"] = tried(
        pretraining.CDDL,
        feature=frame[question["facet"]],
        sensitive_facet_index=facet,
        positive_label_index=label,
        group_variable=frame[question["group"]],
    )
    return answers


def tried(metric, **arguments):
    try:
        return number(metric(**arguments))
    except ValueError:
        return None


def scores(given):
    actual, predicted = np.array(given["actual"]), np.array(given["predicted"])
    codes, guesses = np.array(given["codes"]), np.array(given["guesses"])
    shares = np.array(given["shares"])
    answers = {
        "r2": metrics.r2_score(actual, predicted),
        "meanSquaredError": metrics.mean_squared_error(actual, predicted),
        "rootMeanSquaredError": metrics.root_mean_squared_error(actual, predicted),
        "meanAbsoluteError": metrics.mean_absolute_error(actual, predicted),
        "medianAbsoluteError": metrics.median_absolute_error(actual, predicted),
        "maxError": metrics.max_error(actual, predicted),
        "accuracy": metrics.accuracy_score(codes, guesses),
        "balancedAccuracy": metrics.balanced_accuracy_score(codes, guesses),
        "rocAuc": metrics.roc_auc_score(codes == 0, shares[:, 0]),
        "averagePrecision": metrics.average_precision_score(codes == 0, shares[:, 0]),
        "rocAucOfClasses": metrics.roc_auc_score(codes, shares, multi_class="ovr"),
    }
    for average in ["macro", "weighted"]:
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(
            codes, guesses, average=average, zero_division=0
        )
        answers |= {f"{average}.precision": precision, f"{average}.recall": recall, f"{average}.f1": f1}
    answers = {name: number(value) for name, value in answers.items()}
    return answers | {"confusion": metrics.confusion_matrix(codes, guesses, labels=[0, 1, 2]).tolist()}


def forests(table, frame):
    target = frame[table["target"]]
    features = frame.drop(columns=[table["target"]]).astype(np.float32)
    folds = np.array([at % 5 for at in range(len(frame))])
    np.random.RandomState(1).shuffle(folds)
    is_class = table["task"] == "classification"
    kind = RandomForestClassifier if is_class else RandomForestRegressor
    share = "sqrt" if is_class else 1 / 3

    def predicted(seed):
        predictions = np.zeros(len(frame))
        for fold in range(5):
            model = kind(n_estimators=40, max_features=share, min_samples_leaf=3, random_state=seed)
            model.fit(features[folds != fold], target[folds != fold])
            predictions[folds == fold] = model.predict(features[folds == fold])
        return predictions

    score = metrics.accuracy_score if is_class else metrics.r2_score
    isolated = [
        IsolationForest(n_estimators=100, random_state=seed).fit(features).decision_function(features)
        for seed in [1, 2]
    ]
    return {
        "folds": folds.tolist(),
        "score": score(target, predicted(1)),
        "isolation": isolated[0].tolist(),
        "sampling_error": float(np.sqrt(np.mean((isolated[0] - isolated[1]) ** 2))),
    }


def alone(table, frame):
    """How well each of the first columns alone predicts the target: means and deviations over splits of other seeds."""
    target = frame[table["target"]]
    is_class = table["task"] == "classification"
    classes = sorted(set(target)) if is_class else []
    answers = {}
    for name in [name for name in frame if name != table["target"]][:2]:
        column = frame[[name]].astype(np.float32)
        found = {
            "leakage": [leakage(column, target, classes, seed) for seed in range(3)],
            "power": [boosted(column, target, classes, seed) for seed in range(5)],
        }
        answers[name] = {kind: [float(np.mean(values)), float(np.std(values, ddof=1))] for kind, values in found.items()}
    return answers


def leakage(column, target, classes, seed):
    if classes:
        model = RandomForestClassifier(n_estimators=10, max_depth=5, min_samples_leaf=5, random_state=seed)
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        shares = cross_val_predict(model, column, target, cv=folds, method="predict_proba")
        return metrics.roc_auc_score(target, shares[:, 1] if len(classes) == 2 else shares, multi_class="ovr")
    model = RandomForestRegressor(n_estimators=10, max_depth=5, min_samples_leaf=5, random_state=seed)
    folds = KFold(5, shuffle=True, random_state=seed)
    return metrics.r2_score(target, cross_val_predict(model, column, target, cv=folds))


def boosted(column, target, classes, seed):
    """Boosted trees as XGBoost has them by default, of the round that predicts the other rows best."""
    sides = train_test_split(column, target, test_size=0.2, random_state=seed, stratify=target if classes else None)
    train, held, labels, actual = sides
    depth = {"n_estimators": 50, "learning_rate": 0.3, "max_depth": 6, "random_state": seed}
    if classes:
        model = GradientBoostingClassifier(**depth).fit(train, labels)
        rounds = [shares for shares in model.staged_predict_proba(held)]
        best = min(rounds, key=lambda shares: metrics.log_loss(actual, shares, labels=classes))
        if len(classes) == 2:
            return metrics.roc_auc_score(actual, best[:, 1])
        return metrics.accuracy_score(actual, np.array(classes)[best.argmax(axis=1)])
    model = GradientBoostingRegressor(**depth).fit(train, labels)
    best = min(model.staged_predict(held), key=lambda values: metrics.mean_squared_error(actual, values))
    return metrics.r2_score(actual, best)


def real_series():
    def series(name, times, values, period=None):
        seconds = [time.timestamp() for time in times]
        return {"name": name, "times": seconds, "values": [None if pd.isna(one) else float(one) for one in values], "period": period}

    co2 = real.co2.load_pandas().data["co2"].head(520)
    yield series("co2", co2.index, co2)
    macro = real.macrodata.load_pandas().data
    quarters = pd.period_range("1959Q1", periods=len(macro), freq="Q").to_timestamp()
    yield series("macrodata", quarters, macro["realgdp"])
    spots = real.sunspots.load_pandas().data["SUNACTIVITY"].head(200)
    yield series("sunspots", pd.period_range("1700", periods=200, freq="Y").to_timestamp(), spots, 11)


def decomposed(given):
    index = pd.to_datetime(given["times"], unit="s")
    values = pd.Series(given["values"], dtype=float, index=index)
    values = values.groupby(level=0).mean().interpolate("time").bfill().ffill()
    period = given["period"]
    if period is None:
        period = freq_to_period(pd.infer_freq(values.index))
    answers = {"period": period}
    for robust in [False, True]:
        found = STL(values.to_numpy(), period=period, robust=robust).fit()
        answers["robust" if robust else "plain"] = {
            "trend": found.trend.tolist(),
            "seasonal": found.seasonal.tolist(),
            "remainder": found.resid.tolist(),
            "anomalies": np.flatnonzero(np.abs(stats.zscore(found.resid)) > 3).tolist(),
        }
    return answers


def main():
    with open(sys.argv[1]) as file:
        given = json.load(file)
    series = [{**one, "answers": decomposed(one)} for one in [*given["series"], *real_series()]]
    answered = []
    for table in [*given["tables"], *real_tables()]:
        frame = frame_of(table)
        answers = {
            "summary": summary(table, frame),
            "duplicates": duplicates(table, frame),
            "linear": correlations(table, frame, "linear"),
            "non-linear": correlations(table, frame, "non-linear"),
            **multicollinearity(table, frame),
            "lasso": lasso(table, frame),
        }
        if "bias" in table:
            answers["bias"] = bias(table, frame)
        if "target" in table:
            answers["forests"] = forests(table, frame)
            # Fewer rows have no prediction power, and leaves of five rows are none of their forests.
            if len(frame) >= 100:
                answers["alone"] = alone(table, frame)
        answered.append({**table, "answers": answers})
    with open(sys.argv[2], "w") as file:
        json.dump({"tables": answered, "series": series, "scores": [scores(one) for one in given["scores"]]}, file)


main()

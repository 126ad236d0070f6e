# Writes test/fixtures/benchmark/trials-small: invented answers of three human observers and three networks, and what scikit-learn and scipy say of them.
# Run once, with scikit-learn 1.9.1 and scipy 1.17.1: python test/benchmark/smallTrials.py
import json
import pathlib

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import accuracy_score, cohen_kappa_score, confusion_matrix

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "benchmark" / "trials-small"
CATEGORIES = "airplane bear bicycle bird boat bottle car cat chair clock dog elephant keyboard knife oven truck".split()
SETS = {"contrast": {"excluded": ["c100"], "conditions": ["c100", "c30", "c05"]}, "cue-conflict": {"excluded": [], "conditions": ["0"]}}
# How often each is right (on cue-conflict images: answers the shape), and how often the texture.
OBSERVERS = {"subject-01": (0.8, 0.1), "subject-02": (0.7, 0.2), "subject-03": (0.9, 0.05), "net-a": (0.5, 0.4), "net-b": (0.35, 0.5), "net-c": (0.35, 0.5)}
rng = np.random.default_rng(7)


def images_of(name, conditions):
    for condition in conditions:
        for c, category in enumerate(CATEGORIES):
            for number in (1, 2):
                # Every eighth cue-conflict image has the texture of its own shape.
                texture = CATEGORIES[(c + (0 if (c + number) % 8 == 0 else number)) % 16]
                yield condition, category, texture, f"{category}{number}{condition}-{texture}{number}.png"


def answer(rates, category, texture):
    draw = rng.random()
    if draw < rates[0]:
        return category
    if draw < sum(rates):
        return texture
    return "na" if rng.random() < 0.3 else CATEGORIES[rng.integers(16)]


def entropy_bits(answers):
    shares = np.array([np.mean([a == c for a in answers]) for c in CATEGORIES])
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def pair(a, b):
    p, q = a.mean(), b.mean()
    return {"observed": float((a == b).mean()), "expected": float(p * q + (1 - p) * (1 - q)), "kappa": float(cohen_kappa_score(a, b)), "squaredAccuracyDifference": float((p - q) ** 2)}


expected = {"sets": {}, "scores": {}}
right, pools = {}, {}
for name, spec in SETS.items():
    images = list(images_of(name, spec["conditions"]))
    answers = {who: [answer(rates, category, texture) for _, category, texture, _ in images] for who, rates in OBSERVERS.items()}
    if name == "contrast":
        answers["net-c"] = list(answers["net-b"])  # Twins: their places are shared.
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for who in OBSERVERS:
        lines = ["subj,session,trial,rt,object_response,category,condition,imagename"]
        for trial, ((condition, category, _, image), response) in enumerate(zip(images, answers[who]), 1):
            lines.append(f"{who},1,{trial},{'0.5' if who.startswith('subject') else 'NaN'},{response},{category},{condition},{image}")
        (folder / f"{name}_{who}_session-1.csv").write_text("\n".join(lines) + "\n")
    at = {condition: [i for i, image in enumerate(images) if image[0] == condition] for condition in spec["conditions"]}
    truth = [image[1] for image in images]
    correct = {who: np.array([a == t for a, t in zip(answers[who], truth)]) for who in OBSERVERS}
    right[name] = (correct, at, [c for c in spec["conditions"] if c not in spec["excluded"]])
    by = {}
    for who in OBSERVERS:
        by[who] = {
            condition: {
                "accuracy": accuracy_score([truth[i] for i in places], [answers[who][i] for i in places]),
                "entropy": entropy_bits([answers[who][i] for i in places]),
                "confusion": confusion_matrix([answers[who][i] for i in places], [truth[i] for i in places], labels=["na"] + CATEGORIES)[:, 1:].tolist(),
            }
            for condition, places in at.items()
        }
    pairs = {f"{a}|{b}": {condition: pair(correct[a][places], correct[b][places]) for condition, places in at.items()} for i, a in enumerate(OBSERVERS) for b in list(OBSERVERS)[i + 1 :] if a.startswith("subject") or name == "cue-conflict"}
    expected["sets"][name] = {"observers": by, "pairs": pairs}
    if name == "cue-conflict":
        textures = [image[2] for image in images]
        bias = {}
        for who in OBSERVERS:
            shape = sum(a == t != x for a, t, x in zip(answers[who], truth, textures))
            texture = sum(a == x != t for a, t, x in zip(answers[who], truth, textures))
            conflict = sum(t != x for t, x in zip(truth, textures))
            bias[who] = {"shape": shape, "texture": texture, "conflictImages": conflict, "value": shape / (shape + texture)}
        expected["sets"][name]["shapeBias"] = bias

humans = [who for who in OBSERVERS if who.startswith("subject")]
networks = [who for who in OBSERVERS if not who.startswith("subject")]
for who in networks:
    accuracy, difference, observed, kappa = [], [], [], []
    for correct, at, counting in right.values():
        places = [i for condition in counting for i in at[condition]]
        accuracy.append(correct[who][places].mean())
        per = [[pair(correct[human][at[c]], correct[who][at[c]]) for c in counting] for human in humans]
        for key, into in (("squaredAccuracyDifference", difference), ("observed", observed), ("kappa", kappa)):
            into.append(np.mean([np.mean([values[key] for values in conditions]) for conditions in per]))
    expected["scores"][who] = {"outOfDistributionAccuracy": float(np.mean(accuracy)), "accuracyDifference": float(np.mean(difference)), "observedConsistency": float(np.mean(observed)), "errorConsistency": float(np.mean(kappa))}
for key, sign in (("outOfDistributionAccuracy", -1), ("accuracyDifference", 1), ("observedConsistency", -1), ("errorConsistency", -1)):
    for who, place in zip(networks, rankdata([sign * expected["scores"][who][key] for who in networks])):
        expected["scores"][who].setdefault("ranks", {})[key] = float(place)
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")

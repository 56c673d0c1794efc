"""Golden files for the fastText reader, from the `fasttext` package (PyPI fasttext-wheel 0.9.2, numpy < 2 or patched).

Trains three small language models on sentences.tsv (written for this project): one of each way to store and to score,
and writes what fastText's own predict says of every sentence and of some nasty text.

    python3 make.py                     writes hs.bin, softmax.ftz, ova.bin and expected.json here
    python3 make.py MODEL TEXT...       prints label and score of each line of the files, for checks by hand
"""
import json
import os
import sys
import tempfile

import fasttext

HERE = os.path.dirname(os.path.abspath(__file__))
NASTY = ["", " ", "__label__en", "__label__xx word", "\t a \v b \f c \r", "a" * 100, "The The The", "ＡＢＣ 你好 ß",
         "<", ">", "<>", "é", "\U0001f600 \u200d", "xyzzy 0123456789 !!!", "don't-stop_me.now"]


def predict(model, line, digits=4):
    """Label without its prefix, and the score (the package's own wrapper needs an old numpy)."""
    found = model.f.predict(line + "\n", 1, 0.0, "strict")
    return [found[0][1].removeprefix("__label__"), round(float(found[0][0]), digits)] if found else None


def train(path, **options):
    model = fasttext.train_supervised(path, thread=1, seed=7, verbose=0, **options)
    return model


def main():
    with open(os.path.join(HERE, "sentences.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as text:
        text.writelines(f"__label__{language} {sentence.lower()}\n" for language, sentence in rows)
        text.flush()
        hs = train(text.name, loss="hs", dim=3, minn=2, maxn=3, bucket=64, epoch=300, lr=0.4, minCount=5, wordNgrams=2)
        hs.save_model(os.path.join(HERE, "hs.bin"))
        ova = train(text.name, loss="ova", dim=3, bucket=50, epoch=300, lr=0.4, minCount=6)
        ova.save_model(os.path.join(HERE, "ova.bin"))
        soft = train(text.name, loss="softmax", dim=2, minn=1, maxn=4, bucket=2000, epoch=300, lr=0.4, minCount=6)
        soft.quantize(input=text.name, cutoff=260, retrain=False, qnorm=True, dsub=2)
        soft.save_model(os.path.join(HERE, "softmax.ftz"))
    texts = [sentence for _, sentence in rows] + NASTY
    models = {"hs.bin": hs, "ova.bin": ova, "softmax.ftz": soft}
    expected = {"nasty": NASTY, "models": {name: [predict(model, text) for text in texts] for name, model in models.items()}}
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        loaded = fasttext.load_model(sys.argv[1])
        for name in sys.argv[2:]:
            with open(name, encoding="utf-8") as lines:
                for each in lines.read().split("\n"):
                    print(*(predict(loaded, each, 7) or ["-", 0]))
    else:
        main()

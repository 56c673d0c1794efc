"""Golden files for the n-gram models, from KenLM (PyPI kenlm 0.3.0: the module scores, lmplz from its sdist trains).

    python3 make.py PATH/TO/lmplz

Writes train.txt (made up here), train.arpa.gz (lmplz, order 3), holes.arpa (by hand: an n-gram whose last words are
not there, no <unk>, as pruning by SRILM leaves them) and scores.json (kenlm's score of each sentence by each model).
"""
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

import kenlm

HERE = os.path.dirname(os.path.abspath(__file__))
WHO = ["the baker", "the old miller", "a child", "my sister", "the night guard", "nobody"]
DOES = ["sold", "carried", "found", "painted", "forgot", "mended"]
WHAT = ["a loaf of bread", "the red boat", "two apples", "an old clock", "the garden gate", "a letter"]
WHERE = ["near the bridge", "in the garden", "on the way home", "before the rain", "at the market", "by the old mill"]
RARE = ["quietly", "again", "Größe", "昨日", "3.5", "twice", "sadly", "alone", "nowhere", "always"]

HOLES = """\\data\\
ngram 1=6
ngram 2=10
ngram 3=3

\\1-grams:
-1.2\t</s>
-99\t<s>\t-0.5
-0.7\ta\t-0.3
-0.9\tb\t-0.2
-1.1\tc\t-0.1
-1.4\td

\\2-grams:
-0.4\t<s> a\t-0.25
-0.6\ta b\t-0.15
-0.3\tb c\t-0.05
-0.8\tc d
-0.5\td </s>
-1.5\td d
-1.6\tb b
-1.7\ta a
-1.8\tc b
-1.9\td b

\\3-grams:
-0.2\t<s> a b
-0.1\ta b d
-0.35\tb c a

\\end\\
"""
SENTENCES = ["the baker sold a loaf of bread near the bridge", "bridge the near bread of loaf", "", "unknown words only",
             "the old miller found the red boat 昨日", "a b c d", "a b d", "a b d c", "b c a b c a", "a", "d", "  a\tb   c ",
             "nobody forgot", "the the the", "Größe", "a x b", "x a b"]


def train_text():
    draw = random.Random(5)
    lines = []
    for _ in range(70):
        words = [draw.choice(WHO), draw.choice(DOES), draw.choice(WHAT)]
        if draw.random() < 0.6:
            words.append(draw.choice(WHERE))
        if draw.random() < 0.2:
            words.append(draw.choice(RARE))
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def path(name):
    return os.path.join(HERE, name)


def main():
    text = train_text()
    with open(path("train.txt"), "w", encoding="utf-8") as file:
        file.write(text)
    arpa = subprocess.run([sys.argv[1], "-o", "3", "--discount_fallback", "-S", "100M", "-T", tempfile.gettempdir()],
                          input=text.encode(), capture_output=True, check=True).stdout
    with open(path("train.arpa.gz"), "wb") as file:
        file.write(gzip.compress(arpa, 9, mtime=0))
    with open(path("holes.arpa"), "w", encoding="utf-8") as file:
        file.write(HOLES)
    models = {}
    for name in ["train.arpa.gz", "holes.arpa"]:
        model = kenlm.Model(path(name))
        models[name] = [[round(model.score(s, bos=True, eos=True), 5), round(model.perplexity(s), 4)] for s in SENTENCES]
    with open(path("scores.json"), "w", encoding="utf-8") as file:
        json.dump({"sentences": SENTENCES, "models": models}, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()

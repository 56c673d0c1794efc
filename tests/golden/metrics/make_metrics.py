#!/usr/bin/env python3
"""Writes metrics.json: what sacrebleu 2.6.0 and rouge_score 0.1.2 give for awkward pairs of texts.

pip install sacrebleu==2.6.0 rouge_score==0.1.2 && python3 make_metrics.py
"""
import json
import re
import string
from collections import Counter
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF

PAIRS = [  # output, references
    ("The cat sat on the mat.", ["The cat sat on the mat."]),
    ("the cat sat on the mat", ["The cat sat on the mat."]),
    ("", ["Something."]),
    ("Something.", [""]),
    ("", [""]),
    ("   ", ["  \n "]),
    ("cat", ["cat"]),
    ("a b c", ["a b c"]),
    ("a b c d", ["a b c d"]),
    ("the the the the the the the", ["the cat is on the mat"]),
    ("It costs $1,234.56, i.e. 10% off!", ["It costs $1,234.56, that is 10% off."]),
    ("3.14 .5 5. 1,000 ,5 5,", ["3.14 0.5 5 1000 5 5"]),
    ("1990-1995 well-known e-mail -5 5-", ["1990-1995 wellknown email -5 5-"]),
    ("\"quoted\" 'single' (paren) [bracket] {brace}", ["&quot;quoted&quot; 'single' (paren) [bracket] {brace}"]),
    ("Tom &amp; Jerry &lt;3 &gt; all", ["Tom & Jerry <3 > all"]),
    ("a<skipped>b hyphen-\nated line\nbreak", ["ab hyphenated line break"]),
    ("Caf\u00e9 na\u00efve \u00dcber stra\u00dfe", ["caf\u00e9 na\u00efve \u00fcber strasse"]),
    ("\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002", ["\u65e5\u672c\u8a9e\u306e\u6587\u3067\u3059\u3002"]),
    ("emoji \U0001f600\U0001f680 here", ["emoji \U0001f600 \U0001f680 here"]),
    ("\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440!", ["\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440"]),
    ("non\u00a0breaking\u2003space\u3000wide\u200bzero", ["non breaking space wide zero"]),
    ("tab\tand\x0bvertical\x1cseparator\x85next", ["tab and vertical separator next"]),
    ("\u0130stanbul K\u212aelvin", ["istanbul kkelvin"]),
    ("first line.\nsecond line here.\nthird", ["first line here.\nsecond line.\nthird one"]),
    ("one\n\n\ntwo\nthree four", ["two one\nfour three\n"]),
    ("w1 w2 w3 w4 w5", ["w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5"]),
    ("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", ["w1 w2 w3 w4 w5"]),
    ("a a b b a\nb a b", ["a b a b\nb b a a\na"]),
    ("...!!!???", ["?!."]),
    (". . .", ["..."]),
    ("..", [".,.,"]),
    ("don't can't it's", ["do not cannot it is"]),
    ("{\"category\": \"billing\", \"priority\": \"high\"}", ["{\"priority\":\"high\",\"category\":\"billing\"}"]),
    ("http://example.com/a?b=c&d=e#f", ["http://example.com/a?b=c"]),
    ("under_score ~tilde `tick` ^caret|pipe\\back", ["under score tilde tick caret pipe back"]),
    ("A much longer output than the reference has, which goes on and on and on without an end in sight.",
     ["A short reference."]),
    ("Short.", ["A much longer reference than the output has, which goes on and on and on without an end in sight."]),
    ("the quick brown fox jumps over the lazy dog", ["the fast brown fox leaps over a lazy dog",
                                                      "the quick brown fox jumped over lazy dogs"]),
    ("the quick brown fox", ["the quick", "the quick brown fox jumps over", "quick brown"]),
    ("x y z", ["x y", "x y z w"]),
    ("An apple and the pear", ["apple and a pear"]),
    ("trailing space \n", ["trailing space"]),
    ("word " * 60, ["word " * 40 + "other " * 20]),
    (" ".join(f"t{i * 7 % 31}" for i in range(80)), [" ".join(f"t{i * 5 % 29}" for i in range(70))]),
]


def squad_words(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def squad_f1(output, reference):
    ours, theirs = squad_words(output), squad_words(reference)
    if not ours or not theirs:
        return float(ours == theirs)
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 0.0 if common == 0 else 2 * common / (len(ours) + len(theirs))


def main():
    bleu, chrf = BLEU(), CHRF()
    rouge = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=False)
    cases = []
    for output, references in PAIRS:
        streams = [[reference] for reference in references]
        scores = rouge.score_multi(references, output)
        cases.append({
            "output": output, "references": references,
            "tokens_13a": bleu._preprocess_segment(output).split(),
            "bleu": bleu.corpus_score([output], streams).score,
            "chrf": chrf.corpus_score([output], streams).score,
            "f1": max(squad_f1(output, reference) for reference in references),
            "words": len(re.split(r"\s+", output)), "characters": len(output), "lower": output.lower(),
            **{name: score.fmeasure for name, score in scores.items()},
        })
    single = [(output, references[0]) for output, references in PAIRS]
    outputs, firsts = [pair[0] for pair in single], [[pair[1] for pair in single]]
    corpus = {"bleu": bleu.corpus_score(outputs, firsts).score, "chrf": chrf.corpus_score(outputs, firsts).score,
              "signature": str(bleu.get_signature())}
    path = Path(__file__).with_name("metrics.json")
    path.write_text(json.dumps({"cases": cases, "corpus": corpus}, indent=1) + "\n")


if __name__ == "__main__":
    main()

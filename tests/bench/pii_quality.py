#!/usr/bin/env python3
"""Precision and recall of the search for personal data, on labelled texts, and false finds in texts that hold next to none.

    pii_quality.py DRIVER LABELLED [--split half|template] [--part first|second|all] [--show TYPE] [--presidio MODEL] [--plain FILE...]

DRIVER is build/<preset>/pii_driver (`ninja pii_driver`), LABELLED presidio-research's generated_large.json. The rules were
tuned on the first part of the texts; the second is what docs/formats/dataset.md reports. `half` cuts the list in the middle,
`template` puts whole templates into one part, so that no sentence of the second was seen. A find is exact when both ends are
those of a label, and a hit when it overlaps one of its type. --presidio runs presidio-analyzer with a spaCy model on the same
texts (both must be installed; measured with 2.2.366 and en_core_web_sm 3.8). --plain counts finds in files: JSON lines with "text" or "question" and "answer",
JSON lists of strings, or plain text.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

TYPES = {"EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip", "CREDIT_CARD": "card", "IBAN_CODE": "iban",
         "US_SSN": "national_id", "US_DRIVER_LICENSE": "national_id", "PERSON": "name", "ADDRESS": "address"}
# What our types are called by presidio-analyzer; it has no street addresses, only places.
PRESIDIO = {"EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip", "CREDIT_CARD": "card", "IBAN_CODE": "iban",
            "US_SSN": "national_id", "US_DRIVER_LICENSE": "national_id", "PERSON": "name"}


def ours(driver, texts, types):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(text) + "\n" for text in texts)
        file.flush()
        lines = subprocess.run([driver, "find", types, file.name], check=True, capture_output=True, text=True).stdout
    found = []
    for text, line in zip(texts, lines.splitlines(), strict=True):
        data = text.encode()
        at = lambda byte: len(data[:byte].decode())
        found.append([(kind, at(begin), at(end)) for kind, begin, end in json.loads(line)])
    return found


def presidio(texts, model):
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    nlp = NlpEngineProvider(nlp_configuration={
        "nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
    found = []
    for text in texts:
        best = analyzer.analyze(text, language="en", entities=list(PRESIDIO), score_threshold=0.3)
        found.append(sorted({(PRESIDIO[r.entity_type], r.start, r.end) for r in best}))
    return found


def score(rows, found, show):
    counts = collections.defaultdict(collections.Counter)
    for row, spans in zip(rows, found):
        text = row["full_text"]
        labels = [(TYPES[s["entity_type"]], s["start_position"], s["end_position"]) for s in row["spans"]
                  if s["entity_type"] in TYPES]
        for kind, begin, end in labels:
            c = counts[kind]
            c["labelled"] += 1
            c["exact"] += (kind, begin, end) in spans
            hit = any(k == kind and b < end and begin < e for k, b, e in spans)
            c["recalled"] += hit
            if kind == show and not hit:
                print("missed", repr(text[begin:end]), "in", repr(text[max(0, begin - 50):end + 30]))
        for kind, begin, end in spans:
            c = counts[kind]
            c["found"] += 1
            hit = any(k == kind and b < end and begin < e for k, b, e in labels)
            c["right"] += hit
            if kind == show and not hit:
                print("wrong ", repr(text[begin:end]), "in", repr(text[max(0, begin - 50):end + 30]))
    return counts


def print_table(title, counts):
    print(f"\n{title}\n| type | labelled | found | precision | recall | exact precision | exact recall |\n|---|---:|---:|---:|---:|---:|---:|")
    share = lambda part, whole: f"{part / whole:.3f}" if whole else "-"
    for kind in dict.fromkeys(TYPES.values()):
        c = counts[kind]
        print(f"| {kind} | {c['labelled']} | {c['found']} | {share(c['right'], c['found'])} | "
              f"{share(c['recalled'], c['labelled'])} | {share(c['exact'], c['found'])} | {share(c['exact'], c['labelled'])} |")


def plain_texts(path):
    data = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".json":
        return json.loads(data)
    if path.suffix != ".jsonl":
        return [part for part in data.split("\n") if part.strip()]
    rows = [json.loads(line) for line in data.splitlines()]
    return ["\n".join(str(row[key]) for key in ("text", "question", "answer") if key in row) for row in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("labelled", type=pathlib.Path)
    parser.add_argument("--split", choices=["half", "template"], default="half")
    parser.add_argument("--part", choices=["first", "second", "all"], default="second")
    parser.add_argument("--show", default="", metavar="TYPE", help="print what was missed and what was wrong")
    parser.add_argument("--presidio", metavar="MODEL", help="also presidio-analyzer with this spaCy model")
    parser.add_argument("--plain", nargs="*", type=pathlib.Path, default=[])
    args = parser.parse_args()

    rows = json.loads(args.labelled.read_text(encoding="utf-8"))
    is_first = {id(row): (i < len(rows) // 2 if args.split == "half" else row["template_id"] % 2 == 0)
                for i, row in enumerate(rows)}
    rows = [row for row in rows if args.part == "all" or is_first[id(row)] == (args.part == "first")]
    texts = [row["full_text"] for row in rows]
    print_table(f"ours, {args.part} part by {args.split}, {len(rows)} texts",
                score(rows, ours(args.driver, texts, "all"), args.show))
    if args.presidio:
        print_table("presidio-analyzer", score(rows, presidio(texts, args.presidio), ""))
    for path in args.plain:
        texts = plain_texts(path)
        found = ours(args.driver, texts, "all")
        counts = collections.Counter(kind for spans in found for kind, _, _ in spans)
        print(f"{path.name}: {sum(len(t.encode()) for t in texts) / 1e6:.1f} MB, finds {dict(sorted(counts.items()))}")
        for text, spans in zip(texts, found):
            for kind, begin, end in spans:
                if kind == args.show:
                    print("  ", repr(text[max(0, begin - 40):begin]), repr(text[begin:end]), repr(text[end:end + 20]))


if __name__ == "__main__":
    main()

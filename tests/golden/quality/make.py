#!/usr/bin/env python3
"""Decisions of datatrove's quality filters, and words of its tokenizer, for tests/unit/data.

    pip install datatrove==0.10.1 spacy==3.8.18 numpy && python make.py

The texts are made here: sentences of our own, put together so that each rule is met from both of its sides.
"""

import json
import pathlib
import random

from datatrove.data import Document
from datatrove.pipeline.filters import (C4QualityFilter, FineWebQualityFilter, GopherQualityFilter,
                                        GopherRepetitionFilter)
from datatrove.pipeline.filters import gopher_repetition_filter as repetition
from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION, split_into_sentences, split_into_words

RULES = {
    "gopher_short_doc": "gopher_words", "gopher_long_doc": "gopher_words",
    "gopher_below_avg_threshold": "gopher_mean_word_length", "gopher_above_avg_threshold": "gopher_mean_word_length",
    "gopher_too_many_hashes": "gopher_symbols", "gopher_too_many_ellipsis": "gopher_symbols",
    "gopher_too_many_bullets": "gopher_bullets", "gopher_too_many_end_ellipsis": "gopher_ellipsis",
    "gopher_below_alpha_threshold": "gopher_alphabetic", "gopher_enough_stop_words": "gopher_stop_words",
    "dup_para_frac": "gopher_duplicate_paragraphs", "dup_para_char_frac": "gopher_duplicate_paragraph_chars",
    "dup_line_frac": "gopher_duplicate_lines", "dup_line_char_frac": "gopher_duplicate_line_chars",
    "lorem_ipsum": "c4_lorem_ipsum", "curly_bracket": "c4_curly_bracket", "too_few_sentences": "c4_sentences",
    "line_punct_ratio": "fineweb_punctuation", "short_line_ratio": "fineweb_short_lines",
    "char_dup_ratio": "fineweb_duplicate_chars", "list_ratio": "fineweb_newlines",
    **{f"top_{n}_gram": f"gopher_top_{n}gram" for n in (2, 3, 4)},
    **{f"duplicated_{n}_n_grams": f"gopher_duplicate_{n}gram" for n in range(5, 11)},
}

NAMES = sorted({"", "gopher_empty", "fineweb_empty", *RULES.values()})

SENTENCES = """The harbour was quiet when the first boats came home with their nets full of herring.
Nobody had told the gardener that the roses were to be moved before the winter.
She carried the letter for three days, and then she burned it without reading it.
A small dog slept in the sun beside the door of the bakery.
They have rebuilt the bridge with stone from the old quarry to the north.
Did anyone see the lamp that hung above the stairs?
"I will be back before noon," said the miller, and he closed the gate.
The price of flour rose by 12.5% in 1987, and fell to $3.40 a sack in the spring.
It's not that he can't swim; he doesn't like the cold water of the lake!
Prof. Lind wrote to the mayor, i.e. to her own brother, about the well-known leak.
Most of the maps that we have show the river far to the west of where it runs now.
Rain fell all night on the tin roof of the school.
The clock in the tower is four minutes slow, and that is how everyone likes it.
Our cousin builds violins from maple, spruce and a great deal of patience.
By evening the market was empty but for two crates of pears and a sleeping cat.""".split("\n")

WORDS = [
    "Don't wait, it's 10km to St. John's (or 3.5mi).", "He'll say they've 'won' -- \"maybe\"... or not?!",
    "See http://example.org/a-b?c=d, www.example.com and mail a.b@example.co.uk.", "1,000-2,000 units at $5.00/kg, 10% off; e.g. U.S. goods.",
    "end.Next line:this=that a/b <b>bold</b> foo_bar #tag C-3 x+y 2*3 4^5.", "cannot Cannot we'd you're look'd o'clock rock'n'roll and/or",
    "“Typeset” quotes — and ‘single’ ones… it’s “Mr. Vale’s”.", "Ünïcode wörter, naïve café.Über Straße 5€ 20°C ©2020 日本語。テスト",
    "'s 're ' '' (a) [b] {c} ((d)) ... .. . -- - --- a--b a---b a----b", "J. R. Hale, Ph.D., vs. I. Newton, 5 p.m. sharp.",
    "a:b :c d: http: 10:30 1/2 a/ /b ,x x, +1 1+ x+ $ 5$ US$5", "illusion.\"One 'two'.Three four.five Six.seven", "", " \n\t ", "x"]

SENTENCE_TEXTS = ["One. Two! Three? Four", "Mr. Vale paid 3.50 e.g. today.", "Wait... what?! \"No.\" (Yes.) ok", "no end", "a.b c.D e. F. g",
                  "He left.\"She\" stayed.", "Is it so?\" she asked. It is."]


PHRASES = [s.rstrip(".!?\"") for s in SENTENCES] + ["x" * 25, "incomprehensibilities counterrevolutionaries of the ", "the old mill ",
                                                      "the of and that was it "]


def texts():
    rng = random.Random(7)
    pick = lambda n: rng.sample(SENTENCES, n)
    yield ""
    yield " \n\n "
    yield "A few words."
    yield "\n".join(pick(7))
    yield " ".join(pick(8))
    yield "\n\n".join(pick(6)) + "\n"
    for n in (3, 4):
        yield " ".join(["the of and that was it"] * 7 + pick(n))
    for n in (49, 50):  # Gopher's fewest words
        yield " ".join((" ".join(SENTENCES)).replace(".", "").split()[:n]) + "."
    yield "a to I be of it " * 9
    yield "incomprehensibilities counterrevolutionaries of the " * 13
    for marks in ("# # # # #", "# " * 12, "… " * 12):
        yield " ".join(pick(5)) + " " + marks
    for n in (9, 10):  # bullets
        yield "\n".join(("- " if i < n else "") + s for i, s in enumerate(pick(10)))
    for n in (2, 3):  # ellipsis
        yield "\n".join(s.rstrip(".!?\"") + ("... " if i < n else ".") for i, s in enumerate(pick(9)))
    yield " ".join(f"{i * 37}" for i in range(1, 53))
    yield " ".join(SENTENCES[:5]).replace("the ", "le ").replace(" of", " de").replace("that", "que").replace("have", "avoir").replace(
        "and", "et").replace("with", "avec").replace(" to ", " ad ").replace("The", "Le")
    for n in (2, 3):  # duplicate lines
        yield "\n".join(pick(6) + [SENTENCES[0]] * n)
    yield "\n".join([s for s in pick(6)] + ["Menu", "Menu", "Menu", "Home", "Home"])
    for n in (2, 4):  # duplicate paragraphs
        yield "\n\n".join(pick(4) + [SENTENCES[3]] * n)
    yield "\n\n\n".join([" ".join(pick(3)), " ".join(SENTENCES[:3]), " ".join(SENTENCES[:3])])
    for n in (2, 14):  # runs of words
        yield " ".join(pick(4)) + " the old mill" * n + "."
    for run in (4,):
        words = " ".join(SENTENCES).split()
        yield " ".join(" ".join(words[i * 9 : i * 9 + 9]) + " " + " ".join(words[100 : 100 + run]) for i in range(3)) + "."
    yield "\n".join(pick(4) + ["The menu is here", "Share on the web", "Please enable JavaScript to see it.", "Read our Privacy Policy now.",
                               "We use cookies on this site.", "Too short.", "It trails off...", "The end of the fair was wet.[12] [edit]",
                               "Also cited [3][citation needed] here."] + pick(4))
    yield "\n".join(pick(5) + ["Lorem Ipsum dolor sit amet."])
    yield "\n".join(pick(5) + ["if (x) { return; } is not prose."])
    yield "\n".join([SENTENCES[0] + " " + "x" * 1001 + " end of it."] + pick(6))
    yield "\n".join([SENTENCES[0] + " " + "x" * 1000 + " end of it."] + pick(6))
    yield "One.\nTwo three four five.\nSix seven eight nine? Ten eleven twelve!\nThirteen and 3.5 fourteen."
    yield "One two three four five. Mr. Vale came.\nSix seven eight nine? Ten eleven twelve!\nThirteen and 3.5 fourteen."
    yield "\n".join(s.rstrip(".!?\"") for s in pick(9))
    yield "\n".join([s.rstrip(".!?\"") for s in pick(9)] + ["It ended then."])
    yield "\n".join(["Home page", "About us", "Contact", "Opening hours"] + pick(1))
    yield "\n".join(f"Item {i} it is." for i in range(12)) + "\n" + " ".join(pick(3))
    yield "\r\n".join(pick(6)) + "\u2028" + "\x0b" + pick(1)[0] + "\u0085- tail\x0c"
    yield "Über den Fluß führt seit 1902 eine Brücke。\n日本語のテキスト。テスト！\nЭто не конец？" + "\n" + " ".join(pick(4))


    # Many short ones and two long: few duplicates, which are much of the text.
    for gap in ("\n\n", "\n"):
        yield gap.join([" ".join(s.split()[:3]) + "." for s in pick(6)] + [" ".join(SENTENCES[:2])] * 2)
    yield ("\n" * 7).join(pick(5))
    for run in range(5, 11):
        broken = lambda text: decide(GopherRepetitionFilter(), text, "")[0] == f"gopher_duplicate_{run}gram"
        yield min(filter(broken, candidates(rng, run)), key=len)


def candidates(rng, run):
    """Texts in which nothing but a few runs of so many words repeats."""
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    for _ in range(600):
        out, runs = [], []
        for i in range(rng.randint(4, 8)):
            fresh = ["".join(rng.sample(syllables, 2)) for _ in range(run)]
            runs += [fresh] * (i < rng.randint(1, 4))
            out += fresh
        yield " ".join(sum(runs, out)) + " of."


def decide(rule_filter, text, empty):
    document = Document(text=text, id="")
    result = rule_filter.filter(document)
    broken = "" if result is True else RULES.get(result[1], empty)
    return broken, document.text


def row(text):
    """[text, [rule broken of Gopher's quality, repetition, C4's, FineWeb's, of all in this order], [code points of the top 2-
    to 4-grams and of duplicate 5- to 10-grams], what C4 left where it is not the text]"""
    decisions = [decide(GopherQualityFilter(), text, "?")[0], decide(GopherRepetitionFilter(), text, "gopher_empty")[0],
                 "", decide(FineWebQualityFilter(), text, "fineweb_empty")[0]]
    decisions[2], kept = decide(C4QualityFilter(), text, "?")
    words = split_into_words(text)
    top = [repetition.find_top_duplicate(repetition.get_n_grams(words, n)) if len(words) >= n else 0 for n in (2, 3, 4)]
    duplicate = [repetition.find_all_duplicate(words, n) for n in range(5, 11)]
    pipeline = decisions[0] or decisions[1] or decisions[2] or decide(FineWebQualityFilter(), kept, "fineweb_empty")[0]
    out = [pack(text), [NAMES.index(name) for name in decisions + [pipeline]], top + duplicate]
    return out + ([pack(kept)] if decisions[2] == "" and kept != text else [])


def pack(text):
    """What is said often, as one character each of the private use area."""
    for i, sentence in sorted(enumerate(PHRASES), key=lambda pair: -len(pair[1])):
        text = text.replace(sentence, chr(0xE000 + i))
    return text


def main():
    golden = {
        "phrases": PHRASES,
        "names": NAMES,
        "symbols": "".join(sorted(PUNCTUATION_SET)),
        "terminal": "".join(sorted(TERMINAL_PUNCTUATION)),
        "words": [[text, split_into_words(text)] for text in WORDS],
        "sentences": [[text, len(split_into_sentences(text))] for text in SENTENCE_TEXTS],
        "texts": [row(text) for text in texts()],
    }
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    parts = [f"{dump(key)}:" + (dump(value) if isinstance(value, str) else "[\n" + ",\n".join(map(dump, value)) + "]")
             for key, value in golden.items()]
    body = "{" + ",\n".join(parts) + "}"
    pathlib.Path(__file__).with_name("quality.json").write_text(body + "\n", encoding="utf-8")


main()

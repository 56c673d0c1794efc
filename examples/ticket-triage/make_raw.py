#!/usr/bin/env python3
# Writes raw/: about 700 customer tickets as a support desk might export them, with everything that goes wrong in such
# exports. Deterministic: the same files on every machine. Run it again only to change the data; raw/ is committed.
import csv
import io
import json
import pathlib
import random
import re

import phrases

CLEAN = 644  # tickets that a person would keep
EXACT, NEAR = 34, 30  # copies, and copies with small edits
RAW = pathlib.Path(__file__).parent / "raw"
QUESTIONS = ("why ", "can ", "could ", "how ", "where ", "which ", "who ", "is ", "will ", "would ", "have ", "may ",
             "what ", "do ")
rng = random.Random("ticket triage 2")
turns = {}


def fill(template):
    return re.sub(r"\{(\w+)\}", lambda slot: rng.choice(phrases.SLOTS[slot[1]]), template)


def is_question(text):
    return text.lower().startswith(QUESTIONS)


def sentence(text):
    text = text.strip()
    return (text[:1].upper() + text[1:]).rstrip(".!") + ("?" if is_question(text) else ".")


def contact(name):
    """A line that no model should learn; invented names, reserved domains and number ranges."""
    domain = rng.choice(["example.com", "example.org", "mail.example.net"])
    mail = f"{name.lower().replace(' ', '.')}@{domain}"
    phone = rng.choice([f"+1 (212) 555-01{rng.randrange(100):02d}", f"+44 20 7946 0{rng.randrange(1000):03d}",
                        f"206-555-01{rng.randrange(100):02d}"])
    return rng.choice([f"You can reach me at {mail}", f"My number is {phone}", f"Write to {mail} or call {phone}",
                       f"Phone: {phone}", f"E-mail: {mail}"])


def compose():
    category = rng.choice(list(phrases.ISSUES))
    priority = rng.choices(["low", "normal", "high"], [30, 38, 32])[0]
    lead = rng.choice(phrases.LEADS)
    issue = fill(rng.choice(phrases.ISSUES[category]))
    stands_alone = is_question(issue) or issue.startswith("please")
    cue = fill(rng.choice(phrases.URGENCY[priority]))
    parts = [sentence(issue if stands_alone else f"{lead} {issue}"), sentence(cue)]
    for detail in rng.sample(phrases.DETAILS, rng.choice([0, 1, 1, 2])):
        parts.insert(rng.randrange(len(parts) + 1), sentence(fill(detail)))
    if rng.random() < 0.25:
        parts.reverse()
    name = rng.choice(phrases.NAMES)
    if rng.random() < 0.3:
        parts.append(sentence(contact(name)))
    body = f"{rng.choice(phrases.OPENINGS)} {' '.join(parts)} {rng.choice(phrases.CLOSINGS)}".strip()
    return {"body": f"{body} {name}" if rng.random() < 0.3 else body, "category": category, "priority": priority}


def trigrams(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def make_clean():
    """Tickets of 20 to 45 words, no two of which share half of their three-word runs."""
    tickets, grams = [], []
    while len(tickets) < CLEAN:
        ticket = compose()
        new = trigrams(ticket["body"])
        if not 20 <= len(ticket["body"].split()) <= 45:
            continue
        if all(len(new & old) < 0.5 * len(new | old) for old in grams):
            tickets.append(ticket)
            grams.append(new)
    return tickets


def near_copy(ticket):
    """What people and mail programs do to a text that is sent twice."""
    body = ticket["body"]
    edit = rng.randrange(4)
    if edit == 0:
        body = f"{body} Sent again."
    elif edit == 1:
        body = body.upper() if rng.random() < 0.3 else body.replace(".", "!", 1)
    elif edit == 2:
        words = body.split()
        del words[-2 if len(words) > 25 else -1]
        body = " ".join(words)
    else:
        body = f"FW: {body}".replace(", ", " , ", 1)
    return {**ticket, "body": body}


def dirty(body):
    """HTML, stray control characters and odd spaces, for about four tickets in ten."""
    kind = rng.random()
    if kind < 0.10:
        inner = body.replace("&", "&amp;").replace("'", "&#39;").replace(". ", ".</p>\n<p>", 1)
        return f'<div class="msg"><p>{inner}</p></div>'
    if kind < 0.15:
        inner = body.replace(". ", ".<br/>&nbsp;", 2)
        return f"<html><head><style>p {{ color: #333 }}</style></head><body>{inner}</body></html>"
    if kind < 0.18:
        return f"{body}<script>track('open', {rng.randrange(1000)});</script><!-- sent by form -->"
    if kind < 0.24:
        at = rng.randrange(len(body))
        return body[:at] + rng.choice(["\u0000", "\u0007", "\u001b", "\u200b", "\ufeff", "\u00ad"]) + body[at:]
    if kind < 0.34:
        return "  " + body.replace(" ", rng.choice(["  ", "\t", "\u00a0", " \r\n"]), rng.choice([1, 2, 3])) + " \n\n"
    if kind < 0.37:
        return body.replace("e", "e\u0301", 1)  # a letter and a combining accent, for NFC
    return body


def jsonl_line(number, ticket):
    row = {"ticket_id": f"T-{number:05d}", "body": dirty(ticket["body"]), "category": ticket["category"],
           "priority": ticket["priority"], "channel": rng.choice(["mail", "form", "chat"])}
    return json.dumps(row, ensure_ascii=rng.random() < 0.5).encode()


def csv_line(number, ticket):
    out = io.StringIO()
    urgency = {"high": "P1", "normal": "P2", "low": "P3"}[ticket["priority"]]
    body = dirty(ticket["body"]).replace("\0", "\a")
    received = f"2025-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"
    row = [f"D{number}", received, body, ticket["category"].upper(), urgency]
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue().rstrip("\n").encode()


def next_of(kind, ways):
    turns[kind] = turns.get(kind, -1) + 1
    return ways[turns[kind] % len(ways)]


def broken_jsonl(line):
    """The ways in which an export goes wrong, one after the other; `prepare` has a rule for each."""
    row = json.loads(line)
    return next_of("jsonl", [
        line[: rng.randrange(20, len(line) - 4)],
        line.replace(b'"body": "', b'"body": "\xff\xfe caf\xe9 '),
        json.dumps({**row, "body": ""}).encode(),
        json.dumps({**row, "body": "<p>&nbsp;</p>"}).encode(),
        json.dumps({key: row[key] for key in ("ticket_id", "body")}).encode(),
        b"--- export interrupted, 12 rows left ---",
        json.dumps({**row, "body": ["one", "two"]}).encode(),
    ])


def broken_csv(number):
    return next_of("csv", [
        f"D{number},2025-03-11,the line ends here".encode(),
        f"D{number},2025-03-11,one,two,three,four,BUG,P2".encode(),
        f"D{number},2025-03-11,\"caf".encode() + b"\xe9 is closed and nobody told me about the delivery\",SHIPPING,P2",
        f'D{number},2025-03-11,"this quote is never closed,BILLING,P1'.encode(),
        f"D{number},2025-03-11,,BILLING,P1".encode(),
        f"D{number},2025-03-11,Please can somebody look at the lamp that I have at home,BUG,soon".encode(),
    ])


def main():
    clean = make_clean()
    rows = clean + [rng.choice(clean) for _ in range(EXACT)] + [near_copy(rng.choice(clean)) for _ in range(NEAR)]
    rng.shuffle(rows)
    RAW.mkdir(exist_ok=True)
    cuts = [0, int(0.34 * len(rows)), int(0.58 * len(rows)), int(0.82 * len(rows)), len(rows)]
    names = ["web-form.jsonl", "helpdesk-a.csv", "mailbox.jsonl", "helpdesk-b.csv"]
    number = 1000
    for name, begin, end in zip(names, cuts, cuts[1:]):
        lines = []
        for ticket in rows[begin:end]:
            number += rng.randrange(1, 9)
            line = jsonl_line(number, ticket) if name.endswith("jsonl") else csv_line(number, ticket)
            lines.append(line)
            if rng.random() < 0.045:
                number += 1
                lines.append(broken_jsonl(jsonl_line(number, ticket)) if name.endswith("jsonl") else broken_csv(number))
        if name.endswith("csv"):
            lines.insert(0, b"id,received,message,queue,urgency")
        (RAW / name).write_bytes(b"\n".join(lines) + b"\n")


if __name__ == "__main__":
    main()

"""What a finetuning run shows and leaves: events, metrics, curve, page, bill; killed, resumed, and on a terminal.

Usage: finetune_reports_test.py LLMOPS TINY_MODEL
"""

import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

llmops, model = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
RECIPE = """base_model: {model}
datasets: [{{path: data.jsonl}}]
val_set_size: 2
sequence_len: 64
sample_packing: false
max_steps: 200
eval_steps: 20
save_steps: 20
use_tensorboard: true
cost_per_hour: 3600
carbon_g_per_kwh: 400
power_watts: 100
cost_currency: <EUR>
output_dir: out
"""


def fields(message):
    """Of a protobuf message: (number, value), where a value is an integer or bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        size = {0: 0, 1: 8, 2: None, 5: 4}[key & 7]
        if size == 0:
            yield key >> 3, varint()
            continue
        size = varint() if size is None else size
        yield key >> 3, message[at : at + size]
        at += size


def curves(folder):
    """Tag to (step, value), as TensorBoard shows them: a session that starts at a step replaces it and later ones."""
    found = {}
    for file in sorted(folder.iterdir()):
        data, at = file.read_bytes(), 0
        while at + 12 <= len(data):
            (size,) = struct.unpack_from("<Q", data, at)
            if at + 16 + size > len(data):
                break  # cut
            event = dict(fields(data[at + 12 : at + 12 + size]))
            step = event.get(2, 0)
            if 7 in event:
                found = {tag: [p for p in curve if p[0] < step] for tag, curve in found.items()}
            for number, value in fields(event.get(5, b"")):
                entry = dict(fields(value))
                found.setdefault(entry[1].decode(), []).append((step, struct.unpack("<f", entry[2])[0]))
            at += 16 + size
    return found


def run(*words, **environment):
    done = subprocess.run([llmops, *words], capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def kill_when(lines, command):
    """Starts `command`, and kills it once its log has so many lines."""
    log = pathlib.Path("steps.jsonl")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and (not log.exists() or log.read_text().count("\n") < lines):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "the run ended before it could be killed"


def on_a_terminal(command):
    """What `command` writes to a terminal of 80 columns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(COLUMNS="80", TERM="xterm")
        os.execv(command[0], command)
    text = b""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:
            break
        if not block:
            break
        text += block
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, text
    return text.decode()


def check_resumed_run():
    command = [llmops, "finetune-lora", "recipe.yaml", "--log-json", "steps.jsonl", "--json"]
    kill_when(50, command)
    shown = curves(pathlib.Path("out.runs"))
    assert [step for step, _ in shown["train/loss"]][:50] == list(range(1, 51)), shown
    report = json.loads(run(*command[1:], "--resume", "--html", "run.html"))
    assert report["resumed"] and len(list(pathlib.Path("out.runs").iterdir())) == 2
    shown = curves(pathlib.Path("out.runs"))
    assert [step for step, _ in shown["train/loss"]] == list(range(1, 201))
    assert [step for step, _ in shown["eval/loss"]] == list(range(20, 201, 20))
    for tag in ("train/learning_rate", "train/grad_norm", "train/epoch", "system/rss_bytes"):
        assert len(shown[tag]) == 200, tag
    assert abs(shown["train/loss"][-1][1] - report["loss_last"]) < 1e-4
    return report


def check_report(report):
    for key in ("run_id", "adapter", "steps", "tokens", "supervised_tokens", "tok_s", "loss_first", "loss_last",
                "val_loss_best", "peak_rss_bytes", "wall_s"):
        assert key in report, key
    assert report["tensorboard_dir"] == "out.runs"
    # 3600 an hour are as many as seconds. A host with counters measures instead of estimating.
    assert abs(report["machine_cost"] - report["wall_s"]) < 1e-6 and report["cost_currency"] == "<EUR>"
    if report["energy_source"] == "estimated":
        assert abs(report["energy_j"] - 100 * report["wall_s"]) < 1e-6
    assert abs(report["carbon_g"] - 400 * report["energy_j"] / 3.6e6) < 1e-9


def check_views(report):
    recorded = json.loads(run("runs", "show", report["run_id"], "--json"))
    for metric in ("loss", "learning_rate", "grad_norm", "tok_s", "rss_bytes", "peak_rss_bytes", "val_loss"):
        assert len(recorded["metrics"][metric]) > 1, metric
    plot = run("runs", "show", "latest", "--plot", COLUMNS="60", LC_ALL="C")
    plot = plot[plot.index("loss  * training  o validation") :]
    assert plot.isascii() and max(map(len, plot.splitlines())) <= 60, plot
    assert "⠒ training" in run("runs", "show", "latest", "--plot", LC_ALL="C.UTF-8")
    assert "speed, tokens/s" in run("runs", "show", "latest", "--plot", "--metric", "tok_s")
    run("runs", "show", "latest", "--html", "again.html")
    for page in (pathlib.Path("run.html").read_text(), pathlib.Path("again.html").read_text()):
        assert page.count("<svg") >= 5 and "&lt;EUR&gt;" in page and "<EUR>" not in page
        assert not re.search(r"https?://|<script|url\(", page)


def check_live_line():
    text = on_a_terminal([llmops, "finetune-lora", "recipe.yaml", "--set", "output_dir=live", "--plot"])
    lines = [line for line in text.split("\r\x1b[K") if "left" in line]
    assert lines, text
    for part in (r"step \d+/200", r"loss \d", r"lr \d\.\de-\d\d$", r"tok/s", r"val \d"):
        assert any(re.search(part, line) for line in lines), (part, lines)
    assert "training" in text and "cost" in text, text


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    os.environ.pop("LLMOPS_REGISTRY", None)
    rows = [{"instruction": f"count to {i}", "output": " ".join(map(str, range(1, i + 1)))} for i in range(3, 30)]
    pathlib.Path("data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pathlib.Path("recipe.yaml").write_text(RECIPE.format(model=model))
    finished = check_resumed_run()
    check_report(finished)
    check_views(finished)
    check_live_line()
print("finetune reports: ok")

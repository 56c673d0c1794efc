"""Models written by `llmops export` open in llama.cpp and in transformers, and say the same there.

    LLMOPS_LLAMA_COMPLETION=.../llama-completion LLMOPS_TRANSFORMERS_PYTHON=.../python \\
        python round_trip_test.py LLMOPS MODEL_FOLDER [SCHEME ...]

Text is greedy. Where llama.cpp goes another way, the two tokens must be nearly equally likely to our engine, as its own
kernels round activations to the weights' format: the difference is printed, and at most NEAR_TIE nats for plain formats.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROMPTS = [
    "The capital of France is",
    "Once upon a time, there was a",
    "def fibonacci(n):",  # no line feed at its end, which llama.cpp takes away
]
TOKENS = 16
NEAR_TIE = {"f32": 0.02, "f16": 0.05, "bf16": 0.3, "q8_0": 0.5, "q4_0": 1.0}  # nats
LOGITS = """
import sys, torch, transformers
prompts = sys.stdin.read().split("\\0")
model = transformers.AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32)
tokenizer = transformers.AutoTokenizer.from_pretrained(sys.argv[1])
with torch.no_grad():
    logits = [model(**tokenizer(prompt, return_tensors="pt")).logits for prompt in prompts]
torch.save(logits, sys.argv[2])
"""
LARGEST = """
import sys, torch
first, second = torch.load(sys.argv[1]), torch.load(sys.argv[2])
print(max((a - b).abs().max().item() for a, b in zip(first, second)))
"""


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def answers(llmops, command, model, lines):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    return [json.loads(line) for line in run([llmops, command, "--model", model, "--json"], input=text).splitlines()]


def llama_text(binary, model, prompt, folder):
    file = folder / "prompt.txt"
    file.write_text(prompt)
    command = [binary, "-m", model, "-f", file, "-n", TOKENS, "--temp", 0, "-no-cnv", "--no-display-prompt", "-c", 512,
               "-t", 2, "--no-warmup"]
    text = run(command, stdin=subprocess.DEVNULL)
    return text.split(" [end of text]")[0].rstrip("\n")


def margin(llmops, model, prompt, ours, theirs):
    """How much likelier, in nats, our text is than theirs at the first character where they part."""
    shared = os.path.commonprefix([ours, theirs])
    scores = answers(llmops, "score", model, [{"text": prompt + ours}, {"text": prompt + theirs}])
    first, second = scores[0]["logprobs"], scores[1]["logprobs"]
    same = next((i for i, (a, b) in enumerate(zip(first, second)) if abs(a - b) > 1e-4), min(len(first), len(second)) - 1)
    return shared, abs(first[same] - second[same])


def compare_text(llmops, binary, model, scheme, folder):
    ours = answers(llmops, "generate", model,
                   [{"prompt": prompt, "max_tokens": TOKENS, "temperature": 0} for prompt in PROMPTS])
    equal = 0
    for prompt, answer in zip(PROMPTS, ours):
        theirs = llama_text(binary, model, prompt, folder)
        text = answer["text"].rstrip("\n")
        if text == theirs:
            equal += 1
            continue
        shared, nats = margin(llmops, model, prompt, text, theirs)
        print(f"  {scheme}: parts from llama.cpp after {shared[-40:]!r}, where both ways are {nats:.4f} nats apart")
        if nats > NEAR_TIE[scheme]:
            sys.exit(f"{scheme}: {prompt!r}: ours {text!r}, llama.cpp's {theirs!r}")
    print(f"{scheme}: {equal} of {len(PROMPTS)} texts equal llama.cpp's")


def compare_logits(llmops, python, original, folder):
    """bf16 weights survive the way through GGUF and back bit for bit, so logits do too."""
    there, back = folder / "there.gguf", folder / "back"
    run([llmops, "models", "convert", original, there])
    run([llmops, "models", "convert", there, back])
    for model, name in ((original, "a.pt"), (back, "b.pt")):
        run([python, "-c", LOGITS, model, folder / name], input="\0".join(PROMPTS))
    largest = float(run([python, "-c", LARGEST, folder / "a.pt", folder / "b.pt"]))
    print(f"transformers: the largest difference of a logit is {largest}")
    if largest != 0:
        sys.exit("the logits differ")
    difference = json.loads(run([llmops, "models", "diff", original, back, "--json"]))
    if any(tensor["kind"] != "only before" for tensor in difference["tensors"]):
        sys.exit(f"tensors differ: {difference['tensors']}")
    print(f"tensors: {difference['equal_tensors']} equal")


def main():
    llmops, model = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    schemes = sys.argv[3:] or list(NEAR_TIE)
    binary, python = os.environ.get("LLMOPS_LLAMA_COMPLETION"), os.environ.get("LLMOPS_TRANSFORMERS_PYTHON")
    if not binary and not python:
        print("skipped: neither LLMOPS_LLAMA_COMPLETION nor LLMOPS_TRANSFORMERS_PYTHON is set")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chdir(folder)
        if python:
            compare_logits(llmops, python, model, folder)
        for scheme in schemes if binary else []:
            file = folder / f"{scheme}.gguf"
            run([llmops, "models", "convert", model, file, "--dtype", scheme])
            compare_text(llmops, binary, file, scheme, folder)
            file.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())

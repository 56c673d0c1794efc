"""Makes the reference of adversarial debiasing:

  records.jsonl   six answers, each to a customer of one of three kinds
  training.json   losses, the adversary's measures and gradient norms of six AdamW steps over all of them, from the
                  adapter ../lora/start on the tiny model of ../tiny-chat; with a linear adversary and with one of a
                  hidden layer
  probe.json      points of three kinds, and what scikit-learn's logistic regression makes of them

    pip install torch==2.13.0 transformers peft scikit-learn && python make.py
"""
import json
import math
import pathlib

import peft
import sklearn.linear_model
import sklearn.metrics
import torch
import transformers

HERE = pathlib.Path(__file__).parent
BASE = HERE.parent / "tiny-chat"
STEPS, SEED = 6, 42
RECORDS = [
    ("Where is my parcel?\n", "It left our store this morning.", "guest"),
    ("May I pay later?\n", "Yes, within thirty days.", "member"),
    ("The app closes at once.\n", "Please send the log, we look at it today.", "guest"),
    ("How do I change my password?\n", "Open settings, then account, then password.", "staff"),
    ("Is the shop open today?\n", "Until six.", "guest"),
    ("Can I return this?\n", "Within two weeks.", "member"),
]
KINDS = sorted({kind for _, _, kind in RECORDS})
tokenizer = transformers.AutoTokenizer.from_pretrained(BASE)


def stream(*parts):
    """SplitMix64 over the parts, as lib/train/random.h: the first number of a stream."""
    mask, gamma, state = 2**64 - 1, 0x9E3779B97F4A7C15, 0

    def mix(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    for part in parts:
        state = mix((state + part + gamma) & mask)
    return mix((state + gamma) & mask)


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return -ctx.strength * gradient, None


def adversary(width, hidden):
    random = torch.Generator().manual_seed(stream(SEED, 7))
    sizes = [width, hidden, len(KINDS)] if hidden else [width, len(KINDS)]
    parts = []
    for before, after in zip(sizes, sizes[1:]):
        layer, bound = torch.nn.Linear(before, after), 1 / math.sqrt(before)
        with torch.no_grad():
            layer.weight.uniform_(-bound, bound, generator=random)
            layer.bias.uniform_(-bound, bound, generator=random)
        parts += [layer, torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def run(hidden, weight, rate):
    base = transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    model = peft.PeftModel.from_pretrained(base, HERE.parent / "lora/start", is_trainable=True).train()
    judge = adversary(base.config.hidden_size, hidden)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW([{"params": trained, "lr": 1e-2}, {"params": judge.parameters(), "lr": rate}],
                                  weight_decay=0.0)
    data = []
    for prompt, answer, kind in RECORDS:
        ids = tokenizer(prompt + answer).input_ids + [tokenizer.eos_token_id]
        data.append((ids, len(tokenizer(prompt).input_ids), KINDS.index(kind)))
    positions, steps = sum(len(ids) - begin for ids, begin, _ in data), []
    for step in range(STEPS):
        strength = weight * (2 / (1 + math.exp(-10 * step / STEPS)) - 1)
        answers = missed = right = 0
        for ids, begin, kind in data:
            out = model(torch.tensor([ids]), output_hidden_states=True)
            answers = answers + torch.nn.functional.cross_entropy(out.logits[0, begin - 1:-1], torch.tensor(ids[begin:]),
                                                                  reduction="sum")
            guess = judge(Reverse.apply(out.hidden_states[-1][0].mean(0), strength))
            missed = missed + torch.nn.functional.cross_entropy(guess, torch.tensor(kind))
            right += int(guess.argmax()) == kind
        optimizer.zero_grad()
        (answers / positions + missed / len(data)).backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        steps.append({"loss": answers.item() / positions, "adversary_loss": missed.item() / len(data),
                      "adversary_accuracy": right / len(data), "adversary_majority": 0.5, "grad_norm": norm.item()})
    return steps


def probe():
    torch.manual_seed(4)
    kinds = torch.arange(48) % 5 // 2
    points = (torch.randn(48, 4) + torch.nn.functional.one_hot(kinds, 4) * 1.2).mul(100).round().div(100).double()
    train, validation = slice(0, 30), slice(30, 48)
    scaled = (points - points[train].mean(0)) / points[train].std(0, correction=0)
    fitted = sklearn.linear_model.LogisticRegression(tol=1e-10, max_iter=10000).fit(scaled[train], kinds[train])
    guess, shares = fitted.predict(scaled[validation]), fitted.predict_proba(scaled[validation])
    truth = kinds[validation]
    return {"points": points.tolist(), "kinds": kinds.tolist(), "train": 30,
            "accuracy": sklearn.metrics.accuracy_score(truth, guess),
            "balanced_accuracy": sklearn.metrics.balanced_accuracy_score(truth, guess),
            "loss": sklearn.metrics.log_loss(truth, shares)}


with open(HERE / "records.jsonl", "w") as records:
    for prompt, answer, kind in RECORDS:
        records.write(json.dumps({"prompt": prompt, "completion": answer, "kind": kind}) + "\n")
training = {"linear": run(0, 2.0, 3e-2), "hidden": run(5, 0.5, 1e-2)}
(HERE / "training.json").write_text(json.dumps(training, indent=1) + "\n")
(HERE / "probe.json").write_text(json.dumps(probe()) + "\n")

"""Makes the reference of adversarial debiasing:

  records.jsonl   six answers, each to a customer of one of three kinds
  training.json   losses, the adversary's measures and gradient norms of six AdamW steps over all of them, from the
                  adapter ../lora/start on the tiny model of ../tiny-chat; the adversary remembers two steps' examples
                  or one's
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


def scaling(points):
    deviation = points.std(0, correction=0)
    return points.mean(0), deviation.where(deviation > 1e-12, torch.ones_like(deviation))


class Adversary:
    """scikit-learn's logistic regression, fit to what is remembered."""

    def __init__(self, states, kinds, penalty):
        self.mean, self.deviation = scaling(states)
        fitted = sklearn.linear_model.LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=100000)
        fitted.fit(((states - self.mean) / self.deviation).numpy(), kinds.numpy())
        self.weight, self.bias = torch.tensor(fitted.coef_), torch.tensor(fitted.intercept_)

    def __call__(self, state):
        return self.weight @ ((state.double() - self.mean) / self.deviation) + self.bias


def run(memory, weight, penalty):
    base = transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    model = peft.PeftModel.from_pretrained(base, HERE.parent / "lora/start", is_trainable=True).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
    data = []
    for prompt, answer, kind in RECORDS:
        ids = tokenizer(prompt + answer).input_ids + [tokenizer.eos_token_id]
        data.append((ids, len(tokenizer(prompt).input_ids), KINDS.index(kind)))
    positions, steps = sum(len(ids) - begin for ids, begin, _ in data), []
    judge, states, kinds = lambda state: state.new_zeros(len(KINDS)).double(), [], []
    for step in range(STEPS):
        strength = weight * (2 / (1 + math.exp(-10 * step / STEPS)) - 1)
        answers = missed = confusion = right = 0
        shares = torch.tensor([kinds.count(k) / max(1, len(kinds)) for k in range(len(KINDS))], dtype=torch.double)
        if states:
            judge = Adversary(torch.stack(states), torch.tensor(kinds), penalty)
        for ids, begin, kind in data:
            out = model(torch.tensor([ids]), output_hidden_states=True)
            answers = answers + torch.nn.functional.cross_entropy(out.logits[0, begin - 1:-1], torch.tensor(ids[begin:]),
                                                                  reduction="sum")
            state = out.hidden_states[-1][0].mean(0)
            guess = judge(state)
            missed = missed + torch.nn.functional.cross_entropy(guess, torch.tensor(kind))
            confusion = confusion - shares @ guess.log_softmax(0)
            right += int(guess.argmax()) == kind
            states, kinds = states + [state.detach().double()], kinds + [kind]
        states, kinds = states[-memory:], kinds[-memory:]
        optimizer.zero_grad()
        (answers / positions + strength * confusion / len(data)).backward()
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
training = {"long": run(12, 2.0, 0.5), "short": run(6, 0.5, 2.0)}
(HERE / "training.json").write_text(json.dumps(training, indent=1) + "\n")
(HERE / "probe.json").write_text(json.dumps(probe()) + "\n")

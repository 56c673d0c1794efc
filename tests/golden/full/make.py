"""Makes the reference of training a whole model, and a part of one: losses, gradient norms and weights of ten AdamW steps
on ../lora/records.jsonl, each step over all of it, the model being ../tiny-chat. Biases and norms do not decay, as in
transformers' Trainer.

    pip install torch==2.13.0 transformers && python make.py
"""
import json
import pathlib
import re

import torch
import transformers
from transformers.trainer_pt_utils import get_parameter_names
from transformers.pytorch_utils import ALL_LAYERNORM_LAYERS

HERE = pathlib.Path(__file__).parent
BASE = HERE.parent / "tiny-chat"
PARTS = {"whole": "", "part": r"model\.layers\.1\.|model\.norm"}
NO_DECAY = [r"bias", r"layernorm", r"rmsnorm", r"(?:^|\.)norm(?:$|\.)", r"_norm(?:$|\.)"]


def examples(tokenizer):
    for line in (HERE.parent / "lora" / "records.jsonl").read_text().splitlines():
        question, answer = (turn["content"] for turn in json.loads(line)["messages"])
        prompt = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
        parts = [tokenizer(t, add_special_tokens=False).input_ids for t in (prompt, answer + "<|im_end|>", "\n")]
        yield sum(parts, []), [-100] * len(parts[0]) + parts[1] + [-100] * len(parts[2])


def run(pattern):
    model = transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    for name, parameter in model.named_parameters():
        parameter.requires_grad = bool(re.match(pattern, name))
    decaying = set(get_parameter_names(model, ALL_LAYERNORM_LAYERS, NO_DECAY))
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW([{"params": [p for n, p in trained.items() if n in decaying], "weight_decay": 0.1},
                                   {"params": [p for n, p in trained.items() if n not in decaying],
                                    "weight_decay": 0}], lr=1e-2)
    schedule = transformers.get_cosine_schedule_with_warmup(optimizer, 2, 10)
    data = list(examples(transformers.AutoTokenizer.from_pretrained(BASE)))
    supervised = sum(label != -100 for _, labels in data for label in labels)
    losses, norms = [], []
    model.train()
    for _ in range(10):
        total = 0
        for ids, labels in data:
            logits = model(torch.tensor([ids])).logits[0].float()
            loss = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(labels[1:]), reduction="sum") / supervised
            loss.backward()
            total += loss.item()
        norms.append(torch.nn.utils.clip_grad_norm_(trained.values(), 1.0).item())
        losses.append(total)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    weights = {n: p.detach().flatten()[:4].tolist() for n, p in model.named_parameters()}
    return {"unfrozen": [pattern] if pattern else [], "losses": losses, "grad_norms": norms,
            "parameters": sum(p.numel() for p in trained.values()), "weights": weights}


(HERE / "training.json").write_text(json.dumps({name: run(pattern) for name, pattern in PARTS.items()}) + "\n")

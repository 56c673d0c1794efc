"""Makes the reference of offline distillation: training.json has losses, divergences and gradient norms of six AdamW
steps on ../lora/records.jsonl, each over all of it. The teacher is the tiny model of ../tiny-chat with the adapter
../lora/adapter, of which only the likeliest tokens of each position are kept; the student starts from ../lora/start.

    pip install torch==2.13.0 transformers peft && python make.py
"""
import json
import pathlib

import peft
import torch
import transformers

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent
CASES = {"k8": dict(top_k=8, temperature=2.0, alpha=0.7, ce_alpha=0.3),
         "k3": dict(top_k=3, temperature=1.0, alpha=1.0, ce_alpha=0.0)}
tokenizer = transformers.AutoTokenizer.from_pretrained(GOLDEN / "tiny-chat")


def model(adapter, trainable):
    base = transformers.AutoModelForCausalLM.from_pretrained(GOLDEN / "tiny-chat", dtype=torch.float32)
    return peft.PeftModel.from_pretrained(base, GOLDEN / "lora" / adapter, is_trainable=trainable)


def examples():
    for line in open(GOLDEN / "lora/records.jsonl"):
        question, answer = (message["content"] for message in json.loads(line)["messages"])
        prompt = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
        parts = [tokenizer(t, add_special_tokens=False).input_ids for t in (prompt, answer + "<|im_end|>", "\n")]
        yield sum(parts, []), len(parts[0]), len(parts[0]) + len(parts[1])


def predictions(of, ids, begin, end):
    return of(torch.tensor([ids])).logits[0, begin - 1:end - 1], torch.tensor(ids[begin:end])


def run(top_k, temperature, alpha, ce_alpha):
    data = list(examples())
    teacher, kept = model("adapter", False).eval(), []
    with torch.no_grad():
        for example in data:
            kept.append(predictions(teacher, *example)[0].log_softmax(-1).topk(top_k, dim=-1))
    student = model("start", True).train()
    parameters = [p for p in student.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-2, weight_decay=0.0)
    positions = sum(end - begin for _, begin, end in data)
    steps = []
    for _ in range(6):
        divergence = own = 0
        for example, (log_probs, tokens) in zip(data, kept):
            logits, targets = predictions(student, *example)
            # Teacher: renormalised over what was kept. Student: over the whole vocabulary.
            p = (log_probs / temperature).log_softmax(-1)
            q = (logits / temperature).log_softmax(-1).gather(-1, tokens)
            divergence = divergence + (p.exp() * (p - q)).sum() * temperature**2
            own = own + torch.nn.functional.cross_entropy(logits, targets, reduction="sum")
        loss = (alpha * divergence + ce_alpha * own) / positions
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        steps.append({"loss": loss.item(), "kd_loss": divergence.item() / positions, "grad_norm": norm.item()})
    return steps


(HERE / "training.json").write_text(json.dumps({name: run(**case) for name, case in CASES.items()}, indent=1) + "\n")

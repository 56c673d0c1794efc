"""Makes the LoRA reference files from transformers and peft, on the tiny model of ../tiny-chat:

  adapter/        a rank-4 adapter with random A and B on all linear layers
  logits.json     tokens, and the logits of base + adapter (two positions)
  start/          an adapter as training starts, B zero
  training.json   losses and gradient norms of ten AdamW steps on records.jsonl, each step over all of it

    pip install torch==2.13.0 transformers peft && python make.py
"""
import json
import pathlib

import peft
import torch
import transformers

HERE = pathlib.Path(__file__).parent
BASE = HERE.parent / "tiny-chat"
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CONVERSATIONS = [
    ("My parcel has not arrived yet, where is it?", '{"category": "shipping", "priority": "low"}'),
    ("The app crashes when I open the settings page.", '{"category": "bug", "priority": "normal"}'),
    ("Please reset my password, I cannot log in.", '{"category": "account", "priority": "high"}'),
]


def base():
    return transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)


def adapter(rank, alpha, seed):
    torch.manual_seed(seed)
    config = peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=LINEARS, task_type="CAUSAL_LM")
    model = peft.get_peft_model(base(), config)
    model.peft_config["default"].base_model_name_or_path = "tiny-chat"
    return model


def save(model, name):
    model.save_pretrained(HERE / name)
    (HERE / name / "README.md").unlink(missing_ok=True)


model = adapter(4, 6, seed=3)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.normal_(0, 0.05)
save(model, "adapter")
tokens = [1, 85, 70, 301, 12, 7, 300, 99, 2, 41]
logits = model.eval()(torch.tensor([tokens])).logits[0]
(HERE / "logits.json").write_text(json.dumps(
    {"tokens": tokens, "first": logits[0].tolist(), "last": logits[-1].tolist()}) + "\n")

tokenizer = transformers.AutoTokenizer.from_pretrained(BASE)
with open(HERE / "records.jsonl", "w") as records:
    for question, answer in CONVERSATIONS:
        records.write(json.dumps({"messages": [{"role": "user", "content": question},
                                               {"role": "assistant", "content": answer}]}) + "\n")

examples = []
for question, answer in CONVERSATIONS:
    prompt = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
    parts = [tokenizer(t, add_special_tokens=False).input_ids for t in (prompt, answer + "<|im_end|>", "\n")]
    examples.append((sum(parts, []), [-100] * len(parts[0]) + parts[1] + [-100] * len(parts[2])))
supervised = sum(label != -100 for _, labels in examples for label in labels)

model = adapter(4, 8, seed=5)
save(model, "start")
model.train()
trained = [p for p in model.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.1)
schedule = transformers.get_cosine_schedule_with_warmup(optimizer, 2, 10)
losses, norms, rates = [], [], []
for _ in range(10):
    total = 0
    for ids, labels in examples:
        output = model(torch.tensor([ids])).logits[0].float()
        loss = torch.nn.functional.cross_entropy(output[:-1], torch.tensor(labels[1:]), reduction="sum") / supervised
        loss.backward()
        total += loss.item()
    norms.append(torch.nn.utils.clip_grad_norm_(trained, 1.0).item())
    rates.append(schedule.get_last_lr()[0])
    losses.append(total)
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
(HERE / "training.json").write_text(json.dumps(
    {"lengths": [len(ids) for ids, _ in examples], "supervised": supervised, "losses": losses, "grad_norms": norms,
     "learning_rates": rates}) + "\n")

"""Makes the reference of preference training from TRL, on the tiny model of ../tiny-chat with the adapter ../lora/start:

  pairs.jsonl     four pairs of answers
  judged.jsonl    six answers, liked or not
  training.json   losses and measures of six AdamW steps over all of the data, for each objective

    pip install torch==2.13.0 transformers peft trl==1.16.0 && python make.py

DPO, IPO and KTO are whole runs of TRL's trainers; of ORPO and SimPO, whose trainers are experimental there, the losses
are TRL's functions and the loop is plain torch.
"""
import json
import math
import pathlib
import tempfile
import types

import datasets
import peft
import torch
import transformers
import trl
from trl.experimental.cpo.cpo_trainer import CPOTrainer
from trl.experimental.orpo.orpo_trainer import ORPOTrainer

HERE = pathlib.Path(__file__).parent
BASE = HERE.parent / "tiny-chat"
STEPS, RATE = 6, 1e-2
PAIRS = [
    ("Where is my parcel?\n", "It left our store this morning.", "No idea."),
    ("The app closes at once.\n", "Please send the log, we look at it today.", "Then do not open it."),
    ("May I pay later?\n", "Yes, within thirty days.", "Pay now or leave."),
    ("How do I change my password?\n", "Open settings, then account, then password.", "You cannot."),
]
JUDGED = [
    ("Where is my parcel?\n", "It left our store this morning.", True),
    ("Where is my parcel?\n", "No idea.", False),
    ("May I pay later?\n", "Yes, within thirty days.", True),
    ("May I pay later?\n", "Pay now or leave.", False),
    ("How do I change my password?\n", "Open settings, then account, then password.", True),
    ("The app closes at once.\n", "Please send the log.", True),
]
tokenizer = transformers.AutoTokenizer.from_pretrained(BASE)


def policy():
    base = transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    return peft.PeftModel.from_pretrained(base, HERE.parent / "lora/start", is_trainable=True)


def run_trainer(trainer_class, config_class, records, **options):
    """@returns what TRL logs for each step, with the loss unrounded."""
    losses = []

    class Recording(trainer_class):
        def compute_loss(self, *args, **kwargs):
            loss = super().compute_loss(*args, **kwargs)
            losses.append(loss.item())
            return loss

    with tempfile.TemporaryDirectory() as folder:
        config = config_class(
            output_dir=folder, per_device_train_batch_size=len(records), max_steps=STEPS, learning_rate=RATE,
            lr_scheduler_type="constant", max_grad_norm=1.0, weight_decay=0.0, logging_steps=1, report_to="none",
            use_cpu=True, bf16=False, gradient_checkpointing=False, save_strategy="no", disable_tqdm=True,
            seed=7, max_length=None, dataloader_pin_memory=False, **options)
        trainer = Recording(model=policy(), args=config, train_dataset=datasets.Dataset.from_list(records),
                            processing_class=tokenizer)
        trainer.train()
        logs = [log for log in trainer.state.log_history if "loss" in log]
    return [{"loss": loss, **{key: log[key] for key in sorted(log) if key.startswith(("rewards/", "logps/", "kl"))},
             "grad_norm": float(log["grad_norm"])} for loss, log in zip(losses, logs)]


def encode(prompt, answer):
    """@returns ids of prompt, answer and end of text; how many are of the prompt"""
    ids = tokenizer(prompt + answer).input_ids + [tokenizer.eos_token_id]
    return ids, len(tokenizer(prompt).input_ids)


def log_probs(model, ids, start):
    logits = model(torch.tensor([ids])).logits[0, :-1].float()
    chosen = logits.log_softmax(-1).gather(1, torch.tensor(ids[1:]).unsqueeze(1)).squeeze(1)
    return chosen[start - 1:]


def run_plain(pair_loss):
    """@param pair_loss  (mean log-probabilities of chosen, of rejected) -> loss; and the chosen answers' own, or 0"""
    model = policy().train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
    steps = []
    for _ in range(STEPS):
        chosen = [log_probs(model, *encode(prompt, up)) for prompt, up, _ in PAIRS]
        rejected = [log_probs(model, *encode(prompt, down)) for prompt, _, down in PAIRS]
        up, down = (torch.stack([tokens.mean() for tokens in side]) for side in (chosen, rejected))
        own = -torch.cat(chosen).mean()
        loss = pair_loss(up, down, own)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, 1.0).item()
        steps.append({"loss": loss.item(), "grad_norm": norm})
        optimizer.step()
        optimizer.zero_grad()
    return steps


def orpo(up, down, own):
    self = types.SimpleNamespace(beta=0.3, accelerator=types.SimpleNamespace(device="cpu"))
    return own - ORPOTrainer.odds_ratio_loss(self, up, down)[0].mean()


def simpo(up, down, own):
    self = types.SimpleNamespace(beta=2.0, alpha=0.0, loss_type="simpo", simpo_gamma=0.7, label_smoothing=0.1,
                                 accelerator=types.SimpleNamespace(device="cpu"))
    return CPOTrainer.cpo_loss(self, up, down)[0].mean() + 0.2 * own


def write_lines(name, records):
    (HERE / name).write_text("".join(json.dumps(record) + "\n" for record in records))


pairs = [{"prompt": prompt, "chosen": up, "rejected": down} for prompt, up, down in PAIRS]
judged = [{"prompt": prompt, "completion": answer, "label": label} for prompt, answer, label in JUDGED]
write_lines("pairs.jsonl", pairs)
write_lines("judged.jsonl", judged)
golden = {
    "dpo": run_trainer(trl.DPOTrainer, trl.DPOConfig, pairs, beta=0.2),
    "ipo": run_trainer(trl.DPOTrainer, trl.DPOConfig, pairs, beta=0.5, loss_type="ipo"),
    "kto": run_trainer(trl.KTOTrainer, trl.KTOConfig, judged, beta=0.3, desirable_weight=1.5, undesirable_weight=0.8),
    "orpo": run_plain(orpo),
    "simpo": run_plain(simpo),
}
for name, steps in golden.items():
    print(name, [round(step["loss"], 4) for step in steps])
    assert all(math.isfinite(step["loss"]) for step in steps)
(HERE / "training.json").write_text(json.dumps(golden) + "\n")

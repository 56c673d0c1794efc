"""Makes the reference of reward models from TRL's RewardTrainer, on the tiny model of ../tiny-chat:

  chats.jsonl     four pairs of whole conversations, with how much better the chosen one is
  training.json   losses and measures of six AdamW steps over all pairs, and each text's reward after them; "start": the
                  rewards of the conversations before any step, with the adapter and without

The adapter starts as ../lora/start, the head as head() says, which the tests write down again.

    pip install torch==2.13.0 transformers peft trl==1.16.0 && python make.py
"""
import json
import math
import pathlib
import tempfile

import datasets
import peft
import torch
import transformers
import trl
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).parent
BASE, START = HERE.parent / "tiny-chat", HERE.parent / "lora/start"
STEPS, RATE = 6, 1e-2
CHATS = [
    ("Where is my parcel?", "It left our store this morning.", "No idea.", 0.5),
    ("The app closes at once.", "Please send the log, we look at it today.", "Then do not open it.", 0.0),
    ("May I pay later?", "Yes, within thirty days.", "Pay now or leave.", 1.0),
    ("How do I change my password?", "Open settings, then account, then password.", "You cannot.", 0.25),
]


def head(width):
    return torch.tensor([[((i * 7) % 13 - 6) / 32 for i in range(width)]])


def classifier(adapter):
    model = transformers.AutoModelForSequenceClassification.from_pretrained(BASE, num_labels=1, dtype=torch.float32)
    with torch.no_grad():
        model.score.weight.copy_(head(model.config.hidden_size))
    if not adapter:
        return model
    start = peft.LoraConfig.from_pretrained(START)
    config = peft.LoraConfig(task_type="SEQ_CLS", r=start.r, lora_alpha=start.lora_alpha,
                             target_modules=start.target_modules, modules_to_save=["score"])
    model = peft.get_peft_model(model, config)
    weights = load_file(START / "adapter_model.safetensors")
    weights["base_model.model.score.weight"] = head(model.config.hidden_size)
    peft.set_peft_model_state_dict(model, weights)
    return model


def rewards_of(model, pairs):
    """@returns [reward of the chosen, of the rejected] of pairs of ids"""
    model.eval()
    with torch.no_grad():
        return [[model(torch.tensor([ids])).logits.item() for ids in pair] for pair in pairs]


def train(records, adapter=True, pad_token=None, **options):
    """@returns what TRL logs for each step, with the loss unrounded, and the texts' rewards, chosen before rejected"""
    losses = []

    class Recording(trl.RewardTrainer):
        def compute_loss(self, *args, **kwargs):
            loss = super().compute_loss(*args, **kwargs)
            losses.append(loss.item())
            return loss

    tokenizer = transformers.AutoTokenizer.from_pretrained(BASE)
    with tempfile.TemporaryDirectory() as folder:
        config = trl.RewardConfig(
            output_dir=folder, per_device_train_batch_size=len(records), max_steps=STEPS, learning_rate=RATE,
            lr_scheduler_type="constant", max_grad_norm=1.0, weight_decay=0.0, logging_steps=1, report_to="none",
            use_cpu=True, bf16=False, gradient_checkpointing=False, save_strategy="no", disable_tqdm=True, seed=7,
            max_length=None, dataloader_pin_memory=False, pad_token=pad_token, **options)
        trainer = Recording(model=classifier(adapter), args=config, train_dataset=datasets.Dataset.from_list(records),
                            processing_class=tokenizer)
        trainer.train()
        logs = [log for log in trainer.state.log_history if "loss" in log]
        rewards = rewards_of(trainer.model, [(pair["chosen_ids"], pair["rejected_ids"]) for pair in trainer.train_dataset])
    names = ("accuracy", "margin", "mean_reward", "min_reward", "max_reward")
    steps = [{"loss": loss, **{name: log[name] for name in names}, "grad_norm": float(log["grad_norm"])}
             for loss, log in zip(losses, logs)]
    return {"steps": steps, "rewards": rewards}


def messages(question, answer):
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


pairs = [json.loads(line) for line in (HERE.parent / "preference/pairs.jsonl").read_text().splitlines()]
chats = [{"chosen": messages(question, up), "rejected": messages(question, down), "margin": margin}
         for question, up, down, margin in CHATS]
(HERE / "chats.jsonl").write_text("".join(json.dumps(chat) + "\n" for chat in chats))
unused = "<|endoftext|>"  # in no text, so that nothing but padding is taken for padding
golden = {
    "texts": train(pairs, pad_token=unused),
    "texts_end_pads": train(pairs),
    "chats_centred": train(chats, pad_token=unused, center_rewards_coefficient=0.05),
    "whole": train(pairs, adapter=False, pad_token=unused),
}
for name, run in golden.items():
    print(name, [round(step["loss"], 4) for step in run["steps"]], run["rewards"][0])
    assert all(math.isfinite(step["loss"]) for step in run["steps"])
tokenizer = transformers.AutoTokenizer.from_pretrained(BASE)
ids = [[tokenizer.apply_chat_template(chat[side], return_dict=False) for side in ("chosen", "rejected")] for chat in chats]
golden["start"] = {"adapter": rewards_of(classifier(True), ids), "whole": rewards_of(classifier(False), ids)}
(HERE / "training.json").write_text(json.dumps(golden) + "\n")

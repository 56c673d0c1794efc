"""Makes GRPO's reference from TRL: of fixed answers to two prompts, drawn from the model of ../tiny-chat with the adapter
../lora/adapter, advantages from rewards, and the loss with its gradient norm under each loss type.

    pip install torch==2.13.0 transformers peft trl==1.16.0 datasets && python make.py
"""
import json
import pathlib
import tempfile

import datasets
import peft
import torch
import transformers
import trl

HERE = pathlib.Path(__file__).parent
BASE = HERE.parent / "tiny-chat"
PROMPTS = [[5, 60, 61, 62, 200], [7, 80, 81]]
ANSWERS = [[[90, 91, 92, 2], [100, 2], [110, 111, 112, 113, 114, 2], [120, 121, 2]],
           [[130, 2], [131, 132, 133, 2], [140, 141, 142, 143, 2], [150, 151, 2]]]
REWARDS = [1.0, 0.0, 0.5, 1.0, 0.0, 0.0, 2.0, 1.0]
LIMIT = 8


def padded(rows, left):
    width = max(map(len, rows))
    fill = [[0] * (width - len(row)) for row in rows]
    ids = [f + r if left else r + f for r, f in zip(rows, fill)]
    mask = [[0] * len(f) + [1] * len(r) if left else [1] * len(r) + [0] * len(f) for r, f in zip(rows, fill)]
    return torch.tensor(ids), torch.tensor(mask)


def advantages(scale):
    groups = torch.tensor(REWARDS).view(2, 4)
    spread = {"group": groups.std(1, keepdim=True), "batch": groups.std()}.get(scale)
    centred = groups - groups.mean(1, keepdim=True)
    return (centred if spread is None else centred / (spread + 1e-4)).flatten()


def run(loss_type, beta, temperature):
    model = peft.PeftModel.from_pretrained(
        transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32), HERE.parent / "lora" / "adapter",
        is_trainable=True)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = trl.GRPOTrainer(
            model, reward_funcs=lambda completions, **_: [0.0] * len(completions),
            train_dataset=datasets.Dataset.from_dict({"prompt": ["a"] * 8}),
            processing_class=transformers.AutoTokenizer.from_pretrained(BASE),
            args=trl.GRPOConfig(scratch, use_cpu=True, bf16=False, report_to=[], num_generations=4,
                                per_device_train_batch_size=8, gradient_accumulation_steps=1, loss_type=loss_type,
                                beta=beta, temperature=temperature, max_completion_length=LIMIT))
    trainer.current_gradient_accumulation_steps = 1
    prompts, prompt_mask = padded([p for p in PROMPTS for _ in range(4)], left=True)
    answers, answer_mask = padded([a for group in ANSWERS for a in group], left=False)
    inputs = {"prompt_ids": prompts, "prompt_mask": prompt_mask, "completion_ids": answers,
              "completion_mask": answer_mask, "advantages": advantages("group"),
              "num_items_in_batch": answer_mask.sum()}
    if beta:
        with torch.no_grad(), model.disable_adapter():
            inputs["ref_per_token_logps"], *_ = trainer._get_per_token_logps_and_entropies(
                model, torch.cat([prompts, answers], 1), torch.cat([prompt_mask, answer_mask], 1), answers.size(1))
    model.train()
    loss = trainer._compute_loss(model, inputs)
    loss.backward()
    gradients = [p.grad.flatten() for p in model.parameters() if p.grad is not None]
    return {"loss_type": loss_type, "beta": beta, "temperature": temperature, "loss": loss.item(),
            "grad_norm": torch.cat(gradients).norm().item()}


cases = [run(*case) for case in (("dapo", 0.0, 1.0), ("grpo", 0.0, 1.0), ("dr_grpo", 0.0, 1.0), ("dapo", 0.1, 1.0),
                                 ("grpo", 0.1, 0.7))]
(HERE / "grpo.json").write_text(json.dumps(
    {"prompts": PROMPTS, "answers": ANSWERS, "rewards": REWARDS, "limit": LIMIT, "cases": cases,
     "advantages": {scale: advantages(scale).tolist() for scale in ("group", "batch", "none")}}) + "\n")

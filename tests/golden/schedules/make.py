"""Makes schedules.json: for each recipe the learning rate of every step, as transformers' Trainer would use it.

    pip install torch==2.13.0 transformers && python make.py
"""
import json
import pathlib

import torch
from transformers.optimization import get_scheduler, get_wsd_schedule

STEPS, RATE = 23, 2e-4
CASES = [  # our recipe's keys; transformers' name where it differs
    ({"lr_scheduler": "constant", "warmup_steps": 4}, None),
    ({"lr_scheduler": "constant_with_warmup", "warmup_steps": 4}, None),
    ({"lr_scheduler": "constant_with_warmup", "warmup_steps": 0}, None),
    ({"lr_scheduler": "linear", "warmup_steps": 4}, None),
    ({"lr_scheduler": "linear", "warmup_steps": 0}, None),
    ({"lr_scheduler": "linear", "warmup_steps": 30}, None),
    ({"lr_scheduler": "cosine", "warmup_steps": 5}, None),
    ({"lr_scheduler": "cosine", "warmup_steps": 0}, None),
    ({"lr_scheduler": "cosine_with_min_lr", "warmup_steps": 3, "lr_scheduler_kwargs": {"min_lr": 3e-5}}, None),
    ({"lr_scheduler": "cosine_with_min_lr", "warmup_steps": 3,
      "lr_scheduler_kwargs": {"min_lr_rate": 0.2, "num_cycles": 1.5}}, None),
    ({"lr_scheduler": "wsd", "warmup_steps": 5, "lr_scheduler_kwargs": {"num_decay_steps": 8}}, "warmup_stable_decay"),
    ({"lr_scheduler": "wsd", "warmup_steps": 5,
      "lr_scheduler_kwargs": {"num_decay_steps": 8, "warmup_type": "cosine", "decay_type": "linear",
                              "min_lr_ratio": 0.1}}, "warmup_stable_decay"),
    ({"lr_scheduler": "warmup_stable_decay", "warmup_steps": 6,
      "lr_scheduler_kwargs": {"num_decay_steps": 7, "num_stable_steps": 4, "warmup_type": "1-sqrt",
                              "decay_type": "1-sqrt", "min_lr_ratio": 0.05}}, "warmup_stable_decay"),
    ({"lr_scheduler": "wsd", "warmup_steps": 0,
      "lr_scheduler_kwargs": {"num_decay_steps": 12, "num_cycles": 1.5}}, "warmup_stable_decay"),
]

out = []
for recipe, name in CASES:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    kwargs = recipe.get("lr_scheduler_kwargs", {})
    if "num_stable_steps" in kwargs:  # get_scheduler would pass the steps of the run as well, which then only warns
        schedule = get_wsd_schedule(optimizer, recipe["warmup_steps"], **kwargs)
    else:
        schedule = get_scheduler(name or recipe["lr_scheduler"], optimizer, num_warmup_steps=recipe["warmup_steps"],
                                 num_training_steps=STEPS, scheduler_specific_kwargs=dict(kwargs))
    rates = []
    for _ in range(STEPS):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    out.append({"recipe": recipe, "rates": rates})
(pathlib.Path(__file__).parent / "schedules.json").write_text(
    json.dumps({"learning_rate": RATE, "steps": STEPS, "cases": out}) + "\n")

"""Makes optimizers.json: a matrix and a vector after each of six steps with given gradients, by the reference optimizers.

Lion has no reference in torch or transformers, so its published update (Chen et al., 2023, algorithm 2) stands here.
"loraplus" are the parameter groups of peft's create_loraplus_optimizer: the same AdamW, the matrix at a rate of its own.

"adamw_8bit" is bitsandbytes' on a matrix of 42 blocks and a part, its gradients by a formula that the test has too; one
weight in 61 is kept.

    pip install torch==2.13.0 transformers bitsandbytes==0.50.2 && python make.py
"""
import json
import pathlib

import bitsandbytes
import torch
from transformers.optimization import Adafactor

STEPS = 6


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                direction = (beta1 * m + (1 - beta1) * p.grad).sign()
                p.sub_(group["lr"] * (direction + group["weight_decay"] * p))
                m.copy_(beta2 * m + (1 - beta2) * p.grad)


VARIANTS = {
    "adamw": lambda m, v: torch.optim.AdamW([m, v], lr=0.03, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    "loraplus": lambda m, v: torch.optim.AdamW([{"params": [m], "lr": 0.16}, {"params": [v], "lr": 0.01}],
                                               weight_decay=0),
    "lion": lambda m, v: Lion([m, v], lr=0.01, betas=(0.9, 0.99), weight_decay=0.1),
    "adafactor": lambda m, v: Adafactor([m, v], lr=0.03, scale_parameter=False, relative_step=False),
    "adafactor_relative": lambda m, v: Adafactor([m, v], scale_parameter=True, relative_step=True),
    "adafactor_warmup": lambda m, v: Adafactor([m, v], scale_parameter=False, relative_step=True, warmup_init=True),
    "adafactor_moment": lambda m, v: Adafactor([m, v], lr=0.03, eps=(1e-20, 1e-2), clip_threshold=0.5,
                                               decay_rate=-0.6, beta1=0.9, weight_decay=0.1, scale_parameter=True,
                                               relative_step=False),
}

torch.manual_seed(11)
start = [torch.randn(4, 6), torch.randn(5)]
# Rows of unlike size, and one number whose gradient is 0 throughout.
gradients = [[torch.randn(4, 6) * torch.tensor([1e-3, 0.1, 1, 10]).unsqueeze(1), torch.randn(5)] for _ in range(STEPS)]
for matrix, vector in gradients:
    vector[2] = 0

runs = {}
for name, make in VARIANTS.items():
    tensors = [t.clone().requires_grad_() for t in start]
    optimizer = make(*tensors)
    runs[name] = []
    for step in gradients:
        for tensor, gradient in zip(tensors, step):
            tensor.grad = gradient.clone()
        optimizer.step()
        runs[name].append([t.detach().flatten().tolist() for t in tensors])



def coded_values(step):
    """Of 10,800 numbers: two decades of both signs; step -1 are the weights at the start."""
    values = [((i * 7919 + (step + 1) * 104729) % 2003 - 1001) / 1001 * (0.1 if i % 3 else 1) for i in range(10800)]
    return torch.tensor(values).view(90, 120)


weights = coded_values(-1).requires_grad_()
optimizer = bitsandbytes.optim.AdamW8bit([weights], lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)
coded = []
for step in range(STEPS):
    weights.grad = coded_values(step)
    optimizer.step()
    coded.append([round(value, 7) for value in weights.detach().flatten()[::61].tolist()])

out = {"adamw_8bit": coded, "start": [t.flatten().tolist() for t in start],
       "gradients": [[t.flatten().tolist() for t in step] for step in gradients], "runs": runs}
(pathlib.Path(__file__).parent / "optimizers.json").write_text(json.dumps(out) + "\n")

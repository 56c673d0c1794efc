"""Makes regularization.json from transformers: the loss and gradient of its LabelSmoother, and the noise of its NEFTune.

    pip install torch==2.13.0 transformers && python make.py
"""
import json
import pathlib
import types

import torch
from transformers.integrations.neftune import neftune_post_forward_hook
from transformers.trainer_pt_utils import LabelSmoother

torch.manual_seed(9)
hidden, head = torch.randn(6, 4), torch.randn(11, 4)
labels = torch.tensor([3, 0, -100, 10, 7, -100])  # two that do not count
smoothed = []
for factor in (0.0, 0.1, 0.6):
    leaf = hidden.clone().requires_grad_()
    logits = leaf @ head.T
    loss = LabelSmoother(epsilon=factor)({"logits": logits}, labels) if factor else \
        torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    smoothed.append({"factor": factor, "mean": loss.item(), "gradient": leaf.grad.flatten().tolist()})

SEED, TOKENS, WIDTH, ALPHA = 123, 5, 6, 7.0
module = types.SimpleNamespace(training=True, neftune_noise_alpha=ALPHA)
torch.manual_seed(SEED)
noise = neftune_post_forward_hook(module, None, torch.zeros(1, TOKENS, WIDTH))

(pathlib.Path(__file__).parent / "regularization.json").write_text(json.dumps({
    "label_smoothing": {"hidden": hidden.flatten().tolist(), "head": head.flatten().tolist(), "labels": labels.tolist(),
                        "cases": smoothed},
    "neftune": {"seed": SEED, "tokens": TOKENS, "width": WIDTH, "alpha": ALPHA, "noise": noise.flatten().tolist()},
}) + "\n")

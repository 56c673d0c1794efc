"""Stores logits of SmolLM2-135M-Instruct (a converted folder, given as argument) at a few positions of a fixed
token sequence; of the vocabulary every eighth, to keep the file small.

pip install torch==2.13.0 transformers safetensors; python3 make_smollm2.py FOLDER
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM


def main():
    model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, attn_implementation="eager").eval()
    tokens = torch.tensor([(7919 * i * i + 104729 * i + 17) % 49152 for i in range(300)])
    positions = torch.tensor([0, 1, 17, 150, 299])
    with torch.no_grad():
        logits = model(tokens[None]).logits[0][positions][:, ::8]
    out = pathlib.Path(__file__).parent / "smollm2.safetensors"
    save_file({"tokens": tokens.int(), "positions": positions.int(), "logits": logits.contiguous()}, out)
    print(float(logits.abs().max()))


if __name__ == "__main__":
    main()

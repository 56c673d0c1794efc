"""Builds tiny random decoders with transformers and stores their logits on one fixed sequence.

pip install torch==2.13.0 transformers safetensors; python3 make.py
Each folder holds config.json, model.safetensors (float32) and golden.safetensors: `tokens` (T) int32, `logits` (T, V).
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

SMALL = dict(vocab_size=97, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, max_position_embeddings=64, initializer_range=0.2, bos_token_id=1, eos_token_id=2)


def rope(kind, **rest):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=10000.0, **rest))


CASES = {
    "llama": LlamaConfig(**SMALL),
    "llama_tied": LlamaConfig(**SMALL, tie_word_embeddings=True, attention_bias=True, mlp_bias=True),
    "llama_linear": LlamaConfig(**SMALL, **rope("linear", factor=2.0)),
    # Shorter than the sequence, so that the frequencies are recomputed.
    "llama_dynamic": LlamaConfig(**{**SMALL, "max_position_embeddings": 16}, **rope("dynamic", factor=2.0)),
    "llama_llama3": LlamaConfig(**SMALL, **rope("llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                                original_max_position_embeddings=16)),
    "llama_yarn": LlamaConfig(**SMALL, **rope("yarn", factor=4.0, original_max_position_embeddings=16)),
    "llama_longrope_short": LlamaConfig(**SMALL, **rope("longrope", factor=2.0, original_max_position_embeddings=32,
                                                        short_factor=[1.0, 1.1, 1.2, 1.3],
                                                        long_factor=[1.0, 2.0, 3.0, 4.0])),
    "llama_longrope_long": LlamaConfig(**SMALL, **rope("longrope", factor=4.0, original_max_position_embeddings=16,
                                                       short_factor=[1.0, 1.1, 1.2, 1.3],
                                                       long_factor=[1.0, 2.0, 3.0, 4.0])),
    "mistral_window": MistralConfig(**SMALL, sliding_window=7),
    "qwen2": Qwen2Config(**SMALL),
    "qwen2_window": Qwen2Config(**SMALL, use_sliding_window=True, sliding_window=7, max_window_layers=1),
    "qwen3": Qwen3Config(**SMALL, head_dim=16),
}


def main():
    here = pathlib.Path(__file__).parent
    tokens = torch.tensor([(7 * i * i + 3 * i + 1) % 97 for i in range(24)])
    for name, config in CASES.items():
        torch.manual_seed(1)
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
        with torch.no_grad():
            for key, value in model.named_parameters():
                if "norm" in key or "bias" in key:  # all ones or zeros at first, which would hide a mistake
                    value.add_(0.2 * torch.randn_like(value))
            logits = model(tokens[None]).logits[0]
        folder = here / name
        model.save_pretrained(folder)
        save_file({"tokens": tokens.int(), "logits": logits.contiguous()}, folder / "golden.safetensors")
        print(name, float(logits.abs().max()))


if __name__ == "__main__":
    main()

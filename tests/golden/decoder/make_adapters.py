"""Puts random adapters of PEFT on fused layers of some tiny decoders, and stores the logits of both together.

pip install peft, and what make.py needs; python3 make_adapters.py
Writes CASE/adapter with PEFT's two files and golden.safetensors: `logits` (T, V) of the case's tokens.
"""

import json
import pathlib

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
CASES = {
    "gpt2": ["c_attn", "mlp.c_proj"],
    "phi3": ["qkv_proj", "gate_up_proj"],
    "gpt_neox": ["query_key_value", "dense_h_to_4h"],
    "falcon_40b": ["query_key_value"],
}


@torch.no_grad()
def main():
    torch.set_num_threads(1)
    for name, targets in CASES.items():
        torch.manual_seed(1)
        base = AutoModelForCausalLM.from_pretrained(HERE / name, attn_implementation="eager", dtype=torch.float32)
        model = get_peft_model(base, LoraConfig(r=2, lora_alpha=3, target_modules=targets, task_type="CAUSAL_LM",
                                                fan_in_fan_out=name == "gpt2")).eval()
        for key, value in model.named_parameters():
            if "lora_B" in key:
                value.normal_(std=0.3)
        model.save_pretrained(HERE / name / "adapter")
        (HERE / name / "adapter" / "README.md").unlink(missing_ok=True)
        config = json.loads((HERE / name / "adapter" / "adapter_config.json").read_text())
        config["base_model_name_or_path"] = name  # not where it lay on the disk
        (HERE / name / "adapter" / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
        tokens = load_file(HERE / name / "golden.safetensors")["tokens"].long()
        logits = model(tokens[None]).logits[0]
        save_file({"logits": logits.contiguous()}, HERE / name / "adapter" / "golden.safetensors")
        print(name, float((logits - load_file(HERE / name / "golden.safetensors")["logits"]).abs().max()))


if __name__ == "__main__":
    main()

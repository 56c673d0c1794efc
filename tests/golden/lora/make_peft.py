"""Adapters of every option that is read here, on tiny decoders, with the logits and choices of peft itself:

  peft/CASE/          adapter_config.json and adapter_model.safetensors with random values
  peft/golden.safetensors   CASE.logits (T, V); CASE.grad.NAME, what backward() of the cross entropy gives, for some
  peft/choices.json   for many configurations which layers get an adapter, of which rank and scale

    pip install torch==2.13.0 transformers peft && HF_HUB_OFFLINE=1 python make_peft.py
"""
import json
import pathlib

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent / "peft"
DECODERS = HERE.parent.parent / "decoder"
CASES = {  # base, options of LoraConfig
    "regex": ("qwen2", {"target_modules": r"model\.layers\.\d+\.self_attn\.[qv]_proj"}),
    "rslora": ("qwen2", {"target_modules": ["q_proj", "down_proj"], "use_rslora": True}),
    "dora": ("qwen2", {"target_modules": ["q_proj", "o_proj", "up_proj"], "use_dora": True}),
    "dora_conv1d": ("gpt2", {"target_modules": ["c_attn"], "use_dora": True, "fan_in_fan_out": True}),
    "dora_grouped": ("gpt_neox", {"target_modules": ["query_key_value"], "use_dora": True}),
    "patterns": ("qwen2", {"target_modules": ["q_proj", "k_proj", "gate_proj"], "exclude_modules": ["1.mlp.gate_proj"],
                           "rank_pattern": {"q_proj": 1, r"layers\.1\..*k_proj": 3}, "use_rslora": True,
                           "alpha_pattern": {"^model.layers.0.self_attn.q_proj": 7, "gate_proj": 5}}),
    "lora_bias": ("qwen2", {"target_modules": ["q_proj", "v_proj"], "lora_bias": True}),
    "saved": ("llama_tied", {"target_modules": ["q_proj"], "modules_to_save": ["embed_tokens", "norm"]}),
    "saved_tied": ("llama_tied", {"target_modules": ["v_proj"], "modules_to_save": ["lm_head"],
                                  "ensure_weight_tying": True}),
    "saved_conv1d": ("gpt2", {"target_modules": ["c_attn"], "modules_to_save": ["mlp.c_proj", "ln_f", "lm_head"],
                              "fan_in_fan_out": True}),
}
GRADIENTS = ["dora", "lora_bias", "saved", "saved_tied"]
LINEARS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CHOICES = [
    {"target_modules": "all-linear"},
    {"target_modules": "ALL-Linear", "exclude_modules": ["mlp.gate_proj", "v_proj"]},
    {"target_modules": "all-linear", "exclude_modules": r".*\.0\..*"},
    {"target_modules": r".*\.(q|k)_proj"},
    {"target_modules": r"q_proj|.*mlp\.up_proj"},
    {"target_modules": ["q_proj", "mlp.up_proj", "model.layers.1.self_attn.o_proj"]},
    {"target_modules": ["q_proj", "up_proj"], "layers_to_transform": 1},
    {"target_modules": ["q_proj", "up_proj"], "layers_to_transform": [0, 5], "layers_pattern": "layers"},
    {"target_modules": ["q_proj"], "layers_to_transform": [1], "layers_pattern": ["h", "layers"]},
    {"target_modules": ["q_proj", "v_proj"], "layers_to_transform": []},
    {"target_modules": LINEARS, "rank_pattern": {"proj": 3}},
    {"target_modules": LINEARS, "rank_pattern": {"q_proj": 3, r".*\.q_proj": 4, "model.layers.0.mlp.up_proj": 5}},
    {"target_modules": LINEARS, "rank_pattern": {"^layers.0.self_attn.k_proj": 3, r"0\.mlp\..*": 4, "(q|v)_proj": 6}},
    {"target_modules": LINEARS, "alpha_pattern": {"down_proj|o_proj": 3.5, r"layers\.1.*": 9}, "use_rslora": True},
]


def base(name):
    return transformers.AutoModelForCausalLM.from_pretrained(DECODERS / name, attn_implementation="eager",
                                                            dtype=torch.float32)


def randomise(model):
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "lora_B" in name:
                value.normal_(std=0.3)
            elif "modules_to_save" in name:
                value.add_(0.1 * torch.randn_like(value))
            elif "lora_magnitude_vector" in name:
                value.mul_(1 + 0.3 * torch.rand_like(value))


def make_case(name, golden):
    torch.manual_seed(1)
    of, options = CASES[name]
    config = peft.LoraConfig(**{"r": 2, "lora_alpha": 3, "task_type": "CAUSAL_LM", **options})
    model = peft.get_peft_model(base(of), config)
    randomise(model)
    model.eval()
    model.save_pretrained(HERE / name)
    (HERE / name / "README.md").unlink(missing_ok=True)
    stored = json.loads((HERE / name / "adapter_config.json").read_text())
    stored["base_model_name_or_path"] = of  # not where it lay on the disk
    for key, value in stored.items():
        if isinstance(value, list) and key != "layers_to_transform":
            stored[key] = sorted(value)
    (HERE / name / "adapter_config.json").write_text(json.dumps(stored) + "\n")
    tokens = load_file(DECODERS / of / "golden.safetensors")["tokens"].long()[:8]
    logits = model(tokens[None]).logits[0]
    golden[f"{name}.logits"] = logits.detach().contiguous()
    if name not in GRADIENTS:
        return
    torch.nn.functional.cross_entropy(logits[:-1], tokens[1:], reduction="sum").backward()
    for key, value in model.named_parameters():
        if value.requires_grad and ("layers.0" in key or "modules_to_save" in key):
            stem = key.replace(".modules_to_save.default", "")
            stem = stem.replace(".default.weight", ".weight").replace(".default.bias", ".bias")
            golden[f"{name}.grad.{stem.replace('magnitude_vector.weight', 'magnitude_vector')}"] = value.grad


def choices():
    found = []
    for options in CHOICES:
        config = peft.LoraConfig(**{"r": 2, "lora_alpha": 3, "task_type": "CAUSAL_LM", **options})
        model = peft.get_peft_model(base("qwen2"), config)
        layers = {key.removeprefix("base_model.model."): [value.r["default"], value.scaling["default"]]
                  for key, value in model.named_modules() if hasattr(value, "lora_A")}
        found.append({"config": options, "layers": layers})
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    tensors = {}
    for case in CASES:
        make_case(case, tensors)
    save_file(tensors, HERE / "golden.safetensors")
    (HERE / "choices.json").write_text("[\n" + ",\n".join(json.dumps(choice) for choice in choices()) + "\n]\n")

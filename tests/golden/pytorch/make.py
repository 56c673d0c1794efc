"""Makes the files of this folder with torch.save: one small state dict in every layout that checkpoints come in, and the same
tensors as safetensors.

Run with: pip install torch==2.13.0 safetensors numpy; python make.py
"""
import collections
import json
import os
import pathlib
import pickle

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
torch.manual_seed(3)

base = torch.randn(6, 4)
tensors = collections.OrderedDict()
tensors["plain"] = base
tensors["shared"] = base                                 # one storage, two names
tensors["rows"] = base[2:5]                              # begins inside the storage
tensors["turned"] = base.t()                             # not in order
tensors["columns"] = base[:, 1:3]                        # with holes
tensors["half"] = torch.randn(3, 5).half()
tensors["brain"] = torch.randn(2, 3, 2).bfloat16()
tensors["double"] = torch.randn(3, dtype=torch.float64)
tensors["ids"] = torch.arange(-3, 4)
tensors["small"] = torch.tensor([-128, 0, 127], dtype=torch.int8)
tensors["bytes"] = torch.tensor([0, 255], dtype=torch.uint8)
tensors["mask"] = torch.tensor([True, False])
tensors["scalar"] = torch.tensor(2.5)
tensors["empty"] = torch.zeros(0, 4)

torch.save(tensors, HERE / "zip.bin")
torch.save(tensors, HERE / "stream.bin", _use_new_zipfile_serialization=False)
torch.save(tensors, HERE / "protocol5.bin", pickle_protocol=5)
model = torch.nn.Linear(3, 2)
torch.save({"epoch": 3, "note": "x", "state_dict": model.state_dict()}, HERE / "wrapped.pt")
torch.save({"weight": torch.nn.Parameter(model.weight.detach().clone())}, HERE / "parameter.pt")
torch.save({"weight": torch.zeros(3).expand(4, 3)}, HERE / "expanded.pt")
save_file({"weight": model.weight.detach().clone(), "bias": model.bias.detach().clone()}, HERE / "wrapped.safetensors")
save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, HERE / "expected.safetensors")

shards = HERE / "sharded"
shards.mkdir(exist_ok=True)
names = list(tensors)
parts = {"pytorch_model-00001-of-00002.bin": names[:6], "pytorch_model-00002-of-00002.bin": names[6:]}
for file, part in parts.items():
    torch.save({name: tensors[name] for name in part}, shards / file)
index = {"metadata": {"total_size": 0}, "weight_map": {name: file for file, part in parts.items() for name in part}}
(shards / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")


class Shell:
    def __reduce__(self):
        return os.system, ("true",)


torch.save({"weight": Shell()}, HERE / "hostile.pt")
(HERE / "hostile.pkl").write_bytes(pickle.dumps({"weight": Shell()}, protocol=2))

# A whole model, sharded as hubs had them before safetensors, and the same as safetensors.
from transformers import LlamaConfig, LlamaForCausalLM

config = LlamaConfig(vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2,
                     num_key_value_heads=1, max_position_embeddings=32, tie_word_embeddings=False)
llama = LlamaForCausalLM(config)
llama.save_pretrained(HERE / "llama-safetensors")
(HERE / "llama-safetensors" / "generation_config.json").unlink(missing_ok=True)
folder = HERE / "llama-bin"
folder.mkdir(exist_ok=True)
config.save_pretrained(folder)
state = llama.state_dict()
names = sorted(state)
parts = {"pytorch_model-00001-of-00002.bin": names[: len(names) // 2], "pytorch_model-00002-of-00002.bin": names[len(names) // 2:]}
for file, part in parts.items():
    torch.save({name: state[name].clone() for name in part}, folder / file)
index = {"metadata": {"total_size": 0}, "weight_map": {name: file for file, part in parts.items() for name in part}}
(folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=1) + "\n")

"""Makes the files of this folder with the gguf package and safetensors: a small model whose tensors have every type we read,
what it must become in Hugging Face layout, and vectors for the block encoders and for half precision.

Run with: pip install gguf==0.19.0 safetensors numpy torch; python make_golden.py
"""
import json
import pathlib

import gguf
import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
LAYERS, HIDDEN, HEADS, KV_HEADS, HEAD, FFN = 2, 64, 4, 2, 16, 96
random = np.random.default_rng(7)
T = gguf.GGMLQuantizationType
QUANTIZED = {T.Q8_0, T.Q4_0, T.Q4_1}


def bytes_to_unicode():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return {b: chr(b if b in kept else 256 + [x for x in range(256) if x not in kept].index(b)) for b in range(256)}


def vocabulary():
    table = bytes_to_unicode()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    merges = [("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), (table[32], "w"), ("o", "r")]
    tokens = special + [table[b] for b in range(256)] + ["".join(pair) for pair in merges] + ["<tool>"]
    kinds = [3] * 3 + [1] * (256 + len(merges)) + [4]
    while len(tokens) % 32:
        tokens.append(f"[PAD{len(tokens)}]")
        kinds.append(5)
    return tokens, kinds, [" ".join(pair) for pair in merges]


def permute(weight, heads):
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def unpermute(weight, heads):
    return weight.reshape(heads, weight.shape[0] // heads // 2, 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def make_model():
    tokens, kinds, merges = vocabulary()
    writer = gguf.GGUFWriter(HERE / "tiny.gguf", "llama")
    writer.add_license("mit")
    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FFN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(50000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(0)  # end of text: the template below ends turns with another token
    writer.add_add_bos_token(False)
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}")
    expected = {}

    def add(name, hf_name, shape, kind, heads=0):
        weight = random.normal(0, 0.5, shape).astype(np.float32)
        stored = permute(weight, heads) if heads else weight
        if kind in QUANTIZED:
            data = gguf.quants.quantize(stored, kind)
            back = gguf.quants.dequantize(data, kind).reshape(stored.shape)
            writer.add_tensor(name, data, raw_dtype=kind)
        elif kind == T.BF16:
            data = torch.from_numpy(stored).to(torch.bfloat16)
            back = data.float().numpy()
            writer.add_tensor(name, data.view(torch.uint8).numpy(), raw_dtype=kind)
        else:
            data = stored.astype(np.float16 if kind == T.F16 else np.float32)
            back = data.astype(np.float32)
            writer.add_tensor(name, data)
        back = unpermute(back, heads) if heads else back
        expected[hf_name] = torch.from_numpy(np.ascontiguousarray(back)).to(torch.bfloat16)

    add("token_embd.weight", "model.embed_tokens.weight", (len(tokens), HIDDEN), T.Q8_0)
    for i in range(LAYERS):
        gg, hf = f"blk.{i}.", f"model.layers.{i}."
        big = T.Q4_1 if i == 0 else T.Q4_0
        add(gg + "attn_norm.weight", hf + "input_layernorm.weight", (HIDDEN,), T.F32)
        add(gg + "attn_q.weight", hf + "self_attn.q_proj.weight", (HEADS * HEAD, HIDDEN), big, HEADS)
        add(gg + "attn_k.weight", hf + "self_attn.k_proj.weight", (KV_HEADS * HEAD, HIDDEN), T.F16, KV_HEADS)
        add(gg + "attn_v.weight", hf + "self_attn.v_proj.weight", (KV_HEADS * HEAD, HIDDEN), T.BF16)
        add(gg + "attn_output.weight", hf + "self_attn.o_proj.weight", (HIDDEN, HEADS * HEAD), big)
        add(gg + "ffn_norm.weight", hf + "post_attention_layernorm.weight", (HIDDEN,), T.F32)
        add(gg + "ffn_gate.weight", hf + "mlp.gate_proj.weight", (FFN, HIDDEN), T.Q8_0)
        add(gg + "ffn_up.weight", hf + "mlp.up_proj.weight", (FFN, HIDDEN), big)
        add(gg + "ffn_down.weight", hf + "mlp.down_proj.weight", (HIDDEN, FFN), big)
    add("output_norm.weight", "model.norm.weight", (HIDDEN,), T.F32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(expected, HERE / "tiny.expected.safetensors", metadata={"format": "pt"})


def blocks():
    rows = [np.zeros(32), np.ones(32), -np.ones(32), np.linspace(-1, 1, 32), np.arange(32) - 20.0]
    rows.append(np.where(np.arange(32) % 2, 3.0, -3.0))                      # equal magnitudes: the first decides
    rows.append(np.where(np.arange(32) == 5, -8.0, (np.arange(32) - 16) / 2))  # a negative extreme, halves
    rows.append(np.concatenate([[127.0], np.arange(31) + 0.5]))              # ties of Q8_0, away from zero
    rows.append(np.concatenate([[-127.0], -(np.arange(31) + 0.5)]))
    rows.append(np.full(32, 1e-6) * (np.arange(32) - 16))                    # scales that are subnormal halves
    rows.append(np.full(32, 1e-9) * (np.arange(32) + 1))                     # scales that vanish in half precision
    rows.append(np.where(np.arange(32) == 31, 60000.0, 1.0))
    rows += list(random.normal(0, 1, (20, 32))) + list(random.standard_t(2, (12, 32)))
    values = np.array(rows, dtype=np.float32)
    quantize = lambda kind: gguf.quants.quantize(values, kind).tobytes().hex()
    return {
        "values": values.tobytes().hex(),
        "q8_0": quantize(T.Q8_0),
        "q4_0": quantize(T.Q4_0),
    }


def halves():
    bits = random.integers(0, 2**32, 400, dtype=np.uint32)
    near = (np.arange(0x3300, 0x4790, 7, dtype=np.uint32) << 16) | random.integers(0, 2**16, len(range(0x3300, 0x4790, 7)), dtype=np.uint32)
    edges = np.array([0, 0x80000000, 0x33000000, 0x33000001, 0x387FC000, 0x387FE000, 0x38800000, 0x477FEFFF, 0x477FF000,
                      0x7F800000, 0xFF800000, 0x3F801000, 0x3F803000], dtype=np.uint32)
    bits = np.concatenate([bits, near, edges])
    bits = bits[~np.isnan(bits.view(np.float32))]
    floats = bits.view(np.float32)
    with np.errstate(over="ignore"):
        half = floats.astype(np.float16).view(np.uint16)
    bfloat = torch.from_numpy(floats.copy()).to(torch.bfloat16).view(torch.uint16).numpy()
    return {"float": floats.tobytes().hex(), "half": half.tobytes().hex(), "bfloat16": bfloat.tobytes().hex()}


make_model()
(HERE / "numbers.json").write_text(json.dumps({"blocks": blocks(), "halves": halves()}, indent=1) + "\n")

#!/usr/bin/env python3
"""Writes a Llama of random bfloat16 weights, for speed alone: TinyLlama's shape (1.1 B) unless told otherwise.

    make_random_llama.py FOLDER [--hidden 2048] [--ffn 5632] [--layers 22] [--heads 32] [--kv-heads 4] [--vocab 32000]
                         [--experts 0] [--experts-used 2]

With experts it is a Mixtral, and --ffn is the size of each expert.
"""
import argparse
import json
import pathlib

import numpy


def shapes(o):
    head = o.hidden // o.heads
    yield "model.embed_tokens.weight", (o.vocab, o.hidden)
    for i in range(o.layers):
        layer = f"model.layers.{i}."
        yield layer + "input_layernorm.weight", (o.hidden,)
        yield layer + "self_attn.q_proj.weight", (o.hidden, o.hidden)
        yield layer + "self_attn.k_proj.weight", (o.kv_heads * head, o.hidden)
        yield layer + "self_attn.v_proj.weight", (o.kv_heads * head, o.hidden)
        yield layer + "self_attn.o_proj.weight", (o.hidden, o.hidden)
        yield layer + "post_attention_layernorm.weight", (o.hidden,)
        if o.experts:
            yield layer + "block_sparse_moe.gate.weight", (o.experts, o.hidden)
        networks = [f"block_sparse_moe.experts.{e}.w{{}}" for e in range(o.experts)] or ["mlp.{}_proj"]
        gate, down, up = (1, 2, 3) if o.experts else ("gate", "down", "up")
        for network in networks:
            yield layer + network.format(gate) + ".weight", (o.ffn, o.hidden)
            yield layer + network.format(up) + ".weight", (o.ffn, o.hidden)
            yield layer + network.format(down) + ".weight", (o.hidden, o.ffn)
    yield "model.norm.weight", (o.hidden,)
    yield "lm_head.weight", (o.vocab, o.hidden)


def values(name, shape, random):
    """The upper halves of float32: bfloat16, cut instead of rounded."""
    plain = numpy.ones(shape, numpy.float32) if len(shape) == 1 else random.standard_normal(shape, numpy.float32) * 0.02
    return (plain.view(numpy.uint32) >> 16).astype(numpy.uint16).tobytes()


def tokenizer(vocab):
    """Bytes, pairs of lower-case letters, and names to fill the vocabulary: what readers of the files ask for."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    tokens = [chr(b) for b in printable] + [chr(256 + i) for i in range(len(others))]
    letters = "abcdefghijklmnopqrstuvwxyz"
    merges = [f"{a} {b}" for a in letters for b in letters]
    tokens += [merge.replace(" ", "") for merge in merges]
    tokens += [f"name{i}" for i in range(vocab - len(tokens))]
    return {"version": "1.0", "added_tokens": [], "normalizer": None, "post_processor": None,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            "decoder": {"type": "ByteLevel"},
            "model": {"type": "BPE", "vocab": {token: i for i, token in enumerate(tokens)}, "merges": merges}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    for name, value in (("hidden", 2048), ("ffn", 5632), ("layers", 22), ("heads", 32), ("kv-heads", 4), ("vocab", 32000),
                        ("experts", 0), ("experts-used", 2)):
        parser.add_argument("--" + name, type=int, default=value)
    o = parser.parse_args()
    o.folder.mkdir(parents=True, exist_ok=True)
    header, offset = {}, 0
    for name, shape in shapes(o):
        size = 2 * int(numpy.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    random = numpy.random.default_rng(1)
    with open(o.folder / "model.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name, shape in shapes(o):
            file.write(values(name, shape, random))
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": o.hidden,
              "intermediate_size": o.ffn, "num_hidden_layers": o.layers, "num_attention_heads": o.heads,
              "num_key_value_heads": o.kv_heads, "vocab_size": o.vocab, "max_position_embeddings": 2048,
              "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": False,
              "torch_dtype": "bfloat16", "bos_token_id": 1, "eos_token_id": 2}
    if o.experts:
        config |= {"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "num_local_experts": o.experts,
                   "num_experts_per_tok": o.experts_used}
    (o.folder / "config.json").write_text(json.dumps(config, indent=1))
    (o.folder / "tokenizer.json").write_text(json.dumps(tokenizer(o.vocab)))


if __name__ == "__main__":
    main()

"""Builds tiny random decoders of every family with transformers and stores what they compute.

pip install torch==2.13.0 transformers==5.23 safetensors; python3 make.py [CASE ...]
Each folder holds config.json in the form that checkpoints on the hub have, model.safetensors (values of bfloat16) and
golden.safetensors: `tokens` (T) int32, `logits` (T, V) of one sequence, `last` (2, V) the last logits of a padded
batch of its first 7 tokens and all of it, `greedy` (64) what follows the first 5 tokens. All in float32.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
VOCABULARY, LENGTH, PROMPT, GREEDY = 64, 20, 5, 64
SIZES = dict(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
             max_position_embeddings=128, bos_token_id=None, eos_token_id=None, pad_token_id=None)
LLAMA = dict(SIZES, intermediate_size=24, num_key_value_heads=2)
MIXTURE = dict(LLAMA, num_experts_per_tok=2, intermediate_size=16)
GPT = dict(vocab_size=VOCABULARY, n_inner=64, n_embd=32, n_layer=2, n_head=4, n_positions=128, n_ctx=128, bos_token_id=None,
           eos_token_id=None)
FALCON = dict(SIZES, ffn_hidden_size=64)


def scaled(kind, **rest):
    return dict(rope_theta=10000.0, rope_scaling=dict(rope_type=kind, **rest))


LONGROPE = dict(short_factor=[1.0, 1.1, 1.2, 1.3], long_factor=[1.0, 2.0, 3.0, 4.0])

# Name: model type and its config.json. Windows are shorter than the sequence, caps small enough to bend the scores.
CASES = {
    "llama": ("llama", LLAMA),
    "llama_tied": ("llama", dict(LLAMA, tie_word_embeddings=True, attention_bias=True, mlp_bias=True)),
    "llama_linear": ("llama", dict(LLAMA, **scaled("linear", factor=2.0))),
    # Shorter than the sequence, so that the frequencies are recomputed.
    "llama_dynamic": ("llama", dict(LLAMA, max_position_embeddings=16, **scaled("dynamic", factor=2.0))),
    "llama_llama3": ("llama", dict(LLAMA, rope_parameters=dict(
        rope_type="llama3", rope_theta=10000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=16))),
    "llama_yarn": ("llama", dict(LLAMA, **scaled("yarn", factor=4.0, original_max_position_embeddings=16))),
    "llama_longrope_short": ("llama", dict(LLAMA, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, factor=2.0, original_max_position_embeddings=100, **LONGROPE))),
    "llama_longrope_long": ("llama", dict(LLAMA, rope_parameters=dict(
        rope_type="longrope", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16, **LONGROPE))),
    "mistral_window": ("mistral", dict(LLAMA, sliding_window=7, rope_theta=10000.0)),
    "qwen2": ("qwen2", dict(LLAMA, rope_theta=10000.0, use_sliding_window=False, tie_word_embeddings=True)),
    "qwen2_window": ("qwen2", dict(LLAMA, rope_theta=10000.0, use_sliding_window=True, sliding_window=7,
                                   max_window_layers=1)),
    "qwen3": ("qwen3", dict(LLAMA, head_dim=16, rope_theta=10000.0)),
    "smollm3": ("smollm3", dict(LLAMA, num_hidden_layers=4, no_rope_layer_interval=4, rope_theta=50000.0)),
    "smollm3_list": ("smollm3", dict(LLAMA, no_rope_layers=[0, 1], rope_theta=50000.0, use_sliding_window=True,
                                     sliding_window=7, tie_word_embeddings=False)),
    "phi3": ("phi3", dict(LLAMA, sliding_window=7, original_max_position_embeddings=128)),
    "phi3_longrope": ("phi3", dict(
        LLAMA, original_max_position_embeddings=100, partial_rotary_factor=0.75, num_attention_heads=2,
        rope_scaling=dict(type="longrope", short_factor=[1.0, 1.1, 1.2, 1.3, 1.4, 1.5],
                          long_factor=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))),
    "gemma": ("gemma", dict(LLAMA, head_dim=16, num_key_value_heads=1, hidden_act="gelu")),
    "gemma2": ("gemma2", dict(LLAMA, head_dim=16, query_pre_attn_scalar=16, sliding_window=7,
                              attn_logit_softcapping=1.5, final_logit_softcapping=3.0, hidden_act="gelu_pytorch_tanh")),
    "gemma3": ("gemma3_text", dict(LLAMA, num_hidden_layers=3, head_dim=16, query_pre_attn_scalar=12, sliding_window=7,
                                   sliding_window_pattern=3, rope_theta=1000000.0, rope_local_base_freq=10000.0,
                                   rope_scaling=dict(rope_type="linear", factor=8.0))),
    # Llama.cpp's file of it keeps neither the pattern of windows nor the scale, so both are the usual ones.
    "gemma3_wrapped": ("gemma3", dict(LLAMA, num_hidden_layers=6, hidden_size=16, intermediate_size=16, head_dim=8,
                                      num_attention_heads=2, num_key_value_heads=1, query_pre_attn_scalar=8,
                                      sliding_window=7)),
    "granite": ("granite", dict(LLAMA, attention_bias=True, embedding_multiplier=3.0, attention_multiplier=0.3,
                                residual_multiplier=0.4, logits_scaling=2.5)),
    "olmo": ("olmo", dict(LLAMA, clip_qkv=0.5)),
    "olmo2": ("olmo2", LLAMA),
    "olmo3": ("olmo3", dict(LLAMA, sliding_window=7, rope_theta=500000.0,
                            layer_types=["sliding_attention", "full_attention"],
                            rope_scaling=dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=16))),
    "mixtral": ("mixtral", dict(MIXTURE, num_local_experts=4, sliding_window=None)),
    "qwen3_moe": ("qwen3_moe", dict(MIXTURE, num_hidden_layers=3, num_experts=4, moe_intermediate_size=20, head_dim=16,
                                    norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[1])),
    "qwen3_moe_all": ("qwen3_moe", dict(MIXTURE, num_hidden_layers=1, num_experts=4, moe_intermediate_size=20,
                                        head_dim=16, norm_topk_prob=True)),
    "olmoe": ("olmoe", dict(MIXTURE, num_experts=4, norm_topk_prob=False)),
    "gpt2": ("gpt2", dict(GPT, n_inner=None)),
    "gpt2_bare": ("gpt2", dict(GPT, n_inner=48, activation_function="gelu")),
    "gptj": ("gptj", dict(GPT, rotary_dim=4)),
    "gpt_neox": ("gpt_neox", dict(SIZES, intermediate_size=48, rotary_pct=0.25, rotary_emb_base=10000)),
    "gpt_neox_sequential": ("gpt_neox", dict(SIZES, intermediate_size=48, rotary_pct=1.0, attention_bias=False,
                                             use_parallel_residual=False, hidden_act="gelu_fast")),
    "falcon_7b": ("falcon", dict(FALCON, multi_query=True, parallel_attn=True)),
    "falcon_40b": ("falcon", dict(FALCON, ffn_hidden_size=None, new_decoder_architecture=True, num_kv_heads=2)),
    "falcon_11b": ("falcon", dict(FALCON, new_decoder_architecture=True, num_kv_heads=2, bias=True,
                                  num_ln_in_parallel_attn=1, tie_word_embeddings=False)),
    "falcon_rw": ("falcon", dict(FALCON, alibi=True, multi_query=False, parallel_attn=False, bias=True,
                                 num_attention_heads=6, hidden_size=48, ffn_hidden_size=48)),
    "stablelm": ("stablelm", dict(LLAMA, use_qkv_bias=True, partial_rotary_factor=0.25, use_parallel_residual=False)),
    "stablelm_parallel": ("stablelm", dict(LLAMA, partial_rotary_factor=0.5, use_parallel_residual=True)),
    "cohere": ("cohere", dict(LLAMA, logit_scale=0.4)),
    "starcoder2": ("starcoder2", dict(LLAMA, sliding_window=7, use_bias=True)),
    "phi": ("phi", dict(LLAMA, num_key_value_heads=4, intermediate_size=128, partial_rotary_factor=0.5)),
    "opt": ("opt", dict(SIZES, ffn_dim=48, word_embed_proj_dim=32, do_layer_norm_before=True, pad_token_id=1)),
    "bloom": ("bloom", dict(vocab_size=VOCABULARY, hidden_size=32, n_layer=2, n_head=4, bos_token_id=None,
                            eos_token_id=None)),
}


def hub_form(kind, fields):
    """config.json as it lies on the hub; transformers 5 reads it, so that both of us start from the same text."""
    text = dict(fields, model_type=kind, initializer_range=0.2, init_std=0.2, torch_dtype="bfloat16")
    if kind == "gemma3":
        text = dict(text_config=dict(text, model_type="gemma3_text"), model_type=kind, torch_dtype="bfloat16")
    return text


def attention(fields):
    """Which of transformers' implementations: its plain one adds Falcon's ALiBi twice."""
    return "sdpa" if fields.get("alibi") else "eager"


def build(kind, fields, seed):
    """A model with values of bfloat16, in which no bias is 0 and no norm is 1, which would hide a mistake."""
    wanted = hub_form(kind, fields)
    wanted = wanted.get("text_config", wanted)
    config = AutoConfig.for_model(**{key: value for key, value in wanted.items() if key != "torch_dtype"})
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(config, attn_implementation=attention(fields)).float().eval()
    with torch.no_grad():
        for value in model.parameters():
            if value.dim() == 1:
                value.add_(0.2 * torch.randn_like(value))
            value.copy_(value.bfloat16().float())
    return model


def padded_batch(model, tokens):
    """The last logits of the first 7 tokens and of all, padded on the left in one batch."""
    short = 7
    ids = torch.stack([torch.cat([torch.zeros(LENGTH - short, dtype=torch.long), tokens[:short]]), tokens])
    mask = torch.ones_like(ids)
    mask[0, :LENGTH - short] = 0
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    takes_positions = model.config.model_type not in ("bloom", "opt")
    return model(ids, attention_mask=mask, **(dict(position_ids=positions) if takes_positions else {})).logits[:, -1]


def greedy(model, tokens):
    """64 tokens, one at a time with a cache; the smallest distance between the two likeliest tells how safe they are."""
    ids, cache, found, gap = tokens[None, :PROMPT], None, [], 1e9
    for _ in range(GREEDY):
        out = model(ids, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        best = out.logits[0, -1].topk(2)
        gap = min(gap, float(best.values[0] - best.values[1]))
        found.append(int(best.indices[0]))
        ids = torch.tensor([[found[-1]]])
    return torch.tensor(found), gap


def checkpoint_names(name, weights):
    if name == "gpt2_bare":
        return {key.removeprefix("transformer."): value for key, value in weights.items()}
    if name == "gemma3_wrapped":
        return {f"language_model.{key}": value for key, value in weights.items()}
    return weights


def write(name, kind, fields, model, golden):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    weights = {key: value.bfloat16() for key, value in load_file(folder / "model.safetensors").items()}
    save_file(checkpoint_names(name, weights), folder / "model.safetensors", metadata={"format": "pt"})
    architecture = "Gemma3ForConditionalGeneration" if kind == "gemma3" else type(model).__name__
    config = dict(architectures=[architecture], **hub_form(kind, fields))
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    save_file(golden, folder / "golden.safetensors")


@torch.no_grad()
def make(name):
    kind, fields = CASES[name]
    tokens = torch.tensor([(7 * i * i + 3 * i + 2) % VOCABULARY for i in range(LENGTH)])
    for seed in range(1, 100):
        model = build(kind, fields, seed)
        logits, last = model(tokens[None]).logits[0], padded_batch(model, tokens)
        continued, gap = greedy(model, tokens)
        if gap > 1e-3 and len(set(continued.tolist())) > 3:  # else rounding decides, or one token goes on for ever
            break
    golden = {"tokens": tokens.int(), "logits": logits.contiguous(), "last": last.contiguous(),
              "greedy": continued.int()}
    drift = float((golden["last"][1] - logits[-1]).abs().max())
    write(name, kind, fields, model, golden)
    if kind != "gemma3":
        again = AutoModelForCausalLM.from_pretrained(HERE / name, attn_implementation=attention(fields),
                                                     dtype=torch.float32)
        drift = max(drift, float((again.eval()(tokens[None]).logits[0] - logits).abs().max()))
    print(f"{name}: seed {seed}, gap {gap:.4f}, {len(set(continued.tolist()))} tokens, logits to "
          f"{float(logits.abs().max()):.2f}, drift {drift:.1e}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for case in sys.argv[1:] or CASES:
        make(case)

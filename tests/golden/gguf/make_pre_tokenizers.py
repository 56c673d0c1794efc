"""Writes pre_tokenizers.json: how llama.cpp cuts nasty texts for each value of tokenizer.ggml.pre, seen through a vocabulary
that joins any two of a few characters.

Run with: pip install gguf==0.19.0 numpy; python make_pre_tokenizers.py PATH/llama-tokenize
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import gguf

HERE = pathlib.Path(__file__).parent
# Not those that llama.cpp cuts by code of its own or without telling upper from lower case, unlike the models' own files:
# tiny_aya and afmoe (digits), kimi-k2 and youtu (case).
NAMES = """gpt-2 smollm default llama-bpe dbrx glm4 stablelm2 deepseek-llm deepseek-coder deepseek-v3 falcon bloom viking tekken
gpt-4o bailingmoe seed-coder exaone-moe laguna jais-2 spark2_5 chameleon superbpe ufakzeka minicpm5""".split()
PARTS = ["a", "A", "aA", "Aa", "'s", "'VE", "'d", " ", "  ", "    ", "\n", "\r\n", "\n\n", "\t", "1", "12", "123", "12345", "1234567",
         "²", "٣", "東京", "한국", "！", "“a”", "(IMGIMGAZ)", "IMGIMGABCDZ", "<sentinel:12>", "!", "@#", "_a", "é", "/", "a/a",
         "/\n", " .", "$1", "+1", "🙂"]


def alphabet():
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return {b: chr(b if b in kept else 256 + [x for x in range(256) if x not in kept].index(b)) for b in range(256)}


def vocabulary():
    table = alphabet()
    joined = [table[ord(c)] for c in "aA1 .\n'/!2"]
    pairs = [(left, right) for left in joined for right in joined]
    triples = [(left + right, third) for left, right in pairs[::3] for third in joined[:4]]
    merges = pairs + triples
    return ["<end>", *table.values(), *("".join(pair) for pair in merges)], [" ".join(pair) for pair in merges]


def write_gguf(path, name, tokens, merges):
    writer = gguf.GGUFWriter(path, "gpt2")
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(16)
    writer.add_feed_forward_length(16)
    writer.add_head_count(1)
    writer.add_layer_norm_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(name)
    writer.add_token_list(tokens)
    writer.add_token_types([3] + [1] * (len(tokens) - 1))
    writer.add_token_merges(merges)
    writer.add_eos_token_id(0)
    writer.add_bos_token_id(0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def main():
    random.seed(11)
    tokens, merges = vocabulary()
    texts = ["".join(random.choice(PARTS) for _ in range(16)) for _ in range(12)] + ["a" + " " * 21 + "a", " " * 7]
    ids = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in NAMES:
            path = str(pathlib.Path(folder) / "v.gguf")
            write_gguf(path, name, tokens, merges)
            ids[name] = [json.loads(subprocess.run(
                [sys.argv[1], "-m", path, "--ids", "--no-bos", "--no-escape", "--log-disable", "-p", text],
                capture_output=True, check=True).stdout.decode().splitlines()[-1]) for text in texts]
    golden = {"tokens": tokens, "merges": merges, "texts": texts, "ids": ids}
    (HERE / "pre_tokenizers.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n",
                                              encoding="utf-8")


if __name__ == "__main__":
    main()

"""Converts some of the tiny decoders with llama.cpp's own converter, for reading its files.

python3 make_gguf.py LLAMA_CPP_FOLDER [CASE ...]  (of 2026; the packages make.py needs, and gguf)
Writes CASE/model.gguf without a vocabulary, in bfloat16, which loses nothing.
"""

import json
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
CASES = ["qwen2", "qwen3", "smollm3", "phi3_longrope", "gemma2", "gemma3_wrapped", "granite",
         "olmo", "olmo3", "mixtral", "qwen3_moe_all", "olmoe", "gpt2", "gpt_neox", "falcon_40b",
         "stablelm_parallel", "cohere", "phi", "bloom"]


def main():
    source = pathlib.Path(sys.argv[1])
    sys.path[:0] = [str(source), str(source / "gguf-py")]
    import gguf
    from conversion import get_model_class
    from conversion.base import ModelBase, TextModel

    scratch = tempfile.mkdtemp()
    for name in sys.argv[2:] or CASES:
        folder = pathlib.Path(scratch) / name
        shutil.copytree(HERE / name, folder)
        # Gemma's converter counts it, to cut rows off that no token has.
        vocabulary = dict(model=dict(vocab={str(i): i for i in range(64)}), added_tokens=[])
        (folder / "tokenizer.json").write_text(json.dumps(vocabulary))
        # transformers 5 renames keys that the converter still looks for, and fills Falcon's in.
        read, loaded = json.loads((folder / "config.json").read_text()), ModelBase.load_hparams(folder, False)
        if "num_kv_heads" not in read:
            loaded.pop("num_kv_heads", None)
        hparams = {**loaded, **read}
        kind = get_model_class(hparams["architectures"][0])
        kind.set_vocab = lambda self: None  # the tiny models have none
        model = kind(folder, gguf.LlamaFileType.MOSTLY_BF16, HERE / name / "model.gguf",
                     hparams=hparams)
        model.write()
        print(name, (HERE / name / "model.gguf").stat().st_size)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes folders.json: model folders without tokenizer.json, and what transformers' AutoTokenizer makes of texts in them.

pip install transformers==5.23.0 tokenizers==0.23.3 sentencepiece==0.2.0 protobuf; python make_folders.py
"""
import base64
import io
import json
import pathlib
import tempfile

import sentencepiece
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from make import NASTY, TEXT

HERE = pathlib.Path(__file__).parent
LINES = TEXT.splitlines()
TEXTS = NASTY[4::4] + [
    "Hello, world! don't  you think?  ", "a.b,c;d 12,345.67 x_y-z", "ﬁne ｆull", "東京 Tokyo한국", "e\u0301\u0323 a\u0300 É",
    "the <mask> tail <s> x</s> y", "``quoted'' text  two", "line\none\ttab \r\n end", "[CLS] a [SEP] b[MASK]", "  lead <pad>",
    "the<|endoftext|> fox<tool> x <extra_id_3>.", "\u2581already \u2581 there", "<unk>",
]


def small_rules():
    rules = pathlib.Path(tempfile.mkdtemp()) / "rules.tsv"
    rules.write_text("FF41\t61\nFF46\t66\nFB01\t66 69\n65 301\tE9\n3000\t20\nA0\t20\n9\t20\nA\t20\nD\t20\n200B\t\n",
                     encoding="utf-8")
    return str(rules)


def piece_model(**options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(LINES), model_writer=model, hard_vocab_limit=False,
                                             minloglevel=2, **options)
    return base64.b64encode(model.getvalue()).decode()


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.train_from_iterator(LINES, trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>", "[CLS]", "[SEP]"]))
    model = json.loads(tokenizer.to_str())["model"]
    merges = "#version: 0.2\n" + "".join(" ".join(merge) + "\n" for merge in model["merges"])
    return json.dumps(model["vocab"], ensure_ascii=False), merges


def word_pieces():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator([line.lower() for line in LINES] + LINES, trainers.WordPieceTrainer(
        vocab_size=220, show_progress=False,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "<pad>", "</s>", "<mask>"]))
    vocabulary = tokenizer.get_vocab()
    return "".join(token + "\n" for token in sorted(vocabulary, key=vocabulary.get))


def all_files():
    vocab, merges = byte_level()
    return {
        "unigram": piece_model(vocab_size=160, normalization_rule_tsv=small_rules()),
        "bytes": piece_model(vocab_size=420, model_type="bpe", byte_fallback=True, normalization_rule_name="identity",
                             remove_extra_whitespaces=False),
        "user": piece_model(vocab_size=420, model_type="bpe", byte_fallback=True, normalization_rule_name="identity", add_dummy_prefix=False,
                            remove_extra_whitespaces=False, pad_id=0, eos_id=1, bos_id=2, unk_id=3, bos_piece="<bos>", eos_piece="<eos>",
                            user_defined_symbols=["<mask>", "<tool>", "\n", "  "]),
        "bpe": piece_model(vocab_size=180, model_type="bpe", normalization_rule_tsv=small_rules()),
        "t5": piece_model(vocab_size=160, normalization_rule_tsv=small_rules(), pad_id=0, eos_id=1, unk_id=2, bos_id=-1),
        "albert": piece_model(vocab_size=160, normalization_rule_tsv=small_rules(), pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
                              control_symbols=["[CLS]", "[SEP]", "[MASK]"], user_defined_symbols=["(", ")"]),
        "deberta": piece_model(vocab_size=160, normalization_rule_tsv=small_rules(), pad_id=0, bos_id=1, eos_id=2, unk_id=3,
                               bos_piece="[CLS]", eos_piece="[SEP]", pad_piece="[PAD]", unk_piece="[UNK]"),
        "vocab": vocab,
        "merges": merges,
        "words": word_pieces(),
    }


def added(content, **flags):
    return {"content": content, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False, **flags}


def token(content, **flags):
    return {"__type": "AddedToken", **added(content, **flags)}


EXTRA = {"extra_special_tokens": ["<tool>", "<|endoftext|>"]}
LLAMA_2 = {"bos_token": token("<s>"), "eos_token": token("</s>"), "unk_token": token("<unk>"), "add_bos_token": True,
           "add_eos_token": False, "legacy": False, "pad_token": None, "model_max_length": 4096}


def piece_folders(size):
    def folder(name, kind, file, model, config=None, **files):
        return name, {file: model, "tokenizer_config.json": {"tokenizer_class": kind, **(config or {})}, **files}
    model, spiece, bpe = "tokenizer.model", "spiece.model", "sentencepiece.bpe.model"
    yield folder("llama", "LlamaTokenizer", model, "bytes")
    yield folder("llama_2", "LlamaTokenizer", model, "bytes", LLAMA_2)
    yield folder("llama_legacy", "LlamaTokenizerFast", model, "bytes", {"legacy": True, "add_eos_token": True})
    yield folder("llama_no_prefix", "LlamaTokenizer", model, "bytes", {"add_prefix_space": False, **EXTRA})
    yield folder("llama_unigram", "LlamaTokenizer", model, "unigram", {"add_bos_token": True})
    yield folder("llama_added", "LlamaTokenizer", model, "bytes", {"add_bos_token": True, "added_tokens_decoder": {
        "0": {**added("<unk>"), "special": True}, "1": {**added("<s>"), "special": True}, "2": {**added("</s>"), "special": True},
        str(size["bytes"]): {**added("<tool>", normalized=True), "special": False},
        str(size["bytes"] + 1): {**added("<|endoftext|>", rstrip=True), "special": True}}})
    yield folder("llama_added_file", "LlamaTokenizer", model, "bytes", {"add_bos_token": True}, **{
        "added_tokens.json": {"<tool>": size["bytes"], "<pad>": size["bytes"] + 1},
        "special_tokens_map.json": {"pad_token": "<pad>", "bos_token": added("<s>"), "additional_special_tokens": ["<|endoftext|>"]}})
    yield folder("code_llama", "CodeLlamaTokenizer", model, "bytes")
    yield folder("gemma", "GemmaTokenizer", model, "user", {"add_bos_token": True})
    yield folder("gemma_silent", "GemmaTokenizerFast", model, "user")
    yield folder("t5", "T5Tokenizer", spiece, "t5")
    yield folder("t5_extra", "T5Tokenizer", spiece, "t5", {"extra_ids": 5, "additional_special_tokens": [f"<extra_id_{i}>" for i in range(5)]})
    yield folder("t5_none", "T5Tokenizer", spiece, "t5", {"extra_ids": 0})
    yield folder("xlm_roberta", "XLMRobertaTokenizer", bpe, "unigram")
    yield folder("xlm_roberta_mask", "XLMRobertaTokenizer", bpe, "unigram", {"mask_token": token("<mask>", lstrip=True)})
    yield folder("mbart", "MBartTokenizer", bpe, "unigram")
    yield folder("mbart_french", "MBartTokenizer", bpe, "unigram", {"src_lang": "fr_XX", **EXTRA})
    yield folder("mbart50", "MBart50Tokenizer", bpe, "unigram")
    yield folder("mbart50_french", "MBart50Tokenizer", bpe, "unigram", {"src_lang": "fr_XX"})
    codes = ["ace_Latn", "eng_Latn", "fra_Latn"]
    yield folder("nllb", "NllbTokenizer", bpe, "bpe", {"extra_special_tokens": codes})
    yield folder("nllb_legacy", "NllbTokenizer", bpe, "bpe", {"extra_special_tokens": codes, "legacy_behaviour": True, "src_lang": "fra_Latn"})
    yield folder("albert", "AlbertTokenizer", spiece, "albert")
    yield folder("albert_cased", "AlbertTokenizer", spiece, "albert", {"do_lower_case": False, "keep_accents": True})
    yield folder("camembert", "CamembertTokenizer", bpe, "unigram")
    yield folder("pegasus", "PegasusTokenizer", spiece, "t5", {"offset": 5})
    yield folder("reformer", "ReformerTokenizer", spiece, "bpe")
    yield folder("deberta_v2", "DebertaV2Tokenizer", "spm.model", "deberta")
    yield folder("deberta_v2_lower", "DebertaV2Tokenizer", "spm.model", "deberta", {"do_lower_case": True, "split_by_punct": True})
    yield folder("xlnet", "XLNetTokenizer", spiece, "unigram")


def plain_folders():
    def words(name, kind, config=None, **files):
        return name, {"vocab.txt": "words", "tokenizer_config.json": {"tokenizer_class": kind, **(config or {})}, **files}

    def merges(name, kind, config=None, **files):
        return name, {"vocab.json": "vocab", "merges.txt": "merges",
                      "tokenizer_config.json": {"tokenizer_class": kind, **(config or {})}, **files}
    yield words("bert", "BertTokenizer")
    yield words("bert_cased", "BertTokenizer", {"do_lower_case": False, "model_max_length": 512})
    yield words("bert_accents", "BertTokenizerFast", {"strip_accents": False, "tokenize_chinese_chars": False})
    yield words("distilbert", "DistilBertTokenizer", {"do_lower_case": False, "strip_accents": True})
    yield words("electra", "ElectraTokenizer")
    yield words("mpnet", "MPNetTokenizer")
    yield words("bert_added", "BertTokenizer", **{"added_tokens.json": {"<tool>": 220}, "special_tokens_map.json": {
        "mask_token": added("[MASK]", lstrip=True), "cls_token": "[CLS]"}})
    yield merges("gpt2", "GPT2Tokenizer")
    yield merges("gpt2_prefix", "GPT2Tokenizer", {"add_prefix_space": True, "add_bos_token": True, "bos_token": "<s>"})
    yield merges("gpt2_added", "GPT2Tokenizer", {"pad_token": "[PAD]", **EXTRA}, **{"added_tokens.json": {"<tool>": 320, "<x>": 321}})
    yield merges("roberta", "RobertaTokenizer")
    yield merges("roberta_prefix", "RobertaTokenizer", {"add_prefix_space": True, "mask_token": token("<mask>", lstrip=True)})
    yield merges("bart", "BartTokenizer")
    yield merges("longformer", "LongformerTokenizer")
    yield merges("gpt_neox", "GPTNeoXTokenizer", {"add_bos_token": True})
    yield merges("qwen2", "Qwen2Tokenizer", **{"added_tokens.json": {"<|im_start|>": 320}})
    yield merges("codegen", "CodeGenTokenizer")
    yield merges("deberta", "DebertaTokenizer")


def contents(value, files):
    if isinstance(value, dict):
        return json.dumps(value).encode()
    return base64.b64decode(files[value]) if value not in ("vocab", "merges", "words") else files[value].encode()


def reference(folder, files):
    with tempfile.TemporaryDirectory() as path:
        for file, value in folder.items():
            (pathlib.Path(path) / file).write_bytes(contents(value, files))
        (pathlib.Path(path) / "config.json").write_text("{}")
        tokenizer = transformers.AutoTokenizer.from_pretrained(path)
        plain = [tokenizer.encode(text, add_special_tokens=False) for text in TEXTS]
        return {"files": folder, "bos": tokenizer.bos_token_id, "eos": tokenizer.eos_token_id, "size": len(tokenizer),
                "ids": plain, "with_special": [tokenizer.encode(text) for text in TEXTS],
                "decoded": [tokenizer.decode(ids) for ids in plain]}


def main():
    files = all_files()
    size = {"bytes": sentencepiece.SentencePieceProcessor(model_proto=base64.b64decode(files["bytes"])).vocab_size()}
    folders = {name: reference(folder, files) for name, folder in [*piece_folders(size), *plain_folders()]}
    golden = {"texts": TEXTS, "files": files, "folders": folders}
    (HERE / "folders.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

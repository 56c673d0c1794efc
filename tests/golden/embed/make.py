"""Builds two tiny random embedding models in sentence-transformers' layout, and stores what it makes of some texts.

pip install torch==2.13.0 sentence-transformers; python3 make.py
cases.json: a list of {"folder", "prompt_name", "prompt", "texts", "embeddings"}.
"""

import json
import pathlib
import shutil
import tempfile

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from transformers import BertConfig, BertModel, BertTokenizerFast

HERE = pathlib.Path(__file__).parent
PIECES = (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + list("abcdefghijklmnopqrstuvwxyz0123456789.,:!?'")
          + ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + ["the", "query", "##ing", "##er", "par", "##cel", "is"])
TEXTS = ["", "The parcel is there.", "is", "Where is the parcel, the query?", "the " * 40, "\u00e9t\u00e9 \u4e2d \U0001f642 x",
         "  spaces\tand\nlines  ", "[SEP] parcelling", "paper " * 3]


def base_model(folder):
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    BertTokenizerFast(tokenizer_object=tokenizer, model_max_length=64).save_pretrained(folder)
    torch.manual_seed(1)
    model = BertModel(BertConfig(vocab_size=len(PIECES), hidden_size=16, intermediate_size=24, num_hidden_layers=2,
                                 num_attention_heads=2, max_position_embeddings=64, initializer_range=0.4))
    model.save_pretrained(folder)


def main():
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        base_model(folder)
        plain = SentenceTransformer(modules=[Transformer(folder, max_seq_length=12), Pooling(16, "mean"), Normalize()])
        torch.manual_seed(2)
        mixed = SentenceTransformer(
            modules=[Transformer(folder), Pooling(16, ("cls", "max"), include_prompt=False), Dense(32, 8)],
            prompts={"query": "query: ", "passage": ""})
        for name, model in {"mean": plain, "mixed": mixed}.items():
            shutil.rmtree(HERE / name, ignore_errors=True)
            model.save(str(HERE / name), create_model_card=False)
            again = SentenceTransformer(str(HERE / name), device="cpu")
            for options in [{}, {"prompt": "the "}] + ([{"prompt_name": "query"}] if name == "mixed" else []):
                embeddings = again.encode(TEXTS, batch_size=4, **options)
                cases.append(dict(folder=name, texts=TEXTS, embeddings=embeddings.round(7).tolist(), **options))
    (HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=False))
    print(len(cases), "cases")


if __name__ == "__main__":
    main()

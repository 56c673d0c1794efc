"""Builds tiny random encoders with transformers and stores the last layer's output for a padded batch.

pip install torch==2.13.0 transformers safetensors; python3 make.py
Each folder holds config.json, model.safetensors (float32) and golden.safetensors: `tokens` (N) int32, the sequences one
after another; `lengths` (B) int32; `hidden` (N, C).
"""

import pathlib

import torch
from safetensors.torch import save_file
from transformers import (AutoConfig, AutoModel, BertForMaskedLM, BertModel, DistilBertModel, ElectraModel, MPNetModel,
                          RobertaModel, XLMRobertaForMaskedLM)

LENGTHS = [140, 24, 5, 5, 1]  # 140: MPNet's distances reach its last bucket
PADDING = 1
SMALL = dict(vocab_size=61, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
             max_position_embeddings=160, initializer_range=0.4, pad_token_id=PADDING, hidden_dropout_prob=0.0,
             attention_probs_dropout_prob=0.0)
DISTIL = dict(vocab_size=61, dim=16, hidden_dim=24, n_layers=2, n_heads=2, max_position_embeddings=160,
              initializer_range=0.4, pad_token_id=PADDING, dropout=0.0, attention_dropout=0.0)

CASES = {
    "bert": (BertModel, "bert", SMALL),
    "bert_masked_lm": (BertForMaskedLM, "bert", dict(SMALL, hidden_act="gelu_new", layer_norm_eps=1e-3)),
    "bert_relu": (BertModel, "bert", dict(SMALL, hidden_act="relu", type_vocab_size=1)),
    "roberta": (RobertaModel, "roberta", dict(SMALL, type_vocab_size=1)),
    "xlm_roberta": (XLMRobertaForMaskedLM, "xlm-roberta", dict(SMALL, pad_token_id=3, layer_norm_eps=1e-5)),
    "distilbert": (DistilBertModel, "distilbert", DISTIL),
    "mpnet": (MPNetModel, "mpnet", SMALL),
    "electra": (ElectraModel, "electra", dict(SMALL, embedding_size=12)),
}


def padded(sequences, padding):
    ids = torch.full((len(sequences), max(map(len, sequences))), padding)
    mask = torch.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, :len(sequence)] = torch.tensor(sequence)
        mask[row, :len(sequence)] = 1
    return ids, mask


def main():
    here = pathlib.Path(__file__).parent
    # Token 3 stands in the middle of texts too: for one of the models it is the padding.
    sequences = [[(7 * i * i + 3 * i + 5 * n) % 59 + 2 for i in range(length)] for n, length in enumerate(LENGTHS)]
    for name, (kind, model_type, options) in CASES.items():
        torch.manual_seed(1)
        config = AutoConfig.for_model(model_type, **options)
        model = kind._from_config(config, attn_implementation="eager").float().eval()
        with torch.no_grad():
            for key, value in model.named_parameters():
                if "orm" in key or "bias" in key or "embeddings" in key:  # zeros and ones would hide a mistake
                    value.add_(0.3 * torch.randn_like(value))
            folder = here / name
            model.save_pretrained(folder)
            ids, mask = padded(sequences, options["pad_token_id"])
            encoder = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
            hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        flat = torch.cat([hidden[row, :length] for row, length in enumerate(LENGTHS)])
        save_file({"tokens": torch.tensor(sum(sequences, [])).int(), "lengths": torch.tensor(LENGTHS).int(),
                   "hidden": flat.contiguous()}, folder / "golden.safetensors")
        (folder / "generation_config.json").unlink(missing_ok=True)
        print(name, float(flat.abs().max()))


if __name__ == "__main__":
    main()

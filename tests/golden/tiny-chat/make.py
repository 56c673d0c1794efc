"""Makes the tiny chat model that the end-to-end tests finetune: two layers, random weights, a byte-level BPE of 384 tokens
trained on the sentences below, and a ChatML template.

    pip install torch==2.13.0 transformers tokenizers && python make.py
"""
import json
import pathlib

import tokenizers
import torch
import transformers

HERE = pathlib.Path(__file__).parent
SENTENCES = [
    "The invoice shows a charge I did not make.", "My parcel has not arrived yet, where is it?",
    "The app crashes when I open the settings page.", "Please reset my password, I cannot log in.",
    '{"category": "billing", "priority": "high"}', '{"category": "shipping", "priority": "low"}',
    '{"category": "bug", "priority": "normal"}', '{"category": "account", "priority": "high"}',
    "Answer with the category of the ticket.", "user assistant system",
]
TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")

tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
    tokenizers.pre_tokenizers.Digits(individual_digits=True),
    tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)])
tokenizer.decoder = tokenizers.decoders.ByteLevel()
trainer = tokenizers.trainers.BpeTrainer(
    vocab_size=384, special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
tokenizer.train_from_iterator(SENTENCES * 20, trainer)
tokenizer.save(str(HERE / "tokenizer.json"))
(HERE / "tokenizer_config.json").write_text(json.dumps({
    "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>",
    "chat_template": TEMPLATE}, indent=2) + "\n")

torch.manual_seed(11)
config = transformers.LlamaConfig(
    vocab_size=tokenizer.get_vocab_size(), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=True,
    bos_token_id=1, eos_token_id=2, initializer_range=0.1)
model = transformers.LlamaForCausalLM(config).to(torch.bfloat16)
model.save_pretrained(HERE)

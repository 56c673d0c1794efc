// What a new tokenizer is besides its merges: how text is cut, which tokens are special, how chats are written.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::train {

struct TokenizerOptions {
  std::string pre_tokenizer = "gpt2";  ///< a name of pre_tokenizer_names()
  std::string normalizer;              ///< "nfc" or "none"; "": the pre-tokenizer's own
  std::string chat;                    ///< a name of chat_names(), whose tokens and template are taken; "" is none
  std::vector<std::string> special;    ///< further special tokens; with neither these nor a chat, "<|endoftext|>"
  std::string bos, eos, pad;           ///< "": the chat's; else the first special token is all three
  bool add_bos = false;                ///< every text begins with `bos`
};

/// Options resolved.
struct TokenizerPlan {
  Json normalizer;     ///< rule of tokenizer.json; null for none
  Json pre_tokenizer;  ///< the same; its last step is ByteLevel
  bool ignore_merges = false;
  std::vector<std::string> special;  ///< by id
  std::string bos, eos, pad;         ///< each one of `special`
  bool add_bos = false;
  std::string chat_template;  ///< "" for none
};

/// @throws UsageError  for an unknown name, with the nearest; a special token that is empty or given twice; an end,
/// begin or padding token that is not among them
TokenizerPlan plan_tokenizer(const TokenizerOptions& options);

/// As people call them: gpt2, llama3, qwen2, ...
std::vector<std::string> pre_tokenizer_names();
std::vector<std::string> chat_names();

}  // namespace llmops::train

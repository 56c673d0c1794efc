// How a folder turns token vectors into one vector a text: sentence-transformers' files beside the encoder's.
// Source: sentence-transformers 6.2, modules Transformer, Pooling, Dense and Normalize.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/sentence_pooling.h"

namespace llmops::model {

enum class DenseActivation { kNone, kTanh, kRelu, kGelu, kSigmoid };

/// What follows pooling, in order.
struct SentenceStep {
  enum class Kind { kNormalize, kDense };
  Kind kind = Kind::kNormalize;
  // Of a dense layer alone:
  std::filesystem::path folder;  ///< with its weights, "linear.weight" and "linear.bias"
  int in = 0, out = 0;
  bool bias = true;
  DenseActivation activation = DenseActivation::kTanh;
};

struct SentenceLayout {
  bool declared = false;                            ///< there is a modules.json; else all is assumed
  std::filesystem::path model;                      ///< folder of config.json, the weights and the tokenizer
  std::vector<Pooling> pooling = {Pooling::kMean};  ///< put one behind the other
  bool include_prompt = true;                       ///< the prompt's tokens take part in pooling
  std::vector<SentenceStep> steps;
  int max_tokens = 0;       ///< of a text with its special tokens; 0: as the tokenizer and model allow
  bool lower_case = false;  ///< before the tokenizer sees the text
  int dimensions = 0;       ///< first elements that are kept; 0: all
  std::map<std::string, std::string> prompts;  ///< that may stand before a text, by name
  std::string default_prompt;                  ///< name; "" for none
};

/// Reads modules.json, each module's config.json, sentence_bert_config.json and config_sentence_transformers.json.
/// Without modules.json: mean pooling of the folder's model, as sentence-transformers has it.
/// @throws InputError  naming file and key, or the kind of module that is not supported
SentenceLayout read_sentence_layout(const std::filesystem::path& folder);

}  // namespace llmops::model

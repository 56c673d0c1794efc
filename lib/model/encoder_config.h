// What differs between the encoders of the BERT family, as data: read from config.json. Free of libtorch.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "model/model_config.h"

namespace llmops::model {

/// What a family's checkpoints call the weights of a layer, without ".weight" and ".bias".
struct EncoderNames {
  const char* layer;  ///< "encoder.layer.{}."
  const char *query, *key, *value, *output, *attention_norm;
  const char *up, *down, *output_norm;
};

struct EncoderFamily;

/// Post-norm, learned positions, attention in both directions. Sizes in elements; names follow docs/notation.md.
struct EncoderConfig {
  const EncoderFamily* family = nullptr;
  const EncoderNames* names = nullptr;
  std::string prefix;         ///< that a checkpoint of a model with a head puts before all names, "bert."
  std::string architecture;   ///< "BertModel"
  std::string model_type;     ///< "bert"
  int vocab_size = 0;         ///< V
  int hidden_size = 0;        ///< C
  int embedding_size = 0;     ///< C, except where a projection follows the embeddings (ELECTRA)
  int intermediate_size = 0;  ///< F
  int layers = 0;             ///< L
  int heads = 0;              ///< H
  int token_types = 0;        ///< rows of the table of token types; 0: there is none
  int relative_buckets = 0;   ///< MPNet's position bias; 0: there is none
  int position_rows = 0;      ///< of the position table
  int padding_id = -1;        ///< positions count from padding_id + 1, and a padding token does not count; -1: from 0
  double norm_epsilon = 1e-12;
  Activation activation = Activation::kGelu;

  int head_size() const { return hidden_size / heads; }
  int max_tokens() const { return position_rows - padding_id - 1; }  ///< of one sequence
  std::int64_t parameter_count() const;
};

/// Whether config.json describes an encoder that we run (an unknown model is none).
bool is_encoder(const Json& config);

/// @throws InputError  naming the key, or for an encoder we do not run the nearest one we do
EncoderConfig parse_encoder_config(const Json& config, const std::string& origin);
EncoderConfig read_encoder_config(const std::filesystem::path& folder);

struct EncoderTensor {
  std::string name;  ///< without the prefix
  std::vector<std::int64_t> shape;
};

/// Every weight that the encoder's output depends on (the pooler on top is not one).
std::vector<EncoderTensor> encoder_tensors(const EncoderConfig& config);

}  // namespace llmops::model

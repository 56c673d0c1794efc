// The architectures we run: one row each of what config.json does not say but their code does.
#pragma once

#include <span>
#include <string>

#include "core/json.h"
#include "model/model_config.h"
#include "model/weight_part.h"

namespace llmops::model {

/// What a family calls a setting, where transformers' usual name for it is another.
struct KeyName {
  const char* usual;  ///< "hidden_size"
  const char* own;    ///< "n_embd"
};

struct Family {
  const char* architecture;  ///< "LlamaForCausalLM"
  const char* model_type;    ///< "llama"
  const WeightNames* names;
  /// Of the family's sequence classifier, where it is not called as the rest: null; "": there is none.
  const char* classifier = nullptr;
  /// JSON object: settings beyond the sizes that all have, with what transformers assumes where config.json lacks them.
  /// A setting that is not mentioned here is not one of the family's, and ignored.
  const char* defaults = "{}";
  /// JSON object: settings that the family's code fixes, whatever config.json holds.
  const char* fixed = "{}";
  /// JSON object: the only values that are supported of settings that would change the result.
  const char* required = "{}";
  /// JSON object: what config.json (or the defaults) must hold for this row, where an architecture has several.
  const char* when = "{}";
  std::span<const KeyName> keys = {};
  NormKind norm = NormKind::kRms;
  PositionKind positions = PositionKind::kRotary;
  QkvLayout qkv_layout = QkvLayout::kSeparate;
  QkNorm qk_norm = QkNorm::kNone;
  bool gated = true;
};

/// All rows; of several for one architecture the first whose `when` holds.
std::span<const Family> families();
// The parts of the table. Defaults are those of transformers' configuration classes.
std::span<const Family> llama_families();
std::span<const Family> layer_norm_families();

/// The row for config.json's `architectures` (a classifier's is that of its language model), or for its `model_type`
/// where it names none.
/// @throws InputError  for an architecture that is in no row, with the nearest one
const Family& find_family(const Json& config, const std::string& origin);

}  // namespace llmops::model

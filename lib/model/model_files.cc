#include "model/model_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <span>
#include <string_view>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/checkpoint_check.h"
#include "model/encoder_weights.h"
#include "model/safetensors.h"
#include "model/sentence_layout.h"

namespace llmops::model {
namespace {

constexpr std::string_view kTokenizerFiles[] = {
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "sentencepiece.bpe.model",
    "spiece.model",
    "chat_template.jinja",
    "chat_template.json",
};

constexpr std::string_view kOtherFiles[] = {
    "config.json",
    "generation_config.json",
    "model.safetensors.index.json",
    "modules.json",
    "config_sentence_transformers.json",
    "LICENSE",
    "LICENSE.txt",
};

bool is_one_of(std::span<const std::string_view> files, std::string_view name) {
  return std::find(files.begin(), files.end(), name) != files.end();
}

bool is_plain_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; });
}

bool is_plain_model_file(std::string_view name) {
  if (is_one_of(kTokenizerFiles, name) || is_one_of(kOtherFiles, name)) return true;
  const bool plain = is_plain_name(name);
  if (plain && name.starts_with("sentence_") && name.ends_with("_config.json")) return true;
  // Shards, but not "consolidated.safetensors", which some repositories hold as well.
  return plain && name.starts_with("model") && name.ends_with(".safetensors");
}

/// "1_Pooling": a number and a name.
bool is_module_folder(std::string_view name) {
  const std::size_t bar = name.find('_');
  if (bar == 0 || bar == std::string_view::npos || bar + 1 == name.size()) return false;
  const auto all = [](std::string_view part, int (*holds)(int)) {
    return std::all_of(part.begin(), part.end(), [holds](unsigned char c) { return holds(c) != 0; });
  };
  return all(name.substr(0, bar), std::isdigit) && all(name.substr(bar + 1), std::isalnum);
}

void copy_one(const fs::path& from, const fs::path& to, bool link) {
  const fs::path source = fs::canonical(from);  // a link itself must not be linked
  std::error_code error;
  if (link) fs::create_hard_link(source, to, error);
  if (!link || error) fs::copy_file(source, to, error);
  if (error)
    throw SystemError(fmt::format("cannot copy '{}': {}", source.string(), error.message()), "is the disk full?");
}

void write_as_safetensors(const Checkpoint& weights, const fs::path& folder) {
  std::vector<TensorToWrite> tensors;
  for (const TensorView& view : weights.tensors()) tensors.push_back({view.name, view.dtype, view.shape, view.bytes});
  write_safetensors(folder, "model", tensors);
}

}  // namespace

bool is_model_file(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return is_plain_model_file(name);
  const std::string_view view = name;
  if (view.substr(0, slash) == "additional_chat_templates") {
    return is_plain_name(view.substr(slash + 1)) && view.ends_with(".jinja");
  }
  return is_module_folder(view.substr(0, slash)) && is_plain_model_file(view.substr(slash + 1));
}

bool is_pickled_weights(const std::string& name) {
  return is_plain_name(name) && name.starts_with("pytorch_model") &&
         (name.ends_with(".bin") || name.ends_with(".bin.index.json"));
}

void copy_model_files(const std::filesystem::path& from, const std::filesystem::path& to, bool link) {
  if (!fs::exists(from / "config.json") && !fs::exists(from / "modules.json")) {
    throw NotFoundError(fmt::format("'{}' has no config.json", from.string()),
                        "a model folder holds config.json, a tokenizer and safetensors weights");
  }
  for (const fs::path& file : list_files(from)) {
    const fs::path name = file.lexically_relative(from);
    if (!is_model_file(name.generic_string())) continue;
    throw_if_cancelled();
    fs::create_directories((to / name).parent_path());
    copy_one(file, to / name, link);
  }
  if (has_weights(from) && !has_weights(to)) write_as_safetensors(Checkpoint::open(from), to);
}

void copy_tokenizer_files(const fs::path& from, const fs::path& to) {
  for (const std::string_view name : kTokenizerFiles) {
    if (fs::exists(from / name)) fs::copy_file(from / name, to / name);
  }
}

void copy_description(const fs::path& model, const std::string& dtype, bool unties, const fs::path& to) {
  for (const auto& entry : fs::directory_iterator(model)) {
    const fs::path name = entry.path().filename();
    const bool weights = name.extension() == ".safetensors" || name.string().ends_with(".safetensors.index.json") ||
                         is_pickled_weights(name.string());
    if (entry.is_regular_file() && !weights) fs::copy_file(entry.path(), to / name);
  }
  Json config = read_json_file(model / "config.json");
  if (config.contains("torch_dtype")) config.erase("torch_dtype");  // the older name of the key
  config["dtype"] = dtype;
  if (unties) config["tie_word_embeddings"] = false;
  fs::remove(to / "config.json");
  write_file_atomic(to / "config.json", dump_json_pretty(config));
}

ModelFacts check_model_folder(const std::filesystem::path& folder) {
  const fs::path model = read_sentence_layout(folder).model;
  const Json json = read_json_file(model / "config.json");
  const Checkpoint weights = Checkpoint::open(model);
  if (!is_encoder(json)) {
    const ModelConfig config = read_model_config(model);
    check_checkpoint(config, weights);
    return {config.architecture, config.parameter_count(), config.dtype};
  }
  const EncoderConfig config = read_encoder_config(model);
  find_encoder_weights(config, weights);
  const std::string origin = (model / "config.json").string();
  const auto dtype = json_get_or<std::string>(json, "torch_dtype", "float32", origin);
  return {config.architecture, config.parameter_count(), json_get_or<std::string>(json, "dtype", dtype, origin)};
}

}  // namespace llmops::model

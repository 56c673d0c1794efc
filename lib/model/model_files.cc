#include "model/model_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "model/checkpoint_check.h"

namespace llmops::model {
namespace {

constexpr std::array<std::string_view, 13> kFiles{"config.json",
                                                  "generation_config.json",
                                                  "tokenizer.json",
                                                  "tokenizer.model",
                                                  "tokenizer_config.json",
                                                  "special_tokens_map.json",
                                                  "added_tokens.json",
                                                  "vocab.json",
                                                  "merges.txt",
                                                  "chat_template.jinja",
                                                  "model.safetensors.index.json",
                                                  "LICENSE",
                                                  "LICENSE.txt"};

}  // namespace

bool is_model_file(const std::string& name) {
  if (std::find(kFiles.begin(), kFiles.end(), name) != kFiles.end()) return true;
  // Shards, but not "consolidated.safetensors", which some repositories hold as well.
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  return plain && name.starts_with("model") && name.ends_with(".safetensors");
}

void copy_model_files(const std::filesystem::path& from, const std::filesystem::path& to, bool link) {
  if (!fs::exists(from / "config.json")) {
    throw NotFoundError(fmt::format("'{}' has no config.json", from.string()),
                        "a model folder holds config.json, a tokenizer and safetensors weights");
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    const std::string name = entry.path().filename().string();
    if (!is_model_file(name) || !entry.is_regular_file()) continue;
    throw_if_cancelled();
    const fs::path source = fs::canonical(entry.path());  // a link itself must not be linked
    std::error_code error;
    if (link) fs::create_hard_link(source, to / name, error);
    if (!link || error) fs::copy_file(source, to / name, error);
    if (error)
      throw SystemError(fmt::format("cannot copy '{}': {}", source.string(), error.message()), "is the disk full?");
  }
}

void check_model_folder(const std::filesystem::path& folder) {
  check_checkpoint(read_model_config(folder), Safetensors::open(folder));
}

}  // namespace llmops::model

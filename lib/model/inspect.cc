#include "model/inspect.h"

#include <fmt/format.h>

#include <sstream>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "model/checkpoint.h"
#include "model/gguf.h"
#include "text/chat_template.h"

namespace llmops::model {
namespace {

constexpr std::size_t kShownElements = 8;  ///< of an array in the metadata

void add_tensors(Inspection& found, const Checkpoint& file, bool hashes) {
  found.format = file.format();
  for (const TensorView& view : file.tensors()) {
    throw_if_cancelled();
    const std::string_view bytes(reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size());
    found.tensors.push_back(
        {view.name, view.dtype, view.shape, view.bytes.size(), hashes ? sha256_hex(bytes) : std::string()});
  }
  for (const auto& [key, value] : file.metadata()) found.metadata[key] = value;
}

Json value_json(const GgufValue& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, std::shared_ptr<const GgufArray>>) {
          if (held->values.size() > kShownElements) return fmt::format("[{} elements]", held->values.size());
          Json list = Json::array();
          for (const GgufValue& element : held->values) list.push_back(value_json(element));
          return list;
        } else {
          return held;
        }
      },
      value);
}

std::string text_of(const Gguf& gguf, const char* key) {
  const GgufValue* value = gguf.find(key);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? "" : *text;
}

std::size_t length_of(const Gguf& gguf, const char* key) {
  const GgufValue* value = gguf.find(key);
  const auto* array = value == nullptr ? nullptr : std::get_if<std::shared_ptr<const GgufArray>>(value);
  return array == nullptr ? 0 : (*array)->values.size();
}

void add_gguf(Inspection& found, const fs::path& path) {
  const Gguf gguf = Gguf::open(path);
  found.kind = "model";
  found.architecture = text_of(gguf, "general.architecture");
  found.licence = text_of(gguf, "general.license");
  found.chat_template = text_of(gguf, "tokenizer.chat_template");
  for (const GgufKey& key : gguf.keys()) {
    if (key.name != "tokenizer.chat_template") found.metadata[key.name] = value_json(key.value);
  }
  found.tokenizer = {{"type", text_of(gguf, "tokenizer.ggml.model")},
                     {"pre_tokenizer", text_of(gguf, "tokenizer.ggml.pre")},
                     {"vocabulary", length_of(gguf, "tokenizer.ggml.tokens")},
                     {"merges", length_of(gguf, "tokenizer.ggml.merges")}};
}

/// The name of a part of tokenizer.json: "Sequence", "ByteLevel"; null where there is none.
Json part_type(const Json& tokenizer, const char* part) {
  const auto found = tokenizer.find(part);
  return found != tokenizer.end() && found->is_object() && found->contains("type") ? (*found)["type"] : Json(nullptr);
}

std::size_t part_size(const Json& object, const char* part) {
  const auto found = object.find(part);
  return found == object.end() || found->is_primitive() ? 0 : found->size();
}

Json tokenizer_json(const fs::path& path) {
  const Json json = read_json_file(path);
  const Json model = json_get<Json>(json, "model", path.string());
  if (!model.is_object()) throw_json_type("model", model, path.string());
  Json special = Json::array();
  for (const Json& added : json_get_or<Json>(json, "added_tokens", Json::array(), path.string())) {
    if (added.is_object() && added.contains("content")) special.push_back(added["content"]);
  }
  return {{"type", part_type(json, "model")},
          {"normalizer", part_type(json, "normalizer")},
          {"pre_tokenizer", part_type(json, "pre_tokenizer")},
          {"post_processor", part_type(json, "post_processor")},
          {"decoder", part_type(json, "decoder")},
          {"vocabulary", part_size(model, "vocab")},
          {"merges", part_size(model, "merges")},
          {"added_tokens", special}};
}

/// "license: apache-2.0" in the front matter of README.md, else the first words of LICENSE.
std::string licence_of(const fs::path& folder) {
  constexpr std::uint64_t kMaxText = std::uint64_t{1} << 22;
  if (fs::exists(folder / "README.md")) {
    std::istringstream lines(read_file(folder / "README.md", kMaxText));
    constexpr std::string_view kKey = "license: ";
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(kKey)) return line.substr(kKey.size());
    }
  }
  for (const char* name : {"LICENSE", "LICENSE.txt"}) {
    if (!fs::exists(folder / name)) continue;
    std::istringstream lines(read_file(folder / name, kMaxText));
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find_first_not_of(" \t\r");
      if (begin != std::string::npos) return line.substr(begin);
    }
  }
  return "";
}

void add_folder(Inspection& found, const fs::path& folder) {
  found.licence = licence_of(folder);
  for (const auto& [name, kind] : {std::pair{"config.json", "model"}, {"adapter_config.json", "adapter"}}) {
    if (!found.kind.empty() || !fs::exists(folder / name)) continue;
    found.kind = kind;
    found.config = read_json_file(folder / name);
  }
  const auto list = found.config.find("architectures");
  if (list != found.config.end() && list->is_array() && !list->empty() && list->front().is_string())
    found.architecture = list->front().get<std::string>();
  if (fs::exists(folder / "tokenizer.json")) found.tokenizer = tokenizer_json(folder / "tokenizer.json");
  if (const auto chat = text::load_chat_template(folder)) found.chat_template = chat->source();
}

}  // namespace

Inspection inspect(const std::string& path, bool hashes) {
  Inspection found;
  found.path = path;
  const fs::path file(path);
  if (!fs::exists(file)) throw NotFoundError(fmt::format("'{}' does not exist", path));
  if (fs::is_directory(file)) {
    add_folder(found, file);
    if (has_weights(file) || found.kind.empty()) add_tensors(found, Checkpoint::open(file), hashes);
  } else if (file.filename() == "tokenizer.json") {
    found.kind = found.format = "tokenizer";
    found.tokenizer = tokenizer_json(file);
  } else {
    add_tensors(found, Checkpoint::open(file), hashes);
    if (found.format == "gguf") add_gguf(found, file);
  }
  if (found.kind.empty()) found.kind = "tensors";
  return found;
}

}  // namespace llmops::model

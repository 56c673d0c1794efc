#include "model/model_source.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/uri.h"

namespace llmops::model {
namespace {

/// What a resolved place holds: "model", "gguf" or "adapter".
std::string kind_of(const fs::path& path, const std::string& given) {
  if (!fs::exists(path))
    throw NotFoundError(fmt::format("'{}' does not exist", path.string()), "pull or train the model first");
  if (!fs::is_directory(path)) {
    if (path.extension() == ".gguf") return "gguf";
    throw InputError(fmt::format("'{}' is neither a model folder nor a .gguf file", given),
                     "give the folder that holds config.json");
  }
  if (fs::exists(path / "config.json")) return "model";
  if (fs::exists(path / "adapter_config.json")) return "adapter";
  throw InputError(
      fmt::format("'{}' is neither a model nor an adapter: it has no config.json and no adapter_config.json", given),
      "give the folder that holds one of them");
}

/// The adapter's base as its file names it: a URI or an absolute path as it is, another path from the adapter's folder
/// or from the working folder, whichever exists.
std::string base_of(const fs::path& adapter) {
  const fs::path file = adapter / "adapter_config.json";
  auto name = json_get<std::string>(read_json_file(file), "base_model_name_or_path", file.string());
  if (name.empty())
    throw InputError(fmt::format("{}: 'base_model_name_or_path' is empty", file.string()), "name the base with --base");
  const bool relative = name.find(":/") == std::string::npos && !fs::path(name).is_absolute();
  if (relative && fs::exists(adapter / name)) return fs::weakly_canonical(adapter / name).string();
  if (relative && !fs::exists(name)) {
    throw NotFoundError(
        fmt::format("{}: the base model '{}' does not exist here", file.string(), name),
        fmt::format("run 'llmops pull hf://{}' if it is a hub model, or name the base with --base", name));
  }
  return name;
}

}  // namespace

ModelSource resolve_model(registry::Registry& registry, const std::string& text, const std::string& base) {
  const registry::Resolved resolved = registry::resolve(registry, text);
  ModelSource source;
  source.given = text;
  source.uri = resolved.uri;
  source.kind = kind_of(resolved.path, text);
  if (source.kind != "adapter") {
    if (!base.empty())
      throw UsageError(fmt::format("'{}' is not an adapter, so it has no base", text), "leave --base out");
    source.model_path = resolved.path;
    return source;
  }
  source.adapter_path = resolved.path;
  const std::string base_name = base.empty() ? base_of(resolved.path) : base;
  const registry::Resolved found = registry::resolve(registry, base_name);
  if (kind_of(found.path, base_name) == "adapter") {
    throw InputError(fmt::format("the base '{}' of '{}' is itself an adapter", base_name, text),
                     "merge that adapter first");
  }
  source.model_path = found.path;
  return source;
}

ModelSource resolve_adapter(registry::Registry& registry, const std::string& text, const std::string& base) {
  ModelSource source = resolve_model(registry, text, base);
  if (!source.adapter_path.empty()) return source;
  throw UsageError(fmt::format("'{}' is not an adapter", text), "give a PEFT folder or its URI");
}

bool is_plain_model(const std::string& text) {
  if (parse_uri(text).kind != Uri::Kind::kPath || !fs::exists(text)) return false;
  return !fs::is_directory(text) || fs::exists(fs::path(text) / "config.json");
}

bool is_plain_tokenizer(const std::string& text) {
  if (parse_uri(text).kind != Uri::Kind::kPath || !fs::exists(text)) return false;
  return !fs::exists(fs::path(text) / "adapter_config.json") || fs::exists(fs::path(text) / "tokenizer.json");
}

registry::Artifact record_inputs(registry::Run& run, const ModelSource& source) {
  const bool adapted = !source.adapter_path.empty();
  const std::string kind = fs::is_directory(source.model_path) ? "model" : "gguf";
  const registry::Artifact model = run.add_input(source.model_path, kind, adapted ? "" : source.uri);
  return adapted ? run.add_input(source.adapter_path, "adapter", source.uri) : model;
}

}  // namespace llmops::model

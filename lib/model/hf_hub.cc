// Which files of a hub's repository make up a model.
#include "model/hf_hub.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "model/model_files.h"

namespace llmops::model {
namespace {

std::string read_licence(const Json& model) {
  const auto tags = model.find("tags");
  if (tags == model.end() || !tags->is_array()) return "";
  for (const Json& tag : *tags) {
    constexpr std::string_view kPrefix = "license:";
    if (tag.is_string() && tag.get<std::string>().starts_with(kPrefix))
      return tag.get<std::string>().substr(kPrefix.size());
  }
  return "";
}

/// Model files of a listing; pickled weights only where there are no others.
/// @throws InputError  for repositories without weights that we read
std::vector<std::string> read_files(const Json& model, const std::string& origin) {
  std::vector<std::string> files, pickled;
  bool weights = false;
  std::string others;
  for (const Json& sibling : json_get<Json>(model, "siblings", origin)) {
    const auto name = json_get<std::string>(sibling, "rfilename", origin);
    if (is_model_file(name)) files.push_back(name);
    if (is_pickled_weights(name)) pickled.push_back(name);
    weights |= is_model_file(name) && name.ends_with(".safetensors") && name.find('/') == std::string::npos;
    if (name.ends_with(".gguf") || name.ends_with(".h5")) others += (others.empty() ? "" : ", ") + name;
  }
  if (!weights) files.insert(files.end(), pickled.begin(), pickled.end());
  weights |= !pickled.empty();
  if (weights && std::find(files.begin(), files.end(), "config.json") != files.end()) return files;
  throw InputError(
      fmt::format("{}: the repository has no {}", origin, weights ? "config.json" : "weights that can be read"),
      others.empty() ? "" : fmt::format("it holds {}; GGUF files can be downloaded and pulled by path", others));
}

}  // namespace

HubRepository Hub::repository(const std::string& name) const { return {address_, HubRepository::Kind::kModel, name}; }

HubRevision Hub::revision(const std::string& repository, const std::string& revision) const {
  const HubRepository asked = this->repository(repository);
  const Json model = asked.describe(revision);
  const std::string origin = asked.uri("");
  return {repository, json_get<std::string>(model, "sha", origin), read_licence(model), read_files(model, origin)};
}

void Hub::fetch(const HubRevision& revision, const std::filesystem::path& folder, Progress& progress) const {
  fs::create_directories(folder);
  const HubRepository from = repository(revision.repository);
  for (const std::string& name : revision.files) {
    throw_if_cancelled();
    from.fetch(revision.commit, name, from.facts(revision.commit, name), folder / name, progress);
  }
}

}  // namespace llmops::model

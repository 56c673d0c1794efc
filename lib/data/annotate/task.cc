// The task of an annotation: from YAML, as JSON, and the keys of its labels.
#include "data/annotate/task.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::data {

namespace {

using Kind = AnnotationTask::Kind;

constexpr std::pair<const char*, Kind> kKinds[] = {
    {"label", Kind::kLabel}, {"rate", Kind::kRate}, {"rank", Kind::kRank}, {"correct", Kind::kCorrect}};
constexpr std::string_view kCommandKeys = "usfenqmyb";
constexpr int kMostSteps = 10;

const Kind* find_kind(const std::string& name) {
  for (const auto& [known, kind] : kKinds) {
    if (name == known) return &kind;
  }
  return nullptr;
}

std::string first_repeated(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  const auto found = std::adjacent_find(names.begin(), names.end());
  return found == names.end() ? "" : *found;
}

void check_shortcuts(const AnnotationTask& task, const std::string& origin) {
  std::set<std::string> taken;
  for (const auto& [label, key] : task.shortcuts) {
    if (std::find(task.labels.begin(), task.labels.end(), label) == task.labels.end()) {
      throw ConfigError(fmt::format("{}: 'shortcuts' names '{}', which is no label", origin, label),
                        did_you_mean(label, task.labels));
    }
    const bool plain = key.size() == 1 && std::isalnum(static_cast<unsigned char>(key[0])) != 0;
    if (!plain || is_command_key(key[0])) {
      throw ConfigError(fmt::format("{}: '{}' cannot be the key of '{}'", origin, key, label),
                        fmt::format("a digit or a letter other than {}", fmt::join(kCommandKeys, " ")));
    }
    if (!taken.insert(key).second) throw ConfigError(fmt::format("{}: two labels have the key '{}'", origin, key));
  }
}

void check_labels(const AnnotationTask& task, const std::string& origin) {
  if (task.labels.empty()) {
    throw ConfigError(fmt::format("{}: there are no labels", origin), "--labels spam,ham, or 'labels: [spam, ham]'");
  }
  for (const std::string& label : task.labels) {
    // A line of text is how scripts answer, and a comma separates several labels there.
    if (label.empty() || label.find_first_of(",\n\r") != std::string::npos || label[0] == ':') {
      throw ConfigError(fmt::format("{}: '{}' cannot be a label", origin, label),
                        "not empty, no comma or line break, no ':' in front");
    }
  }
  if (const std::string twice = first_repeated(task.labels); !twice.empty()) {
    throw ConfigError(fmt::format("{}: the label '{}' is there twice", origin, twice));
  }
}

std::map<std::string, std::string> text_map(const Json& json, const std::string& origin) {
  std::map<std::string, std::string> map;
  if (json.is_null()) return map;
  if (!json.is_object()) throw_json_type("shortcuts", json, origin);
  for (const auto& [key, value] : json.items()) map[key] = value.is_string() ? value.get<std::string>() : value.dump();
  return map;
}

}  // namespace

bool is_command_key(char key) { return kCommandKeys.find(key) != std::string_view::npos; }

std::string AnnotationTask::kind_name() const {
  for (const auto& [name, known] : kKinds) {
    if (known == kind) return name;
  }
  return "";
}

std::vector<std::string> AnnotationTask::keys() const {
  std::vector<std::string> keys;
  if (kind == Kind::kRate) {
    for (int step = scale_min; step <= scale_max; ++step) keys.push_back(std::to_string(step % 10));
    return keys;
  }
  std::set<std::string> taken;
  for (const auto& [label, key] : shortcuts) taken.insert(key);
  std::string free = "123456789";
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    if (!is_command_key(letter)) free += letter;
  }
  std::erase_if(free, [&](char key) { return taken.contains(std::string(1, key)); });
  std::size_t next = 0;
  for (const std::string& label : labels) {
    const auto own = shortcuts.find(label);
    if (own != shortcuts.end()) {
      keys.push_back(own->second);
    } else {
      keys.push_back(next < free.size() ? std::string(1, free[next++]) : "");
    }
  }
  return keys;
}

Json AnnotationTask::json() const {
  Json json{{"kind", kind_name()}};
  if (kind == Kind::kLabel) json.update({{"labels", labels}, {"multiple", multiple}, {"shortcuts", shortcuts}});
  if (kind == Kind::kRate) json["scale"] = {scale_min, scale_max};
  if (kind == Kind::kRank) json["candidates"] = candidates;
  if (kind == Kind::kCorrect) json["edit"] = edit;
  json.update({{"fields", fields}, {"instructions", instructions}, {"overlap", overlap}, {"annotators", annotators}});
  return json;
}

AnnotationTask parse_annotation_task(const Json& json, const std::string& origin) {
  AnnotationTask task;
  const auto kind = json_get<std::string>(json, "kind", origin);
  const Kind* known = find_kind(kind);
  if (known == nullptr) throw InputError(fmt::format("{}: 'kind' is '{}'", origin, kind));
  task.kind = *known;
  task.labels = json_get_or(json, "labels", task.labels, origin);
  task.multiple = json_get_or(json, "multiple", false, origin);
  const auto scale = json_get_or(json, "scale", std::vector<int>{1, 5}, origin);
  if (scale.size() != 2) throw InputError(fmt::format("{}: 'scale' is not two numbers", origin));
  task.scale_min = scale[0];
  task.scale_max = scale[1];
  task.candidates = json_get_or(json, "candidates", task.candidates, origin);
  task.edit = json_get_or(json, "edit", task.edit, origin);
  task.fields = json_get_or(json, "fields", task.fields, origin);
  task.instructions = json_get_or(json, "instructions", task.instructions, origin);
  task.shortcuts = text_map(json.value("shortcuts", Json()), origin);
  task.overlap = json_get_or(json, "overlap", 1, origin);
  task.annotators = json_get_or(json, "annotators", task.annotators, origin);
  check_annotation_task(task, origin);
  return task;
}

AnnotationTask read_annotation_task(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  auto document = config::YamlDocument::from_file(path, overrides);
  config::YamlObject root = document.root();
  AnnotationTask task;
  std::string kind = "label";
  std::vector<double> scale{1, 5};
  root.optional("kind", kind);
  root.optional("labels", task.labels);
  root.optional("multiple", task.multiple);
  root.optional("scale", scale);
  root.optional("candidates", task.candidates);
  root.optional("edit", task.edit);
  root.optional("fields", task.fields);
  root.optional("instructions", task.instructions);
  task.shortcuts = text_map(root.json("shortcuts"), path.string());
  root.optional("overlap", task.overlap);
  root.optional("annotators", task.annotators);
  const Kind* known = find_kind(kind);
  root.check(known != nullptr, "kind", fmt::format("is '{}'", kind), "label, rate, rank or correct");
  root.check(scale.size() == 2, "scale", "is not two numbers", "[1, 5]");
  document.finish();
  task.kind = *known;
  task.scale_min = static_cast<int>(scale[0]);
  task.scale_max = static_cast<int>(scale[1]);
  check_annotation_task(task, path.string());
  return task;
}

void check_annotation_task(const AnnotationTask& task, const std::string& origin) {
  if (task.kind == Kind::kLabel) {
    check_labels(task, origin);
    check_shortcuts(task, origin);
  }
  if (task.kind == Kind::kRate && (task.scale_min < 0 || task.scale_max <= task.scale_min ||
                                   task.scale_max - task.scale_min >= kMostSteps || task.scale_max > 100)) {
    throw ConfigError(fmt::format("{}: 'scale' goes from {} to {}", origin, task.scale_min, task.scale_max),
                      fmt::format("two whole numbers from 0 on, upwards, of at most {} steps", kMostSteps));
  }
  if (task.overlap < 1) {
    throw ConfigError(fmt::format("{}: 'overlap' is {}, expected at least 1", origin, task.overlap));
  }
  if (!task.annotators.empty() && static_cast<std::size_t>(task.overlap) > task.annotators.size()) {
    throw ConfigError(
        fmt::format("{}: 'overlap' is {}, but there are {} annotators", origin, task.overlap, task.annotators.size()));
  }
}

}  // namespace llmops::data

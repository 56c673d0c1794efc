#include "model/sentence_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

/// Absent files are empty objects.
Json read_optional(const fs::path& file) {
  if (!fs::exists(file)) return Json::object();
  Json json = read_json_file(file);
  if (!json.is_object()) throw InputError(fmt::format("{}: expected a JSON object", file.string()));
  return json;
}

int read_size(const Json& json, const char* key, int fallback, const std::string& origin) {
  const auto value = json_get_or<double>(json, key, fallback, origin);
  constexpr double kMost = 1 << 26;
  if (!(value >= 0 && value <= kMost)) {
    throw InputError(fmt::format("{}: '{}' is {}, expected 0 to {}", origin, key, json[key].dump(), kMost));
  }
  return static_cast<int>(value);
}

/// A module's folder inside the model's; the name comes from a file we do not trust.
fs::path module_folder(const fs::path& folder, const Json& module, const std::string& origin) {
  const auto name = json_get_or<std::string>(module, "path", "", origin);
  if (name.find('/') != std::string::npos || name.find('\0') != std::string::npos || name == "..")
    throw InputError(fmt::format("{}: 'path' is '{}', expected a folder beside the file", origin, name));
  return name.empty() ? folder : folder / name;
}

/// Pooling modes as two generations of the file write them: a list or name, or a switch for each.
std::vector<Pooling> read_pooling_modes(const Json& json, const std::string& origin) {
  static constexpr std::pair<const char*, Pooling> kSwitches[] = {
      {"pooling_mode_cls_token", Pooling::kCls},
      {"pooling_mode_max_tokens", Pooling::kMax},
      {"pooling_mode_mean_tokens", Pooling::kMean},
      {"pooling_mode_mean_sqrt_len_tokens", Pooling::kMeanSqrtLength},
      {"pooling_mode_weightedmean_tokens", Pooling::kWeightedMean},
      {"pooling_mode_lasttoken", Pooling::kLastToken},
  };
  std::vector<Pooling> modes;
  if (json.contains("pooling_mode")) {
    const Json& named = json["pooling_mode"];
    for (const Json& name : named.is_array() ? named : Json::array({named})) {
      if (!name.is_string()) throw_json_type("pooling_mode", named, origin);
      try {
        modes.push_back(parse_pooling(name.get<std::string>()));
      } catch (const UsageError& error) {
        throw InputError(fmt::format("{}: {}", origin, error.what()), error.hint());
      }
    }
  } else {
    for (const auto& [key, pooling] : kSwitches) {
      if (json_get_or<bool>(json, key, false, origin)) modes.push_back(pooling);
    }
  }
  return modes.empty() ? std::vector{Pooling::kMean} : modes;
}

void read_pooling(SentenceLayout& layout, const fs::path& folder) {
  const fs::path file = folder / "config.json";
  const Json json = read_json_file(file);
  layout.pooling = read_pooling_modes(json, file.string());
  layout.include_prompt = json_get_or<bool>(json, "include_prompt", true, file.string());
}

SentenceStep read_dense(const fs::path& folder) {
  static constexpr std::pair<const char*, DenseActivation> kActivations[] = {
      {"Identity", DenseActivation::kNone}, {"Tanh", DenseActivation::kTanh},       {"ReLU", DenseActivation::kRelu},
      {"GELU", DenseActivation::kGelu},     {"Sigmoid", DenseActivation::kSigmoid},
  };
  const fs::path file = folder / "config.json";
  const std::string origin = file.string();
  const Json json = read_json_file(file);
  SentenceStep step;
  step.kind = SentenceStep::Kind::kDense;
  step.folder = folder;
  step.in = read_size(json, "in_features", 0, origin);
  step.out = read_size(json, "out_features", 0, origin);
  step.bias = json_get_or<bool>(json, "bias", true, origin);
  if (step.in < 1 || step.out < 1)
    throw InputError(fmt::format("{}: 'in_features' and 'out_features' must be at least 1", origin));
  if (json_get_or<bool>(json, "use_residual", false, origin))
    throw InputError(fmt::format("{}: 'use_residual' is not supported", origin));
  const auto name = json_get_or<std::string>(json, "activation_function", "torch.nn.modules.activation.Tanh", origin);
  const std::string last = name.substr(name.rfind('.') + 1);
  for (const auto& [known, activation] : kActivations) {
    step.activation = activation;
    if (last == known) return step;
  }
  throw InputError(fmt::format("{}: 'activation_function' is '{}', which is not supported", origin, name),
                   "supported are Identity, Tanh, ReLU, GELU and Sigmoid");
}

/// The length limit lies in a file whose name depends on the model's kind.
void read_length_limit(SentenceLayout& layout) {
  for (const char* kind : {"bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet"}) {
    const fs::path file = layout.model / fmt::format("sentence_{}_config.json", kind);
    if (!fs::exists(file)) continue;
    const Json json = read_optional(file);
    layout.max_tokens = read_size(json, "max_seq_length", 0, file.string());
    layout.lower_case = json_get_or<bool>(json, "do_lower_case", false, file.string());
    return;
  }
}

void read_prompts(SentenceLayout& layout, const fs::path& folder) {
  const fs::path file = folder / "config_sentence_transformers.json";
  const Json json = read_optional(file);
  const Json prompts = json_get_or<Json>(json, "prompts", Json::object(), file.string());
  if (!prompts.is_object()) throw_json_type("prompts", prompts, file.string());
  for (const auto& [name, text] : prompts.items()) {
    if (!text.is_string() && !text.is_null()) throw_json_type(name.c_str(), text, file.string() + ": prompts");
    layout.prompts[name] = text.is_string() ? text.get<std::string>() : "";
  }
  layout.default_prompt = json_get_or<std::string>(json, "default_prompt_name", "", file.string());
  if (!layout.default_prompt.empty() && !layout.prompts.contains(layout.default_prompt)) {
    throw InputError(
        fmt::format("{}: 'default_prompt_name' '{}' is none of its prompts", file.string(), layout.default_prompt));
  }
  layout.dimensions = read_size(json, "truncate_dim", 0, file.string());
}

void read_module(SentenceLayout& layout, const fs::path& folder, const Json& module, const std::string& origin) {
  const auto type = json_get<std::string>(module, "type", origin);
  const std::string kind = type.substr(type.rfind('.') + 1);
  const fs::path place = module_folder(folder, module, origin);
  if (kind == "Transformer") {
    layout.model = place;
  } else if (kind == "Pooling") {
    read_pooling(layout, place);
  } else if (kind == "Dense") {
    layout.steps.push_back(read_dense(place));
  } else if (kind == "Normalize") {
    layout.steps.emplace_back();
  } else if (kind != "Dropout") {  // which does nothing outside of training
    const std::vector<std::string> known = {"Transformer", "Pooling", "Dense", "Normalize", "Dropout"};
    throw InputError(fmt::format("{}: a module of type '{}' is not supported", origin, type),
                     did_you_mean(kind, known, fmt::format("supported are {}", fmt::join(known, ", "))));
  }
}

}  // namespace

SentenceLayout read_sentence_layout(const fs::path& folder) {
  SentenceLayout layout;
  layout.model = folder;
  const fs::path modules = folder / "modules.json";
  layout.declared = fs::exists(modules);
  if (layout.declared) {
    const Json list = read_json_file(modules);
    if (!list.is_array()) throw InputError(fmt::format("{}: expected a list of modules", modules.string()));
    for (const Json& module : list) read_module(layout, folder, module, modules.string());
  }
  read_length_limit(layout);
  read_prompts(layout, folder);
  return layout;
}

}  // namespace llmops::model

#include "model/activation_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

struct Named {
  const char* name;
  Activation activation;
};

/// Several names of transformers mean one function.
constexpr Named kNames[] = {
    {"silu", Activation::kSilu},
    {"swish", Activation::kSilu},
    {"gelu", Activation::kGelu},
    {"gelu_python", Activation::kGelu},
    {"gelu_new", Activation::kGeluTanh},
    {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"gelu_fast", Activation::kGeluTanh},
    {"gelu_accurate", Activation::kGeluTanh},
    {"relu", Activation::kRelu},
    {"relu2", Activation::kReluSquared},
    {"quick_gelu", Activation::kQuickGelu},
};

}  // namespace

Activation find_activation(const Settings& settings) {
  const std::string key = settings.spelling("hidden_act");
  const Json& value = settings.value("hidden_act");
  if (!value.is_string()) throw_json_type(key.c_str(), value, settings.origin());
  const auto name = value.get<std::string>();
  std::vector<std::string> known;
  for (const Named& named : kNames) {
    if (name == named.name) return named.activation;
    known.emplace_back(named.name);
  }
  throw InputError(fmt::format("{}: '{}' is '{}', which is not supported", settings.origin(), key, name),
                   did_you_mean(name, known, fmt::format("supported are {}", fmt::join(known, ", "))));
}

}  // namespace llmops::model

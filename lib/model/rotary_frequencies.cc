// Frequencies of rotary positions for each kind of context extension.
#include "model/rotary_frequencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

using Frequencies = std::vector<float>;

/// theta^(2i / R) for each i, in float32 throughout because that is what transformers rounds to.
Frequencies powers(double theta, int size) {
  Frequencies found;
  for (int i = 0; i < size; i += 2) {
    found.push_back(std::pow(static_cast<float>(theta), static_cast<float>(i) / static_cast<float>(size)));
  }
  return found;
}

Frequencies plain_frequencies(double theta, int size) {
  Frequencies found = powers(theta, size);
  for (float& value : found) value = 1.0F / value;
  return found;
}

int original_context(const ModelConfig& config) {
  const int original = config.rope_scaling.original_max_position;
  return original > 0 ? original : config.max_position;
}

Frequencies linear_frequencies(const ModelConfig& config) {
  Frequencies found = plain_frequencies(config.rope_theta, config.rotary_size);
  for (float& value : found) value /= static_cast<float>(config.rope_scaling.factor);
  return found;
}

/// Low frequencies are divided by the factor, high ones kept, those between blended. Llama 3.1.
Frequencies llama3_frequencies(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  const auto factor = static_cast<float>(scaling.factor), low = static_cast<float>(scaling.low_freq_factor);
  const auto high = static_cast<float>(scaling.high_freq_factor),
             original = static_cast<float>(original_context(config));
  Frequencies found = plain_frequencies(config.rope_theta, config.rotary_size);
  for (float& value : found) {
    const float wavelength = static_cast<float>(2 * std::numbers::pi) / value;
    if (wavelength > original / low) {
      value /= factor;
    } else if (wavelength >= original / high) {
      const float smooth = (original / wavelength - low) / (high - low);
      value = (1 - smooth) * value / factor + smooth * value;
    }
  }
  return found;
}

/// Peng et al., 2023, "YaRN": a linear ramp between dimensions that turn often and those that hardly turn.
Frequencies yarn_frequencies(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  const int size = config.rotary_size;
  const auto dimension_turning = [&](double turns) {
    return size * std::log(original_context(config) / (turns * 2 * std::numbers::pi)) /
           (2 * std::log(config.rope_theta));
  };
  double low = dimension_turning(scaling.beta_fast);
  double high = dimension_turning(scaling.beta_slow);
  if (scaling.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, size - 1.0);
  if (low == high) high += 0.001;  // transformers' own guard against a division by zero
  Frequencies found = plain_frequencies(config.rope_theta, size);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const float place = (static_cast<float>(i) - static_cast<float>(low)) / static_cast<float>(high - low);
    const float ramp = std::clamp(place, 0.0F, 1.0F);
    found[i] = found[i] / static_cast<float>(scaling.factor) * ramp + found[i] * (1 - ramp);
  }
  return found;
}

double yarn_attention_factor(const RopeScaling& scaling) {
  const auto scale = [&](double weight) {
    return scaling.factor <= 1 ? 1.0 : 0.1 * weight * std::log(scaling.factor) + 1.0;
  };
  if (scaling.attention_factor != 0) return scaling.attention_factor;
  if (scaling.mscale != 0 && scaling.mscale_all_dim != 0) return scale(scaling.mscale) / scale(scaling.mscale_all_dim);
  return scale(1);
}

/// The base grows with the sequence so that the longest wavelength still covers it ("dynamic NTK").
Frequencies dynamic_frequencies(const ModelConfig& config, std::int64_t length) {
  const double factor = config.rope_scaling.factor;
  const double size = config.rotary_size;
  const double share = static_cast<double>(std::max<std::int64_t>(length, config.max_position)) / config.max_position;
  const double theta = config.rope_theta * std::pow(factor * share - (factor - 1), size / (size - 2));
  return plain_frequencies(theta, config.rotary_size);
}

Frequencies divided(const ModelConfig& config, const std::vector<double>& factors, const char* name) {
  if (static_cast<int>(factors.size()) != config.rotary_size / 2) {
    throw InputError(fmt::format("rope_scaling: '{}' has {} values, expected {} (half of what is turned of a head)",
                                 name, factors.size(), config.rotary_size / 2));
  }
  Frequencies found = powers(config.rope_theta, config.rotary_size);
  for (std::size_t i = 0; i < factors.size(); ++i) found[i] = 1.0F / (static_cast<float>(factors[i]) * found[i]);
  return found;
}

double longrope_attention_factor(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  if (scaling.attention_factor != 0) return scaling.attention_factor;
  const double factor =
      scaling.factor != 0 ? scaling.factor : static_cast<double>(config.max_position) / original_context(config);
  return factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(original_context(config)));
}

}  // namespace

RotaryFrequencies::RotaryFrequencies(const ModelConfig& config) : config_(config) {
  const std::string& type = config.rope_scaling.type;
  if (type == "default" || type.empty() || type == "dynamic") {
    fixed_ = plain_frequencies(config.rope_theta, config.rotary_size);
  } else if (type == "linear") {
    fixed_ = linear_frequencies(config);
  } else if (type == "llama3") {
    fixed_ = llama3_frequencies(config);
  } else if (type == "yarn") {
    fixed_ = yarn_frequencies(config);
    attention_factor_ = yarn_attention_factor(config.rope_scaling);
  } else if (type == "longrope") {
    fixed_ = divided(config, config.rope_scaling.short_factor, "short_factor");
    long_ = divided(config, config.rope_scaling.long_factor, "long_factor");
    attention_factor_ = longrope_attention_factor(config);
  } else {
    const std::vector<std::string> known = {"default", "linear", "dynamic", "yarn", "llama3", "longrope"};
    throw InputError(fmt::format("rope_scaling: unknown type '{}'", type),
                     did_you_mean(type, known, "known are default, linear, dynamic, yarn, llama3 and longrope"));
  }
}

std::vector<float> RotaryFrequencies::of_length(std::int64_t length) const {
  if (turning_length(config_, length) == 0) return fixed_;
  return long_.empty() ? dynamic_frequencies(config_, length) : long_;
}

std::int64_t turning_length(const ModelConfig& config, std::int64_t length) {
  if (config.rope_scaling.type == "dynamic") return length > config.max_position ? length : 0;
  if (config.rope_scaling.type == "longrope") {
    return length > original_context(config) ? original_context(config) + 1 : 0;
  }
  return 0;
}

ModelConfig with_local_positions(ModelConfig config) {
  config.rope_theta = config.local_rope_theta;
  config.rope_scaling = {};
  return config;
}

}  // namespace llmops::model

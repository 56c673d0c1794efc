// Frequencies of rotary positions for each kind of context extension.
#include "model/rotary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

/// theta^(-2i / R), in float32 throughout because that is what transformers rounds to.
at::Tensor plain_frequencies(double theta, int size) {
  const at::Tensor exponents = at::arange(0, size, 2, at::kLong).to(at::kFloat) / size;
  return 1.0 / at::pow(at::Scalar(theta), exponents);
}

int original_context(const ModelConfig& config) {
  const int original = config.rope_scaling.original_max_position;
  return original > 0 ? original : config.max_position;
}

/// Low frequencies are divided by the factor, high ones kept, those between blended. Llama 3.1.
at::Tensor llama3_frequencies(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  const double original = original_context(config);
  const at::Tensor plain = plain_frequencies(config.rope_theta, config.rotary_size);
  const at::Tensor wavelengths = 2 * std::numbers::pi / plain;
  const at::Tensor slow = wavelengths > original / scaling.low_freq_factor;
  const at::Tensor fast = wavelengths < original / scaling.high_freq_factor;
  const at::Tensor scaled = at::where(slow, plain / scaling.factor, plain);
  const at::Tensor smooth =
      (original / wavelengths - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor);
  const at::Tensor blended = (1 - smooth) * scaled / scaling.factor + smooth * scaled;
  return at::where(slow.logical_or(fast), scaled, blended);
}

/// Peng et al., 2023, "YaRN": a linear ramp between dimensions that turn often and those that hardly turn.
at::Tensor yarn_frequencies(const ModelConfig& config) {
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
  const at::Tensor ramp = ((at::arange(size / 2, at::kFloat) - low) / (high - low)).clamp(0, 1);
  const at::Tensor plain = plain_frequencies(config.rope_theta, size);
  return plain / scaling.factor * ramp + plain * (1 - ramp);
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
at::Tensor dynamic_frequencies(const ModelConfig& config, std::int64_t length) {
  const double factor = config.rope_scaling.factor;
  const double size = config.rotary_size;
  const double share = static_cast<double>(std::max<std::int64_t>(length, config.max_position)) / config.max_position;
  const double theta = config.rope_theta * std::pow(factor * share - (factor - 1), size / (size - 2));
  return plain_frequencies(theta, config.rotary_size);
}

at::Tensor divided(const ModelConfig& config, const std::vector<double>& factors, const char* name) {
  if (static_cast<int>(factors.size()) != config.rotary_size / 2) {
    throw InputError(fmt::format("rope_scaling: '{}' has {} values, expected {} (half of what is turned of a head)",
                                 name, factors.size(), config.rotary_size / 2));
  }
  const at::Tensor scale = at::tensor(factors, at::kDouble).to(at::kFloat);
  const at::Tensor exponents = at::arange(0, config.rotary_size, 2, at::kLong).to(at::kFloat) / config.rotary_size;
  return 1.0 / (scale * at::pow(at::Scalar(config.rope_theta), exponents));
}

double longrope_attention_factor(const ModelConfig& config) {
  const RopeScaling& scaling = config.rope_scaling;
  if (scaling.attention_factor != 0) return scaling.attention_factor;
  const double factor =
      scaling.factor != 0 ? scaling.factor : static_cast<double>(config.max_position) / original_context(config);
  return factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(original_context(config)));
}

}  // namespace

Rotary::Rotary(const ModelConfig& config) : config_(config) {
  const std::string& type = config.rope_scaling.type;
  if (type == "default" || type.empty() || type == "dynamic") {
    fixed_ = plain_frequencies(config.rope_theta, config.rotary_size);
  } else if (type == "linear") {
    fixed_ = plain_frequencies(config.rope_theta, config.rotary_size) / config.rope_scaling.factor;
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

ModelConfig with_local_positions(ModelConfig config) {
  config.rope_theta = config.local_rope_theta;
  config.rope_scaling = {};
  return config;
}

at::Tensor Rotary::inverse_frequencies(std::int64_t length) const {
  if (config_.rope_scaling.type == "dynamic" && length > config_.max_position) {
    return dynamic_frequencies(config_, length);
  }
  return long_.defined() && length > original_context(config_) ? long_ : fixed_;
}

RotaryAngles Rotary::angles(std::span<const Segment> segments) const {
  std::vector<at::Tensor> parts;  // each (n, R / 2)
  parts.reserve(segments.size());
  for (const Segment& segment : segments) {
    const std::int64_t first = segment.past();
    const at::Tensor positions = at::arange(first, first + segment.length, at::kFloat);
    parts.push_back(at::outer(positions, inverse_frequencies(first + segment.length)));
  }
  const at::Tensor radians = parts.size() == 1 ? parts[0] : at::cat(parts);
  RotaryAngles angles{radians.cos(), radians.sin()};
  if (attention_factor_ != 1) {
    angles.cos.mul_(attention_factor_);
    angles.sin.mul_(attention_factor_);
  }
  return angles;
}

}  // namespace llmops::model

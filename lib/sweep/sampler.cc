// The samplers that do not look at results.
#include "sweep/sampler.h"

#include "sweep/random_numbers.h"

namespace llmops::sweep {
namespace {

constexpr std::uint64_t kRandomStream = 0x73776565;  // "swee"

}  // namespace

std::size_t grid_size(const std::vector<Parameter>& parameters) {
  constexpr std::size_t kMost = SIZE_MAX / 2;
  std::size_t size = 1;
  for (const Parameter& parameter : parameters) {
    if (parameter.size() == 0) return 0;
    size = size > kMost / parameter.size() ? kMost : size * parameter.size();
  }
  return size;
}

Point grid_point(const SampleRequest& request) {
  Point point(request.parameters.size());
  std::size_t rest = request.trial;
  for (std::size_t i = point.size(); i-- > 0;) {
    const Parameter& parameter = request.parameters[i];
    const auto at = static_cast<double>(rest % parameter.size());
    rest /= parameter.size();
    point[i] = parameter.is_range() ? parameter.allowed(parameter.scaled(parameter.low + at * parameter.step)) : at;
  }
  return point;
}

Point random_point(const SampleRequest& request) {
  train::Random random({request.seed, kRandomStream, request.trial});
  Point point;
  for (const Parameter& parameter : request.parameters) {
    const double unit = draw_unit(random);
    if (parameter.is_range()) {
      const double low = parameter.scaled_low();
      point.push_back(parameter.allowed(low + unit * (parameter.scaled_high() - low)));
    } else {
      point.push_back(std::floor(unit * static_cast<double>(parameter.choices.size())));
    }
  }
  return point;
}

}  // namespace llmops::sweep

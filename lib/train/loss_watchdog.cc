// Watches the loss.
#include "train/loss_watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace llmops::train {
namespace {

constexpr std::size_t kKept = 32;
/// With fewer losses their median says little, and the first ones fall fast.
constexpr std::size_t kLeast = 8;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

std::string problem_of_step(double loss, double gradient_norm, const std::vector<double>& recent, double spike_factor) {
  if (!std::isfinite(loss)) return "the loss is not finite";
  if (!std::isfinite(gradient_norm)) return "the gradient is not finite";
  if (spike_factor == 0 || recent.size() < kLeast) return "";
  const double usual = median(recent);
  if (loss <= spike_factor * usual) return "";
  return fmt::format("the loss {:.4f} is over {:g} times the median {:.4f} of the last {} steps", loss, spike_factor,
                     usual, recent.size());
}

void remember_loss(std::vector<double>& recent, double loss) {
  if (recent.size() == kKept) recent.erase(recent.begin());
  recent.push_back(loss);
}

}  // namespace llmops::train

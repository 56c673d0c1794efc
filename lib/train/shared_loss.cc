#include "train/shared_loss.h"

#include <stdexcept>

namespace llmops::train {
namespace {

/// Figures of an objective at most: a message has the same length on all ranks, and one without a share knows of none.
constexpr std::size_t kMostMeasures = 31;

}  // namespace

void sum_over_ranks(Workers& workers, double& loss, Measures& measures) {
  if (workers.alone()) return;
  if (measures.size() > kMostMeasures) throw std::logic_error("an objective has too many figures to be summed");
  const at::Tensor sums = at::zeros({kMostMeasures + 1}, at::kDouble);
  auto* values = sums.mutable_data_ptr<double>();
  values[0] = loss;
  for (std::size_t i = 0; i < measures.size(); ++i) values[i + 1] = measures[i].second;
  workers.start_sum(sums)();
  loss = values[0];
  for (std::size_t i = 0; i < measures.size(); ++i) measures[i].second = values[i + 1];
}

}  // namespace llmops::train

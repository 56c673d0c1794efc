// fastText's losses, read backwards. It takes logarithms of p + 1e-5, and so its scores are that much too high; ours
// are the same numbers, but never above 1.
#include "data/rules/fasttext_output.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace llmops::data {

namespace {

constexpr std::int64_t kNoCount = 1'000'000'000'000'000;  // of a node that is not made yet

float safe_log(float p) { return static_cast<float>(std::log(static_cast<double>(p) + 1e-5)); }

// 0 for what is no number, which only a damaged model gives.
float score_of(float log_p) { return log_p > 0 ? 1.0F : log_p <= 0 ? std::exp(log_p) : 0.0F; }

// fastText's table of the sigmoid: 512 steps from -8 to 8.
float table_sigmoid(float x) {
  constexpr int kSteps = 512;
  constexpr float kMost = 8;
  if (!(x >= -kMost)) return 0;  // and where it is no number
  if (x > kMost) return 1;
  const auto step = static_cast<std::int64_t>((x + kMost) * kSteps / kMost / 2);
  const float at = static_cast<float>(step * 2) * kMost / kSteps - kMost;
  return static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(at))));
}

}  // namespace

FastTextOutput::FastTextOutput(FastTextLoss loss, FastTextMatrix matrix, const std::vector<std::int64_t>& counts,
                               const FastTextBytes& bytes)
    : loss_(loss), matrix_(matrix), labels_(counts.size()) {
  bytes.check(matrix_.rows() >= labels_ && labels_ > 0, "the matrix of labels");
  bytes.check(labels_ < std::numeric_limits<std::int32_t>::max() / 2, "the number of labels");
  std::int64_t total = 0;
  for (const std::int64_t count : counts) {
    bytes.check(count >= 0 && count < kNoCount - total, "a label's count");
    total += count;
  }
  if (loss == FastTextLoss::kHierarchicalSoftmax) build_tree(counts);
}

// Huffman's two queues: labels from the rarest (the last), and the nodes made so far from the first.
void FastTextOutput::build_tree(const std::vector<std::int64_t>& counts) {
  tree_.assign(2 * labels_ - 1, Node{kNoCount, -1, -1});
  for (std::size_t i = 0; i < labels_; ++i) tree_[i].count = counts[i];
  std::size_t leaves = labels_, node = labels_;
  const auto rarest = [&] {
    const bool leaf = leaves > 0 && tree_[leaves - 1].count < tree_[node].count;
    return leaf ? --leaves : node++;
  };
  for (std::size_t made = labels_; made < tree_.size(); ++made) {
    const std::size_t left = rarest(), right = rarest();
    tree_[made] = {tree_[left].count + tree_[right].count, static_cast<std::int32_t>(left),
                   static_cast<std::int32_t>(right)};
  }
}

FastTextOutput::Best FastTextOutput::best(const float* hidden) const {
  switch (loss_) {
    case FastTextLoss::kHierarchicalSoftmax: return best_leaf(hidden);
    case FastTextLoss::kSoftmax: return best_softmax(hidden);
    default: return best_independent(hidden);
  }
}

// Depth first, leaving out what is already less likely than the best. A stack, as a tree from a file may be deep.
FastTextOutput::Best FastTextOutput::best_leaf(const float* hidden) const {
  struct Step {
    std::size_t node;
    float log_p;
  };
  std::vector<Step> open{{tree_.size() - 1, 0.0F}};
  Best best;
  float most = -std::numeric_limits<float>::infinity();
  while (!open.empty()) {
    const Step step = open.back();
    open.pop_back();
    if (step.log_p < most) continue;
    const Node& node = tree_[step.node];
    if (node.left < 0) {
      best.label = step.node;
      most = step.log_p;
      continue;
    }
    const float right = 1.0F / (1.0F + std::exp(-matrix_.dot(step.node - labels_, hidden)));
    open.push_back({static_cast<std::size_t>(node.right), step.log_p + safe_log(right)});
    open.push_back({static_cast<std::size_t>(node.left), step.log_p + safe_log(1.0F - right)});
  }
  best.score = score_of(most);
  return best;
}

FastTextOutput::Best FastTextOutput::best_softmax(const float* hidden) const {
  Best best;
  float most = -std::numeric_limits<float>::infinity(), sum = 0;  // of exp(logit - most)
  for (std::size_t label = 0; label < labels_; ++label) {
    const float logit = matrix_.dot(label, hidden);
    if (logit >= most) {
      sum = sum * std::exp(most - logit) + 1;
      most = logit;
      best.label = label;
    } else {
      sum += std::exp(logit - most);
    }
  }
  best.score = score_of(safe_log(1 / sum));
  return best;
}

FastTextOutput::Best FastTextOutput::best_independent(const float* hidden) const {
  Best best;
  float most = -1;
  for (std::size_t label = 0; label < labels_; ++label) {
    const float p = table_sigmoid(matrix_.dot(label, hidden));
    if (p < most) continue;  // of equals the last, as there
    most = p;
    best.label = label;
  }
  best.score = score_of(safe_log(most));
  return best;
}

}  // namespace llmops::data

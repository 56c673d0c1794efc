// The last layer of a fastText classifier: which label a text's vector stands for.
#pragma once

#include <cstdint>
#include <vector>

#include "data/rules/fasttext_matrix.h"

namespace llmops::data {

enum class FastTextLoss : std::int32_t {
  kHierarchicalSoftmax = 1,
  kNegativeSampling = 2,
  kSoftmax = 3,
  kOneVersusAll = 4
};

class FastTextOutput {
 public:
  struct Best {
    std::size_t label = 0;
    float score = 0;  ///< a probability, 0 to 1
  };

  /// @param counts  of the labels in training; they shape the tree of the hierarchical softmax
  /// @throws InputError
  FastTextOutput(FastTextLoss loss, FastTextMatrix matrix, const std::vector<std::int64_t>& counts,
                 const FastTextBytes& bytes);

  /// @param hidden  (columns of the matrix) the mean of a text's rows
  Best best(const float* hidden) const;

 private:
  /// Of the Huffman tree: the first nodes are labels, the last is the root.
  struct Node {
    std::int64_t count = 0;
    std::int32_t left = -1, right = -1;
  };
  void build_tree(const std::vector<std::int64_t>& counts);
  Best best_leaf(const float* hidden) const;
  Best best_softmax(const float* hidden) const;
  Best best_independent(const float* hidden) const;

  FastTextLoss loss_;
  FastTextMatrix matrix_;
  std::size_t labels_ = 0;
  std::vector<Node> tree_;
};

}  // namespace llmops::data

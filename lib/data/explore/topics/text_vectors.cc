#include "data/explore/topics/text_vectors.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "data/explore/scan_words.h"
#include "data/explore/vocabulary.h"

namespace llmops::data::explore {
namespace {

struct Cell {
  std::uint32_t column = 0;
  float value = 0;
};

class SparseRows : public LinearMap {
 public:
  SparseRows(std::vector<std::vector<Cell>> rows, std::size_t cols) : rows_(std::move(rows)), cols_(cols) {}
  std::size_t rows() const override { return rows_.size(); }
  std::size_t cols() const override { return cols_; }
  Matrix times(const Matrix& x) const override {
    Matrix out(rows(), x.cols);
    for (std::size_t i = 0; i < rows(); ++i) {
      for (const Cell& cell : rows_[i]) {
        for (std::size_t k = 0; k < x.cols; ++k) out.row(i)[k] += cell.value * x.row(cell.column)[k];
      }
    }
    return out;
  }
  Matrix transposed_times(const Matrix& y) const override {
    Matrix out(cols(), y.cols);
    for (std::size_t i = 0; i < rows(); ++i) {
      for (const Cell& cell : rows_[i]) {
        for (std::size_t k = 0; k < y.cols; ++k) out.row(cell.column)[k] += cell.value * y.row(i)[k];
      }
    }
    return out;
  }

 private:
  std::vector<std::vector<Cell>> rows_;
  std::size_t cols_;
};

using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;

Counts count_words(std::string_view text) {
  Counts counts;
  WordScanner scanner(text);
  for (auto token = scanner.next(); token != WordScanner::Token::kEnd; token = scanner.next()) {
    if (token == WordScanner::Token::kWord) ++counts[word_hash(scanner.word())];
  }
  return counts;
}

}  // namespace

Matrix text_vectors(std::span<const std::string> texts, std::size_t dimensions, std::uint64_t seed) {
  std::vector<Counts> counts;
  Counts documents;
  for (const std::string& text : texts) {
    counts.push_back(count_words(text));
    for (const auto& [word, count] : counts.back()) ++documents[word];
  }
  // Columns by hash, so that their order does not depend on a table's.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> kept;
  for (const auto& [word, in] : documents) {
    if (in > 1 && 2 * std::size_t{in} <= texts.size()) kept.emplace_back(word, in);
  }
  std::sort(kept.begin(), kept.end());
  std::vector<std::vector<Cell>> rows;
  for (const Counts& words : counts) {
    std::vector<Cell>& row = rows.emplace_back();
    double norm = 0;
    for (const auto& [word, count] : words) {
      const auto found = std::lower_bound(kept.begin(), kept.end(), std::pair(word, std::uint32_t{0}));
      if (found == kept.end() || found->first != word) continue;
      const double rarity = std::log((1.0 + static_cast<double>(texts.size())) / (1.0 + found->second)) + 1;
      const double value = (1 + std::log(count)) * rarity;
      row.push_back({static_cast<std::uint32_t>(found - kept.begin()), static_cast<float>(value)});
      norm += value * value;
    }
    std::sort(row.begin(), row.end(), [](const Cell& a, const Cell& b) { return a.column < b.column; });
    for (Cell& cell : row) cell.value = static_cast<float>(cell.value / std::sqrt(norm));
  }
  Matrix vectors = largest_directions(SparseRows(std::move(rows), kept.size()), dimensions, seed);
  normalise_rows(vectors);
  return vectors;
}

}  // namespace llmops::data::explore

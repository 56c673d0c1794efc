#include "data/dedup/meaning_search.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <tuple>
#include <utility>

#include "core/cancel.h"
#include "data/parallel.h"
#include "data/store/external_sort.h"
#include "data/vectors/kmeans.h"
#include "ops/simd_clones.h"

namespace llmops::data {
namespace {

constexpr std::size_t kAllPairs = 8192;  // records of which all pairs are compared; also the rows held at a time, twice
constexpr std::size_t kCell = 2048;      // records about a centre
constexpr std::size_t kMostCells = 4096;  // of more records, cells are larger
constexpr std::size_t kDrawn = 32;        // records drawn for each centre to find them by
constexpr std::size_t kRowsAtOnce = 256;  // whose pairs wait to be joined
constexpr std::size_t kLanes = 16;

LLMOPS_SIMD_CLONES float dot(const float* a, const float* b, std::size_t size) {
  float sums[kLanes] = {};
  std::size_t k = 0;
  for (; k + kLanes <= size; k += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[k + lane] * b[k + lane];
  }
  for (; k < size; ++k) sums[k % kLanes] += a[k] * b[k];
  float sum = 0;
  for (const float lane : sums) sum += lane;
  return sum;
}

struct Member {
  std::uint32_t cell, record;
  bool operator<(const Member& other) const { return std::tie(cell, record) < std::tie(other.cell, other.record); }
};

class MeaningSearch {
 public:
  MeaningSearch(const EmbeddedCorpus& embedded, const std::vector<std::uint32_t>& records, double cosine,
                const Workplace& workplace, const std::function<void(std::uint32_t, std::uint32_t)>& join)
      : embedded_(embedded),
        records_(records),
        cosine_(static_cast<float>(cosine) - 1e-6F),  // of equal vectors it is 1 but for rounding
        workplace_(workplace),
        join_(join) {}

  void compare_cells(Progress& progress) {
    const Matrix centres = find_centres();
    ExternalSorter<Member> sorter(workplace_.folder, workplace_.memory / 4);
    for (std::size_t begin = 0; begin < records_.size(); begin += kAllPairs) {
      add_members(std::span(records_).subspan(begin, std::min(kAllPairs, records_.size() - begin)), centres, sorter);
    }
    std::vector<std::uint32_t> cell;
    std::uint32_t number = 0;
    sorter.drain([&](const Member& member) {
      if (member.cell != number) {
        compare(cell);
        cell.clear();
        number = member.cell;
        progress.update(number);
      }
      cell.push_back(member.record);
    });
    compare(cell);
  }

  std::uint64_t cells() const {
    return records_.size() <= kAllPairs ? 1 : std::min(records_.size() / kCell, kMostCells);
  }

  // All pairs, block by block, so that a cell of any size needs no more memory.
  void compare(std::span<const std::uint32_t> records) const {
    for (std::size_t i = 0; i < records.size(); i += kAllPairs) {
      const auto later = records.subspan(i, std::min(kAllPairs, records.size() - i));
      const Matrix rows = embedded_.rows(later);
      for (std::size_t j = 0; j < i; j += kAllPairs) {
        const auto earlier = records.subspan(j, kAllPairs);
        compare_blocks(later, rows, earlier, embedded_.rows(earlier));
      }
      compare_blocks(later, rows, later, rows);
    }
  }

 private:
  Matrix find_centres() const {
    const std::size_t drawn = std::min(records_.size(), cells() * kDrawn);
    std::vector<std::uint32_t> sample;
    sample.reserve(drawn);
    for (std::size_t i = 0; i < drawn; ++i) sample.push_back(records_[i * records_.size() / drawn]);
    KMeansSpec spec;
    spec.clusters = cells();
    spec.restarts = 1;
    spec.iterations = 10;  // rough cells are enough
    return kmeans(embedded_.rows(sample), spec).centres;
  }

  // To the cells of the two nearest centres: |x - c|^2 is least where x * c - |c|^2 / 2 is largest.
  void add_members(std::span<const std::uint32_t> records, const Matrix& centres,
                   ExternalSorter<Member>& sorter) const {
    const Matrix rows = embedded_.rows(records);
    std::vector<float> halves;
    halves.reserve(centres.rows);
    for (std::size_t c = 0; c < centres.rows; ++c) {
      halves.push_back(dot(centres.row(c), centres.row(c), centres.cols) / 2);
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> nearest(records.size());
    parallel_for(records.size(), workplace_.threads, [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        float best = -std::numeric_limits<float>::infinity(), second = best;
        for (std::uint32_t c = 0; c < centres.rows; ++c) {
          const float near = dot(rows.row(i), centres.row(c), centres.cols) - halves[c];
          if (near > best) {
            second = std::exchange(best, near);
            nearest[i] = {c, nearest[i].first};
          } else if (near > second) {
            second = near;
            nearest[i].second = c;
          }
        }
      }
    });
    for (std::size_t i = 0; i < records.size(); ++i) {
      sorter.add({nearest[i].first, records[i]});
      if (nearest[i].second != nearest[i].first) sorter.add({nearest[i].second, records[i]});
    }
  }

  // Each record of `later` with those of `earlier` that come before it.
  void compare_blocks(std::span<const std::uint32_t> later, const Matrix& later_rows,
                      std::span<const std::uint32_t> earlier, const Matrix& earlier_rows) const {
    const bool same = later.data() == earlier.data();
    for (std::size_t begin = 0; begin < later.size(); begin += kRowsAtOnce) {
      throw_if_cancelled();
      std::mutex mutex;
      std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
      const std::size_t count = std::min(kRowsAtOnce, later.size() - begin);
      parallel_for(count, workplace_.threads, [&](std::size_t first, std::size_t last) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> found;
        for (std::size_t i = begin + first; i < begin + last; ++i) {
          for (std::size_t j = 0; j < (same ? i : earlier.size()); ++j) {
            if (dot(later_rows.row(i), earlier_rows.row(j), later_rows.cols) < cosine_) continue;
            found.emplace_back(earlier[j], later[i]);
          }
        }
        const std::lock_guard lock(mutex);
        pairs.insert(pairs.end(), found.begin(), found.end());
      });
      for (const auto& [a, b] : pairs) join_(a, b);
    }
  }

  const EmbeddedCorpus& embedded_;
  const std::vector<std::uint32_t>& records_;
  float cosine_;
  const Workplace& workplace_;
  const std::function<void(std::uint32_t, std::uint32_t)>& join_;
};

}  // namespace

void find_alike(const EmbeddedCorpus& embedded, const std::vector<std::uint32_t>& records, double cosine,
                const Workplace& workplace, Progress& progress,
                const std::function<void(std::uint32_t, std::uint32_t)>& join) {
  MeaningSearch search(embedded, records, cosine, workplace, join);
  progress.start("compare meanings", search.cells(), "cells");
  if (search.cells() == 1) {
    search.compare(records);
  } else {
    search.compare_cells(progress);
  }
  progress.finish();
}

}  // namespace llmops::data

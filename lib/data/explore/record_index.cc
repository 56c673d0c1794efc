// Three merges of sorted lists: no table, so that memory is what the lists take.
#include "data/explore/record_index.h"

#include <algorithm>
#include <tuple>

namespace llmops::data::explore {
namespace {

using Keys = std::vector<RecordKey>;

auto by_id(const RecordKey& key) {
  return std::tuple(key.id, key.content, std::uint64_t{key.file}, std::uint64_t{key.offset});
}
auto by_content(const RecordKey& key) {
  return std::tuple(key.content, key.id, std::uint64_t{key.file}, std::uint64_t{key.offset});
}
auto by_place(const RecordKey& key) { return std::pair(std::uint64_t{key.file}, std::uint64_t{key.offset}); }

// Takes pairs for which `key` is equal out of both lists, which are sorted by it; what is left stays in order.
template <typename Key, typename Take>
void pair_off(Keys& before, Keys& after, Key key, Take take) {
  std::size_t a = 0, b = 0, left_a = 0, left_b = 0;
  while (a < before.size() && b < after.size()) {
    const auto key_a = key(before[a]), key_b = key(after[b]);
    if (key_a < key_b) {
      before[left_a++] = before[a++];
    } else if (key_b < key_a) {
      after[left_b++] = after[b++];
    } else if (!take(before[a], after[b])) {
      before[left_a++] = before[a++];
      after[left_b++] = after[b++];
    } else {
      ++a;
      ++b;
    }
  }
  left_a = static_cast<std::size_t>(std::move(before.begin() + static_cast<std::ptrdiff_t>(a), before.end(),
                                              before.begin() + static_cast<std::ptrdiff_t>(left_a)) -
                                    before.begin());
  left_b = static_cast<std::size_t>(std::move(after.begin() + static_cast<std::ptrdiff_t>(b), after.end(),
                                              after.begin() + static_cast<std::ptrdiff_t>(left_b)) -
                                    after.begin());
  before.resize(left_a);
  after.resize(left_b);
}

template <typename Key>
void sort_by(Keys& keys, Key key) {
  std::sort(keys.begin(), keys.end(), [&](const RecordKey& a, const RecordKey& b) { return key(a) < key(b); });
}

}  // namespace

RecordChanges compare_records(Keys before, Keys after, const std::vector<std::vector<bool>>& moved) {
  RecordChanges changes;
  const auto note_move = [&](const RecordKey& a, const RecordKey& b) {
    if (moved[a.file][b.file]) changes.moved.push_back({a, b});
  };
  sort_by(before, by_id);
  sort_by(after, by_id);
  pair_off(
      before, after, [](const RecordKey& key) { return std::pair(key.id, key.content); },
      [&](const RecordKey& a, const RecordKey& b) {
        ++changes.same;
        note_move(a, b);
        return true;
      });
  pair_off(
      before, after, [](const RecordKey& key) { return key.id; },
      [&](const RecordKey& a, const RecordKey& b) {
        if (a.id == 0) return false;
        changes.changed.push_back({a, b});
        return true;
      });
  sort_by(before, by_content);
  sort_by(after, by_content);
  pair_off(
      before, after, [](const RecordKey& key) { return key.content; },
      [&](const RecordKey& a, const RecordKey& b) {
        ++changes.renamed;
        note_move(a, b);
        return true;
      });
  sort_by(before, by_place);
  sort_by(after, by_place);
  changes.removed = std::move(before);
  changes.added = std::move(after);
  const auto by_first = [](const RecordPair& a, const RecordPair& b) { return by_place(a.after) < by_place(b.after); };
  std::sort(changes.changed.begin(), changes.changed.end(), by_first);
  std::sort(changes.moved.begin(), changes.moved.end(), by_first);
  return changes;
}

}  // namespace llmops::data::explore

#include "data/explore/mentions.h"

#include <algorithm>

namespace llmops::data::explore {

MentionCounts::MentionCounts() : parts_(all_groups().size()), groups_(all_groups().size()) {
  products_.resize(groups_.size() * groups_.size());
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const std::string_view terms = all_groups()[group].terms;
    for (std::size_t begin = 0; begin < terms.size();) {
      const std::size_t end = std::min(terms.find(' ', begin), terms.size());
      add_term(terms.substr(begin, end - begin), group);
      begin = end + 1;
    }
    std::sort(parts_[group].begin(), parts_[group].end());
  }
  std::sort(terms_.begin(), terms_.end(), [](const Term& a, const Term& b) { return a.hash < b.hash; });
}

void MentionCounts::add_term(std::string_view term, std::size_t group) {
  const std::size_t gap = term.find('_');
  const std::uint64_t first = word_hash(term.substr(0, gap));
  std::uint64_t hash = first;
  if (gap != std::string_view::npos) {
    const std::uint64_t second = word_hash(term.substr(gap + 1));
    hash = pair_hash(first, second);
    parts_[group].push_back(second);
  }
  parts_[group].push_back(first);
  terms_.push_back({hash, group});
  table_[hash >> (64 - kTableBits)] = 1;
}

void MentionCounts::take_term(std::uint64_t hash) {
  const auto found = std::lower_bound(terms_.begin(), terms_.end(), hash,
                                      [](const Term& term, std::uint64_t value) { return term.hash < value; });
  if (found == terms_.end() || found->hash != hash) return;
  Counts& counts = groups_[found->group];
  ++counts.mentions;
  if (counts.in_record++ == 0) in_record_.push_back(found->group);
  if (std::find(in_sentence_.begin(), in_sentence_.end(), found->group) == in_sentence_.end())
    in_sentence_.push_back(found->group);
}

void MentionCounts::end_sentence() {
  sentences_ += !sentence_.empty();
  if (!in_sentence_.empty()) {
    std::sort(sentence_.begin(), sentence_.end());
    sentence_.erase(std::unique(sentence_.begin(), sentence_.end()), sentence_.end());
    for (const std::size_t group : in_sentence_) {
      ++groups_[group].sentences;
      for (const std::uint64_t word : sentence_) groups_[group].neighbours.add({word});
    }
    in_sentence_.clear();
  }
  sentence_.clear();
  previous_ = 0;
}

void MentionCounts::end_record() {
  end_sentence();
  ++records_;
  for (const std::size_t a : in_record_) {
    ++groups_[a].records;
    for (const std::size_t b : in_record_) {
      products_[a * groups_.size() + b] += groups_[a].in_record * groups_[b].in_record;
    }
  }
  for (const std::size_t group : in_record_) groups_[group].in_record = 0;
  in_record_.clear();
}

void MentionCounts::merge(const MentionCounts& other) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    groups_[i].mentions += other.groups_[i].mentions;
    groups_[i].records += other.groups_[i].records;
    groups_[i].sentences += other.groups_[i].sentences;
    groups_[i].neighbours.merge(other.groups_[i].neighbours);
  }
  for (std::size_t i = 0; i < products_.size(); ++i) products_[i] += other.products_[i];
  sentences_ += other.sentences_;
  records_ += other.records_;
}

bool MentionCounts::is_term_part(std::size_t group, std::uint64_t word) const {
  return std::binary_search(parts_[group].begin(), parts_[group].end(), word);
}

}  // namespace llmops::data::explore

// The meaning of keys and lines for each kind of task.
#include "data/annotate/answer_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::data {

namespace {

using Kind = AnnotationTask::Kind;

constexpr int kBackspace = 127;

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

[[noreturn]] void throw_unknown(const AnnotationRecord& record, const std::string& line, const std::string& hint) {
  throw InputError(fmt::format("record '{}': '{}' is no answer", record.id, line.substr(0, 80)), hint);
}

std::string label_of(const AnnotationTask& task, const AnnotationRecord& record, const std::string& word) {
  const std::vector<std::string> keys = task.keys();
  for (const std::string& label : task.labels) {
    if (label == word) return label;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == word) return task.labels[i];
  }
  for (const std::string& label : task.labels) {
    if (lower(label) == lower(word)) return label;
  }
  throw_unknown(record, word,
                did_you_mean(word, task.labels, fmt::format("the labels are {}", fmt::join(task.labels, ", "))));
}

Json labels_of(const AnnotationTask& task, const AnnotationRecord& record, const std::string& line) {
  Json labels = Json::array();
  if (line == "none") return labels;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(',', at), line.size());
    labels.push_back(label_of(task, record, trimmed(line.substr(at, end - at))));
    at = end + 1;
  }
  return labels;
}

/// Of "2 > 1 = 3"; candidates that are not named share the last place.
Json ranks_of(const AnnotationTask& task, const AnnotationRecord& record, const std::string& line) {
  const std::size_t count = candidates_of(task, record).size();
  if (line == "=") return std::vector<int>(count, 1);
  std::vector<int> ranks(count, 0);
  int rank = 1;
  for (const char c : line) {
    const auto candidate = static_cast<std::size_t>(c - '1');
    if (c == '>') ++rank;
    if (c == ' ' || c == '>' || c == '=' || c == ',') continue;
    if (c < '1' || candidate >= count || ranks[candidate] != 0)
      throw_unknown(record, line, fmt::format("the best of 1 to {}, or an order such as 2 > 1 = 3", count));
    ranks[candidate] = rank;
  }
  for (int& own : ranks) own = own == 0 ? rank + 1 : own;
  return ranks;
}

}  // namespace

AnswerKeys::AnswerKeys(const AnnotationTask& task, const AnnotationRecord& record)
    : task_(task), record_(record), keys_(task.keys()), chosen_(task.labels.size()) {
  if (task.kind == Kind::kRank) candidates_ = candidates_of(task, record).size();
}

AnswerKeys::Effect AnswerKeys::complete(const Json& value) {
  value_ = checked_value(task_, record_, value);
  return Effect::kComplete;
}

AnswerKeys::Effect AnswerKeys::press_label(std::size_t index) {
  if (!task_.multiple) return complete(task_.labels[index]);
  chosen_[index] = !chosen_[index];
  return Effect::kChanged;
}

AnswerKeys::Effect AnswerKeys::choose(const std::string& label) {
  const auto found = std::find(task_.labels.begin(), task_.labels.end(), label);
  return found == task_.labels.end() ? Effect::kNone
                                     : press_label(static_cast<std::size_t>(found - task_.labels.begin()));
}

Json AnswerKeys::ranks() const {
  Json ranks = Json::array();
  for (std::size_t candidate = 0; candidate < candidates_; ++candidate) {
    std::size_t rank = 0;
    while (rank < ranked_.size() &&
           std::find(ranked_[rank].begin(), ranked_[rank].end(), candidate) == ranked_[rank].end())
      ++rank;
    ranks.push_back(rank + 1);
  }
  return ranks;
}

AnswerKeys::Effect AnswerKeys::press_rank(int key) {
  if (key == kBackspace) {
    ranked_.clear();
    tie_next_ = false;
    return Effect::kChanged;
  }
  if (key == '\n') return ranked_.empty() ? Effect::kNone : complete(ranks());
  if (key == '=' && candidates_ == 2) return complete(Json::array({1, 1}));
  if (key == '=' && !ranked_.empty()) {
    tie_next_ = true;
    return Effect::kChanged;
  }
  if (key < '1' || key >= '1' + static_cast<int>(candidates_)) return Effect::kNone;
  const auto candidate = static_cast<std::size_t>(key - '1');
  std::size_t placed = 1;
  for (const auto& group : ranked_) {
    if (std::find(group.begin(), group.end(), candidate) != group.end()) return Effect::kNone;
    placed += group.size();
  }
  if (!std::exchange(tie_next_, false)) ranked_.emplace_back();
  ranked_.back().push_back(candidate);
  return placed == candidates_ || candidates_ == 2 ? complete(ranks()) : Effect::kChanged;
}

AnswerKeys::Effect AnswerKeys::press(int key) {
  if (task_.kind == Kind::kRank) return press_rank(key);
  if (task_.kind == Kind::kCorrect) return key == '\n' ? complete(text_to_correct(task_, record_)) : Effect::kNone;
  if (key == '\n' && task_.kind == Kind::kLabel && task_.multiple) {
    Json labels = Json::array();
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (chosen_[i]) labels.push_back(task_.labels[i]);
    }
    return complete(labels);
  }
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const std::string& own) { return own.size() == 1 && own[0] == key; });
  if (found == keys_.end()) return Effect::kNone;
  const auto index = found - keys_.begin();
  if (task_.kind == Kind::kRate) return complete(task_.scale_min + index);
  return press_label(static_cast<std::size_t>(index));
}

std::string AnswerKeys::pending() const {
  std::string text;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    if (chosen_[i]) text += (text.empty() ? "" : ", ") + task_.labels[i];
  }
  for (const auto& group : ranked_) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      text += i > 0 ? " = " : text.empty() ? "" : " > ";
      text += std::to_string(group[i] + 1);
    }
  }
  return tie_next_ ? text + " =" : text;
}

std::vector<std::string> AnswerKeys::menu() const {
  std::vector<std::string> lines;
  switch (task_.kind) {
    case Kind::kLabel:
      for (std::size_t i = 0; i < keys_.size(); ++i)
        lines.push_back(fmt::format("{}  {}", keys_[i].empty() ? "/" : keys_[i], task_.labels[i]));
      if (task_.multiple) lines.emplace_back("Enter  done");
      break;
    case Kind::kRate: lines.push_back(fmt::format("{} to {}  rating", keys_.front(), keys_.back())); break;
    case Kind::kRank:
      lines.push_back(candidates_ == 2 ? "1, 2  the better one" : "1, 2, ...  best first, = for a tie");
      lines.emplace_back(candidates_ == 2 ? "=  a tie" : "Enter  the others are last");
      break;
    case Kind::kCorrect:
      lines.emplace_back("e  edit");
      lines.emplace_back("Enter  right as it is");
      break;
  }
  return lines;
}

Json parse_answer(const AnnotationTask& task, const AnnotationRecord& record, const std::string& line) {
  const std::string text = trimmed(line);
  if (text.empty()) throw_unknown(record, line, "an empty line answers nothing; ':skip' passes the record over");
  if (task.kind == Kind::kCorrect && text == "=") return text_to_correct(task, record);
  const bool json = text[0] == '[' || text[0] == '"' || text[0] == '{';
  if (json) return checked_value(task, record, parse_json(text, fmt::format("record '{}'", record.id)));
  switch (task.kind) {
    case Kind::kLabel:
      return task.multiple ? checked_value(task, record, labels_of(task, record, text))
                           : Json(label_of(task, record, text));
    case Kind::kRank: return checked_value(task, record, ranks_of(task, record, text));
    case Kind::kRate: {
      const Json number = Json::parse(text, nullptr, false);
      return checked_value(task, record, number.is_discarded() ? Json(text) : number);
    }
    case Kind::kCorrect: break;
  }
  throw_unknown(record, line, R"("=" where the text is right, else the right one as a JSON string)");
}

}  // namespace llmops::data

// What a task asks about in a record, and whether a value answers it.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/spelling.h"
#include "data/annotate/records.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

using Kind = AnnotationTask::Kind;

constexpr std::size_t kLargestText = std::size_t{4} << 20;  // bytes of a corrected text

[[noreturn]] void throw_value(const AnnotationRecord& record, const Json& value, const std::string& expected) {
  throw InputError(fmt::format("record '{}': {} is no answer", record.id, dump_json(value).substr(0, 80)), expected);
}

std::string known_label(const AnnotationTask& task, const AnnotationRecord& record, const Json& value) {
  const auto& labels = task.labels;
  if (value.is_string() && std::find(labels.begin(), labels.end(), value.get<std::string>()) != labels.end())
    return value;
  const std::string list = fmt::format("the labels are {}", fmt::join(labels, ", "));
  throw_value(record, value, value.is_string() ? did_you_mean(value.get<std::string>(), labels, list) : list);
}

Json checked_labels(const AnnotationTask& task, const AnnotationRecord& record, const Json& value) {
  if (!task.multiple) return known_label(task, record, value);
  if (!value.is_array()) throw_value(record, value, "a list of labels");
  std::set<std::string> given;
  for (const Json& one : value) given.insert(known_label(task, record, one));
  Json ordered = Json::array();
  for (const std::string& label : task.labels) {
    if (given.contains(label)) ordered.push_back(label);
  }
  return ordered;
}

Json checked_rating(const AnnotationTask& task, const AnnotationRecord& record, const Json& value) {
  if (value.is_number_integer()) {
    const auto rating = value.get<std::int64_t>();
    if (rating >= task.scale_min && rating <= task.scale_max) return rating;
  }
  throw_value(record, value, fmt::format("a whole number from {} to {}", task.scale_min, task.scale_max));
}

Json checked_ranks(const AnnotationTask& task, const AnnotationRecord& record, const Json& value) {
  const std::size_t count = candidates_of(task, record).size();
  const std::string expected = fmt::format("a rank from 1 on for each of the {} candidates", count);
  if (!value.is_array() || value.size() != count) throw_value(record, value, expected);
  std::set<std::int64_t> used;
  for (const Json& rank : value) {
    if (!rank.is_number_integer()) throw_value(record, value, expected);
    used.insert(rank.get<std::int64_t>());
  }
  Json dense = Json::array();
  for (const Json& rank : value) {
    dense.push_back(std::distance(used.begin(), used.find(rank.get<std::int64_t>())) + 1);
  }
  return dense;
}

Json checked_text(const AnnotationRecord& record, const Json& value) {
  if (!value.is_string()) throw_value(record, value, "a text");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > kLargestText || !text::utf8_valid(text)) {
    throw InputError(fmt::format("record '{}': the text is too long or not valid UTF-8", record.id));
  }
  return value;
}

/// The index of the assistant's last turn; none where it says nothing.
std::optional<std::size_t> last_answer(const Json& messages) {
  for (std::size_t i = messages.size(); i-- > 0;) {
    const Json& turn = messages[i];
    if (turn.is_object() && turn.value("role", Json()) == "assistant" && turn.value("content", Json()).is_string())
      return i;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Json> candidates_of(const AnnotationTask& task, const AnnotationRecord& record) {
  std::vector<std::string> fields = task.candidates;
  if (fields.empty()) {
    const bool listed = record.fields.contains("candidates");
    fields = listed ? std::vector<std::string>{"candidates"} : std::vector<std::string>{"chosen", "rejected"};
  }
  std::vector<Json> candidates;
  for (const std::string& field : fields) {
    const auto found = record.fields.find(field);
    if (found == record.fields.end()) {
      throw InputError(fmt::format("record '{}' has no field '{}' to rank", record.id, field),
                       "name the fields of the answers with 'candidates'");
    }
    if (fields.size() == 1 && found->is_array()) {
      candidates.assign(found->begin(), found->end());
    } else {
      candidates.push_back(*found);
    }
  }
  if (candidates.size() < 2 || candidates.size() > 9) {
    throw InputError(fmt::format("record '{}' has {} candidates, expected 2 to 9", record.id, candidates.size()));
  }
  return candidates;
}

std::string edited_field(const AnnotationTask& task, const AnnotationRecord& record) {
  if (!task.edit.empty()) return task.edit;
  return record.fields.contains("messages") ? "messages" : "text";
}

std::string text_to_correct(const AnnotationTask& task, const AnnotationRecord& record) {
  const std::string field = edited_field(task, record);
  const auto found = record.fields.find(field);
  if (found != record.fields.end() && found->is_string()) return *found;
  const auto answer = found != record.fields.end() && found->is_array() ? last_answer(*found) : std::nullopt;
  if (!answer) {
    throw InputError(fmt::format("record '{}' has no text in '{}' to correct", record.id, field),
                     "name a field with 'edit': a text, or messages with an assistant's");
  }
  return (*found)[*answer]["content"];
}

Json with_corrected_text(const AnnotationTask& task, const AnnotationRecord& record, const std::string& text) {
  Json fields = record.fields;
  Json& field = fields[edited_field(task, record)];
  if (field.is_array()) {
    if (const auto answer = last_answer(field)) field[*answer]["content"] = text;
  } else {
    field = text;
  }
  return fields;
}

Json checked_value(const AnnotationTask& task, const AnnotationRecord& record, const Json& value) {
  switch (task.kind) {
    case Kind::kLabel: return checked_labels(task, record, value);
    case Kind::kRate: return checked_rating(task, record, value);
    case Kind::kRank: return checked_ranks(task, record, value);
    case Kind::kCorrect: return checked_text(record, value);
  }
  return value;
}

std::string value_text(const AnnotationTask& task, const Json& value) {
  if (task.kind == Kind::kRank) {
    std::vector<std::size_t> order(value.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return value[a] < value[b]; });
    std::string text;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (i > 0) text += value[order[i - 1]] == value[order[i]] ? " = " : " > ";
      text += std::to_string(order[i] + 1);
    }
    return text;
  }
  if (value.is_array()) {
    const auto labels = value.get<std::vector<std::string>>();
    return labels.empty() ? "none" : fmt::format("{}", fmt::join(labels, ", "));
  }
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

}  // namespace llmops::data

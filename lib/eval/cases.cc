// Building cases: templates over documents, few-shot examples, chat messages.
#include "eval/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/cancel.h"
#include "core/error.h"
#include "eval/field_template.h"
#include "eval/metrics/json_match.h"
#include "eval/split_mix.h"

namespace llmops::eval {
namespace {

[[noreturn]] void fail(std::size_t index, const std::string& message, const std::string& hint = "") {
  throw InputError(fmt::format("document {}: {}", index, message), hint);
}

std::string as_text(const Json& value) { return value.is_string() ? value.get<std::string>() : dump_json(value); }

bool is_json_metric(const MetricSpec& metric) { return metric.name == "json_exact" || metric.name == "json_fields"; }

class CaseBuilder {
 public:
  CaseBuilder(const Task& task, const text::ChatTemplate* chat_template, const CaseOptions& options)
      : task_(task),
        chat_template_(chat_template),
        options_(options),
        text_(task.doc_to_text, "doc_to_text"),
        target_(task.doc_to_target.value_or(""), "doc_to_target"),
        description_(task.description, "description", false) {
    for (const std::string& choice : task.doc_to_choice) {
      choices_.emplace_back(choice, "doc_to_choice", task.choices_from_one);
    }
    wants_json_ = std::any_of(task.metrics.begin(), task.metrics.end(), is_json_metric);
  }

  /// Prompt without examples, references, choices.
  Case read(const Json& document, std::size_t index) const {
    Case one;
    one.index = index;
    one.document = document;
    if (!task_.doc_to_messages.empty()) {
      read_messages(one);
    } else {
      one.prompt = text_.text(document, index);
      if (task_.output_type == OutputType::kMultipleChoice) {
        read_choices(one);
      } else {
        read_references(one);
      }
    }
    if (wants_json_) check_json(one);
    return one;
  }

  /// Puts examples and description before the prompt, and the chat template around it.
  void complete(Case& one, const std::vector<Case>& examples) const {
    if (one.chat) return;
    std::string context = description_.empty() ? "" : description_.text(one.document, one.index);
    for (const Case& example : examples) {
      context += example.prompt + task_.target_delimiter + example.references.front() + task_.fewshot_delimiter;
    }
    one.prompt = context + one.prompt;
    const bool render = options_.apply_chat_template && task_.output_type != OutputType::kLoglikelihoodRolling;
    if (render) render_as_chat(one);
    const std::string delimiter = render ? "" : task_.target_delimiter;
    if (task_.output_type == OutputType::kMultipleChoice) {
      for (const std::string& choice : one.choices) one.continuations.push_back(delimiter + choice);
    } else if (task_.output_type == OutputType::kLoglikelihood) {
      one.continuations.push_back(delimiter + one.references.front());
    }
  }

 private:
  const text::ChatTemplate& chat_template() const {
    if (chat_template_ == nullptr) {
      throw InputError("the model has no chat template",
                       "use 'doc_to_text' instead of 'doc_to_messages', or a chat model");
    }
    return *chat_template_;
  }

  void read_messages(Case& one) const {
    const std::string& field = task_.doc_to_messages;
    const auto found = one.document.find(field);
    if (found == one.document.end()) fail(one.index, fmt::format("field '{}' is missing", field));
    const Json& messages = *found;
    if (!messages.is_array() || messages.size() < 2) {
      fail(one.index, fmt::format("'{}' must be a list of at least two messages", field));
    }
    const Json& last = messages.back();
    if (!last.is_object() || last.value("role", Json()) != "assistant" || !last.value("content", Json()).is_string()) {
      fail(one.index, fmt::format("the last message of '{}' must be the assistant's, with text", field));
    }
    Json before = messages;
    before.erase(before.size() - 1);
    one.references = {last["content"].get<std::string>()};
    one.chat = true;
    try {
      one.prompt = chat_template().render(before, true);
    } catch (const InputError& error) {
      if (chat_template_ == nullptr) throw;
      fail(one.index, error.what(), error.hint());
    }
  }

  void render_as_chat(Case& one) const {
    Json messages = Json::array();
    if (!options_.system_instruction.empty()) {
      messages.push_back({{"role", "system"}, {"content", options_.system_instruction}});
    }
    messages.push_back({{"role", "user"}, {"content", one.prompt}});
    one.prompt = chat_template().render(messages, true);
    one.chat = true;
  }

  void read_references(Case& one) const {
    const Json value = target_.value(one.document, one.index);
    if (value.is_array()) {
      for (const Json& item : value) one.references.push_back(as_text(item));
      if (one.references.empty()) fail(one.index, "the target is an empty list");
    } else {
      one.references = {as_text(value)};
    }
    const bool scored =
        task_.output_type == OutputType::kLoglikelihood || task_.output_type == OutputType::kLoglikelihoodRolling;
    if (scored && one.references.front().empty()) fail(one.index, "the target is empty, there is nothing to score");
  }

  void read_choices(Case& one) const {
    if (task_.choices_from_one) {
      const Json list = choices_.front().value(one.document, one.index, true);
      if (!list.is_array()) fail(one.index, fmt::format("'doc_to_choice' gives {}, expected a list", list.type_name()));
      for (const Json& choice : list) one.choices.push_back(as_text(choice));
    } else {
      for (const FieldTemplate& choice : choices_) one.choices.push_back(choice.text(one.document, one.index));
    }
    if (one.choices.empty()) fail(one.index, "there are no choices");
    one.gold = gold_of(one);
    one.references = {one.choices[one.gold]};
  }

  /// A number is an index, and so are rendered digits; other text is looked up among the choices.
  std::size_t gold_of(const Case& one) const {
    const Json target = target_.value(one.document, one.index);
    const bool is_field = one.document.contains(*task_.doc_to_target);
    if (target.is_number_integer() || target.is_number_unsigned())
      return checked_index(one, target.get<std::int64_t>());
    const std::string text = as_text(target);
    const bool digits = !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
    if (digits && !is_field) return checked_index(one, std::stoll(text));
    const auto found = std::find(one.choices.begin(), one.choices.end(), text);
    if (found == one.choices.end()) fail(one.index, fmt::format("target '{}' is none of the choices", text));
    return static_cast<std::size_t>(found - one.choices.begin());
  }

  static std::size_t checked_index(const Case& one, std::int64_t index) {
    if (index < 0 || index >= static_cast<std::int64_t>(one.choices.size())) {
      fail(one.index, fmt::format("target {} is not the index of one of {} choices", index, one.choices.size()),
           "indexes count from 0");
    }
    return static_cast<std::size_t>(index);
  }

  void check_json(const Case& one) const {
    for (const std::string& reference : one.references) {
      if (!json_valid(reference)) fail(one.index, "the target is not JSON, but the task measures JSON answers");
    }
  }

  const Task& task_;
  const text::ChatTemplate* chat_template_;
  const CaseOptions options_;
  FieldTemplate text_, target_, description_;
  std::vector<FieldTemplate> choices_;
  bool wants_json_ = false;
};

/// Positions of the examples for the document at `self` (npos when it is not among them).
std::vector<std::size_t> draw_examples(const Task& task, std::size_t available, std::size_t self, std::uint64_t seed) {
  std::vector<std::size_t> pool(available);
  std::iota(pool.begin(), pool.end(), std::size_t{0});
  if (self < pool.size()) pool.erase(pool.begin() + static_cast<std::ptrdiff_t>(self));
  const std::size_t wanted = static_cast<std::size_t>(task.num_fewshot);
  if (pool.size() < wanted) {
    throw InputError(fmt::format("task '{}' wants {} examples, but only {} documents can give them", task.name, wanted,
                                 pool.size()));
  }
  SplitMix generator{seed};
  for (std::size_t i = 0; i < wanted && !task.fewshot_first_n; ++i) {
    std::swap(pool[i], pool[i + generator.next() % (pool.size() - i)]);
  }
  pool.resize(wanted);
  return pool;
}

}  // namespace

void check_templates(const Task& task) { CaseBuilder(task, nullptr, CaseOptions{}); }

std::vector<Case> build_cases(const Task& task, const Documents& documents, const Documents* fewshot,
                              const text::ChatTemplate* chat_template, const CaseOptions& options) {
  const CaseBuilder builder(task, chat_template, options);
  const std::vector<Json>& pool = fewshot != nullptr ? fewshot->items : documents.items;
  const int limit = options.limit > 0 ? options.limit : task.limit;
  const std::size_t count = limit > 0 ? std::min<std::size_t>(limit, documents.items.size()) : documents.items.size();
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    throw_if_cancelled();
    Case one = builder.read(documents.items[i], i);
    std::vector<Case> examples;
    if (task.num_fewshot > 0) {
      const std::size_t self = fewshot == nullptr ? i : pool.size();
      for (const std::size_t at : draw_examples(task, pool.size(), self, options.seed + i)) {
        examples.push_back(builder.read(pool[at], at));
      }
    }
    builder.complete(one, examples);
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace llmops::eval

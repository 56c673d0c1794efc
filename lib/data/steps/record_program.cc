#include "data/steps/record_program.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/filter_process.h"
#include "core/hash.h"

namespace llmops::data {
namespace {

constexpr std::chrono::seconds kTimeout{600};                ///< for one unit
constexpr std::size_t kMostOutput = std::size_t{256} << 20;  ///< answers to one unit

}  // namespace

void RecordProgram::fail(const std::string& what) const {
  throw InputError(fmt::format("the filter '{}' {}", argv_.front(), what),
                   "it must answer each line with true, false, {\"drop\": \"reason\"} or the changed record");
}

void RecordProgram::apply(Batch& batch) const {
  std::string lines;
  for (const Item& item : batch.items) {
    if (item.record() != nullptr) lines += item.record()->json_text() + "\n";
  }
  if (lines.empty()) return;
  const FilterResult result = run_filter(argv_, lines, kTimeout, kMostOutput);
  if (result.timed_out) fail(fmt::format("took longer than {} s", kTimeout.count()));
  if (result.exit_code != 0) fail(fmt::format("ended with exit code {}", result.exit_code));
  std::string_view left = result.output;
  for (Item& item : batch.items) {
    if (item.record() == nullptr) continue;
    const std::size_t feed = left.find('\n');
    if (left.empty()) fail("answered fewer lines than it was given");
    take(item, left.substr(0, feed));
    left = feed == std::string_view::npos ? std::string_view{} : left.substr(feed + 1);
  }
  if (!left.empty()) fail("answered more lines than it was given");
}

void RecordProgram::take(Item& item, std::string_view answer) const {
  Json json;
  try {
    json = parse_json(answer, "answer");
  } catch (const InputError&) {
    fail(fmt::format("answered '{}'", answer.substr(0, 80)));
  }
  const Record& record = *item.record();
  const bool drops = json.is_object() && json.contains("drop");
  if (json == true) return;
  if (json == false || drops) {
    const bool named = drops && json["drop"].is_string();
    Loss loss = dropped("filter" + (named ? "_" + json["drop"].get<std::string>() : ""), record.prompt_text());
    loss.id = record.id;
    item.outcome = std::move(loss);
    return;
  }
  if (!json.is_object()) fail(fmt::format("answered '{}'", answer.substr(0, 80)));
  json["id"] = record.id;
  item.words.reset();
  try {
    item.outcome = Record::from_json(std::move(json));
  } catch (const nlohmann::json::exception&) {
    fail(fmt::format("answered a record that is none: '{}'", answer.substr(0, 80)));
  }
}

std::string RecordProgram::key() const {
  std::string key;
  for (const std::string& argument : argv_) {
    key += argument + "\n";
    if (std::filesystem::is_regular_file(argument)) key += sha256_file(argument) + "\n";
  }
  return key;
}

}  // namespace llmops::data

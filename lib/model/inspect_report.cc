// An inspection as JSON and as text.
#include <fmt/format.h>

#include <map>

#include "core/table.h"
#include "core/units.h"
#include "model/inspect.h"
#include "model/weight_layout.h"

namespace llmops::model {
namespace {

struct Sum {
  std::uint64_t tensors = 0, elements = 0, bytes = 0;
};

std::uint64_t elements_of(const InspectedTensor& tensor) { return checked_elements(tensor.shape).value_or(0); }

std::map<std::string, Sum> sums_by_type(const std::vector<InspectedTensor>& tensors) {
  std::map<std::string, Sum> sums;
  for (const InspectedTensor& tensor : tensors) {
    Sum& sum = sums[dtype_name(tensor.dtype)];
    ++sum.tensors;
    sum.elements += elements_of(tensor);
    sum.bytes += tensor.bytes;
  }
  return sums;
}

Sum total(const std::map<std::string, Sum>& sums) {
  Sum all;
  for (const auto& [name, sum] : sums) {
    all.tensors += sum.tensors;
    all.elements += sum.elements;
    all.bytes += sum.bytes;
  }
  return all;
}

std::string line(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<15}{}\n", name, value);
}

/// "hidden_size=576, layers=30" on one line: settings without structure.
std::string plain_settings(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (value.is_structured() || value.is_null()) continue;
    text += fmt::format("  {} = {}\n", key, value.is_string() ? value.get<std::string>() : dump_json(value));
  }
  return text;
}

std::string section(const char* title, const std::string& text) {
  return text.empty() ? "" : fmt::format("\n{}\n{}", title, text);
}

}  // namespace

Json Inspection::json() const {
  Json types = Json::object(), list = Json::array();
  const auto sums = sums_by_type(tensors);
  for (const auto& [name, sum] : sums) {
    types[name] = {{"tensors", sum.tensors}, {"elements", sum.elements}, {"bytes", sum.bytes}};
  }
  for (const InspectedTensor& tensor : tensors) {
    Json entry = {
        {"name", tensor.name}, {"dtype", dtype_name(tensor.dtype)}, {"shape", tensor.shape}, {"bytes", tensor.bytes}};
    if (!tensor.sha256.empty()) entry["sha256"] = tensor.sha256;
    list.push_back(std::move(entry));
  }
  const Sum all = total(sums);
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  return {{"path", path},
          {"format", format},
          {"kind", kind},
          {"architecture", text_or_null(architecture)},
          {"licence", text_or_null(licence)},
          {"elements", all.elements},
          {"bytes", all.bytes},
          {"types", types},
          {"config", config},
          {"metadata", metadata},
          {"tokenizer", tokenizer},
          {"chat_template", text_or_null(chat_template)},
          {"tensors", list}};
}

std::string Inspection::text(int width) const {
  const auto sums = sums_by_type(tensors);
  const Sum all = total(sums);
  std::string text = line("path", path) + line("format", format) + line("kind", kind) +
                     line("architecture", architecture) + line("licence", licence);
  if (!tensors.empty()) {
    text += line("tensors", format_count(all.tensors)) + line("elements", format_count(all.elements)) +
            line("size", format_bytes(all.bytes));
  }
  text += section("configuration", plain_settings(config)) + section("metadata", plain_settings(metadata)) +
          section("tokenizer", plain_settings(tokenizer));
  if (!chat_template.empty()) text += fmt::format("\nchat template\n{}\n", chat_template);
  if (tensors.empty()) return text;
  using Align = Table::Align;
  Table types({{"type"}, {"tensors", Align::kRight}, {"elements", Align::kRight}, {"size", Align::kRight}});
  for (const auto& [name, sum] : sums) {
    types.add_row({name, format_count(sum.tensors), format_count(sum.elements), format_bytes(sum.bytes)});
  }
  std::vector<Table::Column> columns = {{"tensor"}, {"type"}, {"shape"}, {"bytes", Align::kRight}};
  const bool hashed = !tensors.front().sha256.empty();
  if (hashed) columns.push_back({"sha256"});
  Table table(columns);
  for (const InspectedTensor& tensor : tensors) {
    std::vector<std::string> row = {tensor.name, dtype_name(tensor.dtype), shape_text(tensor.shape),
                                    format_count(tensor.bytes)};
    if (hashed) row.push_back(tensor.sha256);
    table.add_row(std::move(row));
  }
  return text + "\n" + types.render(width) + "\n" + table.render(width);
}

}  // namespace llmops::model

// Reads, writes and checks an adapter's llmops.json.
#include "model/adapter_record.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::model {
namespace {

constexpr const char* kName = "llmops.json";
constexpr int kVersion = 1;

void check_equal(const std::filesystem::path& adapter, const std::string& what, const std::string& trained,
                 const std::string& now) {
  if (trained == now) return;
  throw InputError(
      fmt::format("adapter '{}' was trained with another {} ({}) than the base model has ({})", adapter.string(), what,
                  trained.empty() ? "none" : trained.substr(0, 12), now.empty() ? "none" : now.substr(0, 12)),
      "use the base model it was trained on, or train it again");
}

}  // namespace

void write_adapter_record(const AdapterRecord& record, const std::filesystem::path& adapter_dir) {
  const Json json = {{"format", "llmops-adapter"},
                     {"format_version", kVersion},
                     {"base_model", record.base_model},
                     {"base_sha256", record.base_sha256},
                     {"template_fingerprint", record.template_fingerprint},
                     {"tokenizer_fingerprint", record.tokenizer_fingerprint}};
  write_file_atomic(adapter_dir / kName, dump_json_pretty(json));
}

std::optional<AdapterRecord> read_adapter_record(const std::filesystem::path& adapter_dir) {
  const auto path = adapter_dir / kName;
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Json json = read_json_file(path);
  const std::string origin = path.string();
  if (json_get_or<int>(json, "format_version", 0, origin) != kVersion) {
    throw InputError(fmt::format("{}: 'format_version' is not {}", origin, kVersion));
  }
  AdapterRecord record;
  record.base_model = json_get_or<std::string>(json, "base_model", "", origin);
  record.base_sha256 = json_get_or<std::string>(json, "base_sha256", "", origin);
  record.template_fingerprint = json_get_or<std::string>(json, "template_fingerprint", "", origin);
  record.tokenizer_fingerprint = json_get_or<std::string>(json, "tokenizer_fingerprint", "", origin);
  return record;
}

void check_adapter_fits(const std::filesystem::path& adapter_dir, const std::filesystem::path& model_dir) {
  const auto record = read_adapter_record(adapter_dir);
  if (!record || !std::filesystem::is_directory(model_dir)) return;
  const auto chat_template = text::load_chat_template(model_dir);
  check_equal(adapter_dir, "chat template", record->template_fingerprint,
              chat_template ? chat_template->fingerprint() : "");
  check_equal(adapter_dir, "tokenizer", record->tokenizer_fingerprint, text::load_tokenizer(model_dir)->fingerprint());
}

}  // namespace llmops::model

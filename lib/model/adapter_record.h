// llmops.json beside an adapter: what it was trained on, so that it is never used with another prompt format unnoticed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace llmops::model {

/// docs/formats/adapter.md. No run id and no time: equal trainings give equal files.
struct AdapterRecord {
  std::string base_model;             ///< URI or path, as the recipe named it
  std::string base_sha256;            ///< of the base model's folder; "" when not known
  std::string template_fingerprint;   ///< ChatTemplate::fingerprint(); "" when the base had no template
  std::string tokenizer_fingerprint;  ///< Tokenizer::fingerprint()
};

void write_adapter_record(const AdapterRecord& record, const std::filesystem::path& adapter_dir);
/// None where the adapter was made by another program. @throws InputError  malformed
std::optional<AdapterRecord> read_adapter_record(const std::filesystem::path& adapter_dir);

/// Compares the record with the base model it is to be used on; an adapter without a record passes.
/// @throws InputError  the chat template or the tokenizer differs from the one of training
void check_adapter_fits(const std::filesystem::path& adapter_dir, const std::filesystem::path& model_dir);

}  // namespace llmops::model

// Finding the files of a tokenizer in a model folder.
#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "text/classes/class_tokenizer.h"
#include "text/no_tokenizer.h"
#include "text/pipeline/pipeline_tokenizer.h"
#include "text/tokenizer.h"

namespace llmops::text {
namespace {

// Larger than any tokenizer published, so that a wrong path never fills memory.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;

// In the order of preference.
constexpr const char* kFileNames[] = {
    "tokenizer.json",      "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
    "sentencepiece.model", "spm.model",       "vocab.json",   "vocab.txt"};

std::unique_ptr<Tokenizer> load_file(const fs::path& path) {
  SpecialTokens special = load_special_tokens(path.parent_path());
  const bool by_class = path.extension() == ".model" || path.extension() == ".txt" || path.filename() == "vocab.json";
  if (by_class) return load_class_tokenizer(path, std::move(special));
  const std::string bytes = read_file(path, kMaxFileBytes);
  return std::make_unique<PipelineTokenizer>(parse_tokenizer_file(bytes, path.string()), special);
}

std::optional<fs::path> tokenizer_file(const fs::path& folder) {
  for (const char* name : kFileNames) {
    const bool alone = std::string_view(name) == "vocab.json" && !fs::exists(folder / "merges.txt");
    if (fs::exists(folder / name) && !alone) return folder / name;
  }
  return std::nullopt;
}

}  // namespace

bool has_tokenizer(const fs::path& folder) { return tokenizer_file(folder).has_value(); }

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("tokenizer '{}' does not exist", path.string()));
  if (!fs::is_directory(path)) return load_file(path);
  if (const auto file = tokenizer_file(path)) return load_file(*file);
  throw NotFoundError(
      fmt::format("'{}' has no tokenizer", path.string()),
      "expected tokenizer.json, tokenizer.model (SentencePiece), vocab.json with merges.txt, or vocab.txt");
}

std::unique_ptr<Tokenizer> make_tokenizer(const Json& tokenizer_json, const Json& tokenizer_config_json,
                                          const std::string& origin) {
  return std::make_unique<PipelineTokenizer>(take_tokenizer_apart(tokenizer_json, origin),
                                             read_special_tokens(tokenizer_config_json, origin));
}

}  // namespace llmops::text

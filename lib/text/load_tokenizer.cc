// Finding the files of a tokenizer in a model folder.
#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "text/bpe/bpe_tokenizer.h"
#include "text/spm/sentencepiece_tokenizer.h"
#include "text/tokenizer.h"

namespace llmops::text {
namespace {

// Larger than any tokenizer published, so that a wrong path never fills memory.
constexpr std::uint64_t kMaxFileBytes = std::uint64_t{256} << 20;

std::unique_ptr<Tokenizer> load_file(const fs::path& path) {
  const std::string bytes = read_file(path, kMaxFileBytes);
  const SpecialTokens special = load_special_tokens(path.parent_path());
  if (path.extension() == ".model") return make_sentencepiece_tokenizer(bytes, special, path.string());
  return std::make_unique<BpeTokenizer>(parse_tokenizer_file(bytes, path.string()), special);
}

// Whether tokenizer.json holds a model that is read here; else tokenizer.model beside it may do.
bool holds_bpe(const fs::path& path) {
  const auto file = parse_tokenizer_file(read_file(path, kMaxFileBytes), path.string());
  const auto model = json_get_or(file.rules, "model", Json::object(), path.string());
  return json_get_or<std::string>(model, "type", "BPE", path.string()) == "BPE";
}

}  // namespace

std::unique_ptr<Tokenizer> load_tokenizer(const fs::path& path) {
  if (!fs::exists(path)) throw NotFoundError(fmt::format("tokenizer '{}' does not exist", path.string()));
  if (!fs::is_directory(path)) return load_file(path);
  const fs::path json = path / "tokenizer.json";
  const fs::path model = path / "tokenizer.model";
  if (fs::exists(json) && (!fs::exists(model) || holds_bpe(json))) return load_file(json);
  if (fs::exists(model)) return load_file(model);
  throw NotFoundError(fmt::format("'{}' has no tokenizer", path.string()),
                      "expected tokenizer.json (byte-level BPE) or tokenizer.model (SentencePiece)");
}

std::unique_ptr<Tokenizer> make_bpe_tokenizer(const Json& tokenizer_json, const Json& tokenizer_config_json,
                                              const std::string& origin) {
  return std::make_unique<BpeTokenizer>(take_tokenizer_apart(tokenizer_json, origin),
                                        read_special_tokens(tokenizer_config_json, origin));
}

}  // namespace llmops::text

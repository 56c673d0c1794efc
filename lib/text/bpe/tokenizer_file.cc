// tokenizer.json taken apart: from a Json value already built, and the checks both readers share.
#include "text/bpe/tokenizer_file.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::text {
namespace {

std::pair<std::string, std::string> merge_of(const Json& merge, std::size_t index, const std::string& origin) {
  if (merge.is_string()) return split_merge(merge.get_ref<const std::string&>(), index, origin);
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  }
  throw InputError(fmt::format("{}: model.merges[{}] is neither \"a b\" nor [\"a\", \"b\"]", origin, index));
}

}  // namespace

std::pair<std::string, std::string> split_merge(std::string_view merge, std::size_t index, const std::string& origin) {
  const std::size_t space = merge.find(' ');
  if (space == std::string_view::npos || space == 0 || space + 1 == merge.size() ||
      merge.find(' ', space + 1) != std::string_view::npos) {
    throw InputError(fmt::format("{}: model.merges[{}] is '{}', expected two tokens with a space between", origin,
                                 index, merge.substr(0, 60)));
  }
  return {std::string(merge.substr(0, space)), std::string(merge.substr(space + 1))};
}

void throw_piece_format(std::size_t index, const std::string& origin) {
  throw InputError(fmt::format("{}: model.vocab[{}] is not [piece, score]", origin, index));
}

TokenId checked_token_id(std::int64_t id, std::string_view token, const std::string& origin) {
  if (id < 0 || id >= kMaxTokenId) {
    throw InputError(
        fmt::format("{}: token '{}' has id {}, expected 0 to {}", origin, token.substr(0, 60), id, kMaxTokenId - 1));
  }
  return static_cast<TokenId>(id);
}

TokenizerFile take_tokenizer_apart(const Json& tokenizer_json, const std::string& origin) {
  if (!tokenizer_json.is_object()) throw InputError(fmt::format("{}: not a JSON object", origin));
  TokenizerFile file{origin, Json::object(), {}, {}, {}};
  for (const auto& [key, value] : tokenizer_json.items()) {
    if (key != "model" || !value.is_object()) {
      file.rules[key] = value;
      continue;
    }
    Json& model = file.rules["model"] = Json::object();
    for (const auto& [name, part] : value.items()) {
      if (name == "vocab" && part.is_object()) {
        for (const auto& [token, id] : part.items()) {
          if (!id.is_number_integer()) {
            throw InputError(fmt::format("{}: the id of token '{}' is not an integer", origin, token.substr(0, 60)));
          }
          file.vocab.emplace_back(token, checked_token_id(id.get<std::int64_t>(), token, origin));
        }
      } else if (name == "vocab" && part.is_array()) {
        for (const Json& piece : part) {
          if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number()) {
            throw_piece_format(file.pieces.size(), origin);
          }
          file.pieces.emplace_back(piece[0].get<std::string>(), piece[1].get<double>());
        }
      } else if (name == "merges" && part.is_array()) {
        for (const Json& merge : part) file.merges.push_back(merge_of(merge, file.merges.size(), origin));
      } else {
        model[name] = part;
      }
    }
  }
  return file;
}

}  // namespace llmops::text

#include "core/json.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/fast_json.h"
#include "core/files.h"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace llmops {
namespace {

// The parser recurses in destructors and visitors; no honest file nests this deep.
constexpr int kMaxDepth = 512;

/// 1-based line and column of a byte offset.
std::pair<std::size_t, std::size_t> line_and_column(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t start = 0;
  offset = std::min(offset, text.size());
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++line;
      start = i + 1;
    }
  }
  return {line, offset - start + 1};
}

/// Finds nesting beyond kMaxDepth without building anything.
bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

/// nlohmann's messages read "[json.exception.parse_error.101] parse error at line 1, column 2: REASON; ..."
std::string reason_of(const nlohmann::json::parse_error& error) {
  std::string text = error.what();
  if (const auto at = text.find(": "); at != std::string::npos) text = text.substr(at + 2);
  return text;
}

/// Builds the document as Json::parse() does, but for whole numbers that only a double could hold.
class ExactNumbers : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  using json_sax_dom_parser::json_sax_dom_parser;
  bool number_float(double number, const std::string& digits) {
    if (digits.find_first_of(".eE") != std::string::npos) return json_sax_dom_parser::number_float(number, digits);
    Json::binary_t held(std::vector<std::uint8_t>(digits.begin(), digits.end()));
    return binary(held);
  }
};

Json parse_whole(std::string_view text) { return Json::parse(text); }

Json parse_exactly(std::string_view text) {
  Json document;
  ExactNumbers builder(document);
  Json::sax_parse(text, &builder);
  return document;
}

Json parse_with(Json (*parse)(std::string_view), std::string_view text, std::string_view origin) {
  if (nests_too_deep(text)) {
    throw InputError(fmt::format("{}: JSON nests deeper than {} levels", origin, kMaxDepth));
  }
  try {
    return parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const auto [line, column] = line_and_column(text, error.byte > 0 ? error.byte - 1 : 0);
    throw InputError(fmt::format("{}:{}:{}: not valid JSON: {}", origin, line, column, reason_of(error)));
  } catch (const nlohmann::json::exception& error) {
    throw InputError(fmt::format("{}: not valid JSON: {}", origin, error.what()));
  }
}

}  // namespace

Json parse_json(std::string_view text, std::string_view origin) {
  if (auto document = parse_json_fast(text, kMaxDepth)) return std::move(*document);
  return parse_with(parse_whole, text, origin);
}
Json parse_json_exactly(std::string_view text, std::string_view origin) {
  return parse_with(parse_exactly, text, origin);
}

std::string big_integer_digits(const Json& value) {
  const Json::binary_t& held = value.get_binary();
  return {held.begin(), held.end()};
}

Json read_json_file(const std::filesystem::path& path) { return parse_json(read_file(path), path.string()); }

std::string dump_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string dump_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void throw_json_missing(const char* key, std::string_view origin) {
  throw InputError(fmt::format("{}: '{}' is missing", origin, key));
}

void throw_json_type(const char* key, const Json& found, std::string_view origin) {
  throw InputError(fmt::format("{}: '{}' has the wrong type: found {} {}", origin, key, found.type_name(),
                               dump_json(found).substr(0, 60)));
}

}  // namespace llmops

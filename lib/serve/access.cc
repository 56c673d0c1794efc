// Who may ask.
#include "serve/access.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "serve/api_error.h"

namespace llmops::serve {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return lower;
}

/// "localhost" of "localhost:8000", "[::1]" of "[::1]:8000".
std::string host_name_of(std::string_view authority) {
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return lower_case(port ? authority.substr(0, colon) : authority);
}

/// None where the request has no header of the form "Authorization: Bearer KEY".
std::optional<std::string> bearer_token(const IncomingRequest& request) {
  const std::string_view header = request.header("authorization");
  constexpr std::string_view kBearer = "bearer ";
  if (header.size() <= kBearer.size() || lower_case(header.substr(0, kBearer.size())) != kBearer) return std::nullopt;
  return trimmed(header.substr(kBearer.size()));
}

}  // namespace

ApiKeys::ApiKeys(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) digests_.push_back(sha256_hex(key));
}

bool ApiKeys::accept(std::string_view key) const {
  const std::string digest = sha256_hex(key);
  bool accepted = false;
  // No early end: which key matched must not show either.
  for (const std::string& known : digests_) {
    accepted |= CRYPTO_memcmp(known.data(), digest.data(), digest.size()) == 0;
  }
  return accepted;
}

ApiKeys load_api_keys(const std::string& file) {
  if (file.empty()) {
    const char* key = std::getenv("LLMOPS_API_KEY");
    const std::string value = key == nullptr ? "" : trimmed(key);
    return value.empty() ? ApiKeys() : ApiKeys({value});
  }
  std::vector<std::string> keys;
  const std::string text = read_file(file, std::uint64_t{1} << 20);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = trimmed(std::string_view(text).substr(at, end - at));
    if (!line.empty() && line[0] != '#') keys.push_back(line);
    at = end + 1;
  }
  if (keys.empty()) throw ConfigError(fmt::format("{}: no key in it", file), "write one key a line");
  return ApiKeys(keys);
}

bool is_loopback(std::string_view host) {
  const std::string name = lower_case(host);
  return name == "localhost" || name.ends_with(".localhost") || name == "::1" || name == "[::1]" ||
         (name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string::npos);
}

void check_origin(const IncomingRequest& request, bool bound_to_loopback) {
  const std::string_view host = request.header("host");
  if (bound_to_loopback && !host.empty() && !is_loopback(host_name_of(host))) {
    throw ApiError(403, "invalid_request_error", fmt::format("host '{}' is not served on this address", host), "",
                   "host_not_allowed");
  }
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return;
  const auto scheme = origin.find("://");
  const std::string authority = scheme == std::string_view::npos ? "" : lower_case(origin.substr(scheme + 3));
  if (!authority.empty() && authority == lower_case(host)) return;
  throw ApiError(403, "invalid_request_error", fmt::format("requests from origin '{}' are not allowed", origin), "",
                 "origin_not_allowed");
}

void check_key(const IncomingRequest& request, const ApiKeys& keys) {
  if (!keys.required()) return;
  const std::optional<std::string> key = bearer_token(request);
  if (key && keys.accept(*key)) return;
  ApiError error(401, "authentication_error",
                 key ? "incorrect API key provided" : "no API key provided; send 'Authorization: Bearer KEY'", "",
                 "invalid_api_key");
  throw error.with_header("WWW-Authenticate", "Bearer");
}

std::string tenant_of(const IncomingRequest& request, const ApiKeys& keys) {
  return keys.required() ? sha256_hex(bearer_token(request).value_or("")) : "";
}

}  // namespace llmops::serve

// Who may ask: API keys, and which sites a browser may ask from.
#pragma once

#include <string>
#include <vector>

#include "serve/http_message.h"

namespace llmops::serve {

/// The keys that open the server; none: open to all who reach it.
class ApiKeys {
 public:
  ApiKeys() = default;
  explicit ApiKeys(const std::vector<std::string>& keys);

  bool required() const { return !digests_.empty(); }
  /// Compares in constant time: neither how much of a key matched nor its length shows.
  bool accept(std::string_view key) const;

 private:
  std::vector<std::string> digests_;  ///< SHA-256, so that all comparisons have one length
};

/// Keys of a file, one a line; blank lines and lines that start with '#' are skipped. With file "", LLMOPS_API_KEY.
/// @throws NotFoundError, ConfigError  for a file without a key
ApiKeys load_api_keys(const std::string& file);

bool is_loopback(std::string_view host);

/// Refuses what only a hostile page or a rebound name would send: an Origin that is not this host, and, on a loopback
/// address, a Host that is not a loopback name.
/// @throws ApiError (403, 400)
void check_origin(const IncomingRequest& request, bool bound_to_loopback);

/// @throws ApiError (401)  when keys are required and the request's bearer token is none of them
void check_key(const IncomingRequest& request, const ApiKeys& keys);

/// What stands for the key of a request that was let in; "" where none are required. Only requests of one key may share
/// what the engine remembers: time would tell what others asked.
std::string tenant_of(const IncomingRequest& request, const ApiKeys& keys);

}  // namespace llmops::serve

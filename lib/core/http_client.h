// HTTP client: small requests into memory, and downloads that resume and are checked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"

namespace llmops {

struct HttpResponse {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, of the last hop
  /// "" when absent.
  std::string header(const std::string& lower_case_name) const;
};

struct HttpRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint64_t max_bytes = std::uint64_t{64} << 20;  ///< a larger answer is an error, not an allocation
  long timeout_s = 60;
  bool follow_redirects = true;
};

/// @throws SystemError  when no answer came (the reason, and what to check); an HTTP status is not an exception
HttpResponse http_request(const HttpRequest& request);

struct DownloadOptions {
  std::string url;
  std::filesystem::path destination;
  std::string bearer_token;           ///< "" for none; never logged; not sent on to another host by a redirect
  std::optional<std::string> sha256;  ///< checked when given
  std::optional<std::uint64_t> size;  ///< checked when given
};

/// Writes DESTINATION.part, continues it with a Range request after a break, checks size and hash, then renames it.
/// @throws NotFoundError (404), SystemError (network, disk), InputError (hash or size differs; the part file is
/// removed)
void http_download(const DownloadOptions& options, Progress& progress);

}  // namespace llmops

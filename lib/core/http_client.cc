#include "core/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"

namespace llmops {
namespace {

struct Curl {
  Curl() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle = initialised == CURLE_OK ? curl_easy_init() : nullptr;
    if (handle == nullptr) throw SystemError("cannot start the HTTP client");
  }
  ~Curl() {
    curl_slist_free_all(headers);
    curl_easy_cleanup(handle);
  }
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;

  CURL* handle = nullptr;
  curl_slist* headers = nullptr;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string trim(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  const auto first = std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) == 0; });
  return std::string(first, text.end());
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& response = *static_cast<HttpResponse*>(user);
  const std::string line(data, size * count);
  if (line.starts_with("HTTP/")) response.headers.clear();  // a redirect's headers belong to the hop before
  if (const std::size_t colon = line.find(':'); colon != std::string::npos) {
    response.headers.emplace_back(lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return size * count;
}

/// Returning other than 0 ends the transfer.
int on_progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return cancel_requested() ? 1 : 0; }

void set_common(Curl& curl, const std::string& url, HttpResponse& response) {
  curl_easy_setopt(curl.handle, CURLOPT_URL, url.c_str());
  // A redirect must not reach file:// or another local scheme.
  curl_easy_setopt(curl.handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.handle, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl.handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.handle, CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt(curl.handle, CURLOPT_USERAGENT, "llmops");
  curl_easy_setopt(curl.handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl.handle, CURLOPT_HEADERDATA, &response);
  curl_easy_setopt(curl.handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.handle, CURLOPT_XFERINFOFUNCTION, on_progress);
}

[[noreturn]] void throw_transfer(CURLcode code, const std::string& url) {
  if (cancel_requested()) throw Interrupted();
  throw SystemError(fmt::format("cannot fetch '{}': {}", url, lower(curl_easy_strerror(code))),
                    "check the network and the address");
}

struct BoundedBody {
  std::string* body;
  std::uint64_t max_bytes;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& target = *static_cast<BoundedBody*>(user);
  if (target.body->size() + size * count > target.max_bytes) return 0;
  target.body->append(data, size * count);
  return size * count;
}

/// Where a download goes: appended to the part file, unless the server ignored the Range header.
struct PartFile {
  std::FILE* file = nullptr;
  CURL* handle = nullptr;
  HttpResponse* response = nullptr;
  Progress* progress = nullptr;
  std::uint64_t have = 0;
  bool started = false;
};

std::size_t on_part(char* data, std::size_t size, std::size_t count, void* user) {
  auto& part = *static_cast<PartFile*>(user);
  long status = 0;
  curl_easy_getinfo(part.handle, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200 && status != 206) return size * count;  // an error page is not the file
  if (!part.started) {
    part.started = true;
    if (status == 200 && part.have > 0) {  // the whole file comes again
      if (::ftruncate(::fileno(part.file), 0) != 0) return 0;
      std::rewind(part.file);
      part.have = 0;
    }
    const std::string length = part.response->header("content-length");
    part.progress->start("download", part.have + (length.empty() ? 0 : std::strtoull(length.c_str(), nullptr, 10)),
                         "B");
  }
  const std::size_t written = std::fwrite(data, size, count, part.file);
  part.have += written * size;
  part.progress->update(part.have);
  return written * size;
}

void check_status(int status, const DownloadOptions& options) {
  if (status == 200 || status == 206) return;
  if (status == 404) throw NotFoundError(fmt::format("'{}' does not exist on the server (404)", options.url));
  const bool denied = status == 401 || status == 403;
  throw SystemError(fmt::format("the server answered {} to '{}'", status, options.url),
                    denied ? "a token may be needed: set HF_TOKEN" : "try again later");
}

void check_content(const fs::path& part, const DownloadOptions& options) {
  const std::uint64_t size = fs::file_size(part);
  if (options.size && size != *options.size) {
    // Shorter may be a break: keep the part, so that the next try goes on from here.
    if (size > *options.size) fs::remove(part);
    throw InputError(fmt::format("'{}' has {} bytes, expected {}", options.url, size, *options.size),
                     "run the command again");
  }
  if (!options.sha256) return;
  const std::string found = sha256_file(part);
  if (found == lower(*options.sha256)) return;
  fs::remove(part);
  throw InputError(fmt::format("'{}' has SHA-256 {}, expected {}", options.url, found, *options.sha256),
                   "the file was changed or damaged on the way; run the command again");
}

}  // namespace

std::string HttpResponse::header(const std::string& lower_case_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_case_name) return value;
  }
  return "";
}

HttpResponse http_request(const HttpRequest& request) {
  Curl curl;
  HttpResponse response;
  BoundedBody body{&response.body, request.max_bytes};
  set_common(curl, request.url, response);
  for (const auto& [name, value] : request.headers) {
    curl.headers = curl_slist_append(curl.headers, fmt::format("{}: {}", name, value).c_str());
  }
  curl_easy_setopt(curl.handle, CURLOPT_HTTPHEADER, curl.headers);
  curl_easy_setopt(curl.handle, CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
  curl_easy_setopt(curl.handle, CURLOPT_TIMEOUT, request.timeout_s);
  curl_easy_setopt(curl.handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl.handle, CURLOPT_WRITEDATA, &body);
  if (request.method == "HEAD") {
    curl_easy_setopt(curl.handle, CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET") {
    curl_easy_setopt(curl.handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl.handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl.handle, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  const CURLcode code = curl_easy_perform(curl.handle);
  if (code == CURLE_WRITE_ERROR) {
    throw SystemError(fmt::format("the answer of '{}' is larger than {} bytes", request.url, request.max_bytes));
  }
  if (code != CURLE_OK) throw_transfer(code, request.url);
  long status = 0;
  curl_easy_getinfo(curl.handle, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

void http_download(const DownloadOptions& options, Progress& progress) {
  const fs::path part_path = options.destination.string() + ".part";
  if (options.destination.has_parent_path()) fs::create_directories(options.destination.parent_path());
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(part_path.c_str(), "ab+"), &std::fclose);
  if (!file) throw SystemError(fmt::format("cannot write '{}'", part_path.string()), "check the folder's permissions");
  Curl curl;
  HttpResponse response;
  PartFile part{file.get(), curl.handle, &response, &progress, fs::file_size(part_path), false};
  const bool complete = options.size && part.have == *options.size;
  if (!complete) {
    set_common(curl, options.url, response);
    if (!options.bearer_token.empty()) {
      // libcurl drops this credential when a redirect leads to another host; a plain header it would carry along.
      curl_easy_setopt(curl.handle, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
      curl_easy_setopt(curl.handle, CURLOPT_XOAUTH2_BEARER, options.bearer_token.c_str());
    }
    curl_easy_setopt(curl.handle, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl.handle, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(part.have));
    curl_easy_setopt(curl.handle, CURLOPT_WRITEFUNCTION, on_part);
    curl_easy_setopt(curl.handle, CURLOPT_WRITEDATA, &part);
    curl_easy_setopt(curl.handle, CURLOPT_LOW_SPEED_LIMIT, 1L);  // no byte for a minute is a dead line
    curl_easy_setopt(curl.handle, CURLOPT_LOW_SPEED_TIME, 60L);
    const CURLcode code = curl_easy_perform(curl.handle);
    long status = 0;
    curl_easy_getinfo(curl.handle, CURLINFO_RESPONSE_CODE, &status);
    const bool nothing_left = status == 416;  // the part already is the whole file
    // Some servers ignore Range; libcurl reports that as an error when resuming, so begin again from nothing.
    if (code == CURLE_RANGE_ERROR) {
      file.reset();
      fs::remove(part_path);
      return http_download(options, progress);
    }
    if (code == CURLE_WRITE_ERROR)
      throw SystemError(fmt::format("cannot write '{}'", part_path.string()), "free some space");
    if (code != CURLE_OK) throw_transfer(code, options.url);
    if (!nothing_left) {
      if (status != 200 && status != 206 && part.have == 0) {
        file.reset();
        fs::remove(part_path);
      }
      check_status(static_cast<int>(status), options);
    }
  }
  if (file && (std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0)) {
    throw SystemError(fmt::format("cannot write '{}'", part_path.string()), "free some space");
  }
  file.reset();
  check_content(part_path, options);
  fs::rename(part_path, options.destination);
  progress.finish();
}

}  // namespace llmops

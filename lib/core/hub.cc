// Requests to a hub, and what its answers mean.
#include "core/hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/git_hash.h"
#include "core/hash.h"
#include "core/spelling.h"

namespace llmops {
namespace {

constexpr std::uint64_t kMostListed = 1'000'000;  // files; a listing that never ends is no listing

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// As a part of a URL's path. @param keep  a character that stays as it is
std::string percent_encode(const std::string& text, char keep = '-') {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~' || c == keep;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

/// A commit becomes part of a path on disk and of URLs.
bool is_commit(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

HubFileFacts read_facts(const HttpResponse& response) {
  HubFileFacts facts;
  const bool direct = response.status == 200;
  std::string etag = response.header("x-linked-etag");
  if (etag.empty() && direct) etag = response.header("etag");
  if (etag.starts_with("W/")) etag.erase(0, 2);
  std::erase(etag, '"');
  if (is_sha256(etag)) facts.sha256 = etag;  // other files carry a Git hash, or whatever a mirror puts there
  std::string size = response.header("x-linked-size");
  if (size.empty() && direct) size = response.header("content-length");
  if (!size.empty() && size.size() < 19 &&
      std::all_of(size.begin(), size.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    facts.size = std::stoull(size);
  }
  return facts;
}

bool has_content(const fs::path& path, const HubFileFacts& facts) {
  if (facts.size && fs::file_size(path) != *facts.size) return false;
  if (facts.sha256) return sha256_file(path) == *facts.sha256;
  return !facts.git_hash || git_hash_file(path) == *facts.git_hash;
}

/// Where the next page of a listing is: `<https://HOST/api/...?cursor=...>; rel="next"`. A mirror may name the original
/// host, which is not the one that was asked for.
std::string next_page(const HttpResponse& response) {
  const std::string link = response.header("link");
  const std::size_t begin = link.find("/api/"), end = link.find('>');
  const bool next = link.find("rel=\"next\"") != std::string::npos && begin < end && end != std::string::npos;
  return next ? link.substr(begin, end - begin) : "";
}

}  // namespace

HubAddress hub_address(std::string url) {
  if (const std::string replaced = environment("LLMOPS_HUB_URL"); !replaced.empty()) url = replaced;
  while (url.ends_with('/')) url.pop_back();
  return {url, environment("HF_TOKEN")};
}

std::string HubRepository::uri(const std::string& revision) const {
  return fmt::format("hf://{}{}{}{}", kind_ == Kind::kDataset ? "datasets/" : "", name_, revision.empty() ? "" : "@",
                     revision);
}

std::string HubRepository::api() const { return kind_ == Kind::kDataset ? "/api/datasets" : "/api/models"; }

std::string HubRepository::file_url(const std::string& commit, const std::string& file) const {
  return fmt::format("{}{}/{}/resolve/{}/{}", address_.url, kind_ == Kind::kDataset ? "/datasets" : "", name_, commit,
                     percent_encode(file, '/'));
}

HttpRequest HubRepository::request(const std::string& url) const {
  HttpRequest request;
  request.url = url;
  if (!address_.token.empty()) request.headers = {{"Authorization", "Bearer " + address_.token}};
  return request;
}

void HubRepository::throw_status(int status, const std::string& revision) const {
  const std::string subject = uri(revision);
  const char* what = kind_ == Kind::kDataset ? "data set" : "model";
  if (status == 401 || status == 403) {
    throw SystemError(
        fmt::format("the hub refuses '{}' ({})", subject, status),
        address_.token.empty()
            ? fmt::format(
                  "check the name; a private or gated {} needs its terms accepted on the hub and a token in HF_TOKEN",
                  what)
            : fmt::format("check the name, and that the token in HF_TOKEN may read this {}", what));
  }
  if (status != 404) throw SystemError(fmt::format("the hub answered {} for '{}'", status, subject), "try again later");
  const std::string name = name_.substr(name_.find('/') + 1);
  std::vector<std::string> known;
  const HttpResponse found =
      http_request(request(fmt::format("{}{}?search={}&limit=20", address_.url, api(), percent_encode(name))));
  if (found.status == 200) {
    const Json repositories = parse_json(found.body, "the hub's search");
    for (const Json& repository : repositories) {
      if (repository.is_object()) known.push_back(json_get_or<std::string>(repository, "id", "", "the hub's search"));
    }
  }
  const std::string hint = revision.empty() ? "check the spelling" : "check the spelling of the name and the revision";
  throw NotFoundError(fmt::format("'{}' is not on the hub", subject), did_you_mean(name_, known, hint));
}

Json HubRepository::describe(const std::string& revision) const {
  const std::string wanted = revision.empty() ? "main" : revision;
  const HttpResponse response =
      http_request(request(fmt::format("{}{}/{}/revision/{}", address_.url, api(), name_, percent_encode(wanted))));
  if (response.status != 200) throw_status(response.status, revision);
  const std::string origin = uri("");
  Json description = parse_json(response.body, origin);
  const auto commit = json_get<std::string>(description, "sha", origin);
  if (!is_commit(commit)) throw InputError(fmt::format("{}: '{}' is not a commit", origin, commit));
  return description;
}

Json HubRepository::list_files(const std::string& commit) const {
  Json files = Json::array();
  std::string page = fmt::format("{}/{}/tree/{}?recursive=true", api(), name_, commit);
  while (!page.empty() && files.size() < kMostListed) {
    const HttpResponse response = http_request(request(address_.url + page));
    if (response.status != 200) throw_status(response.status, commit);
    const Json entries = parse_json(response.body, uri(commit));
    for (const Json& entry : entries) {
      if (json_get<std::string>(entry, "type", uri(commit)) == "file") files.push_back(entry);
    }
    page = next_page(response);
  }
  return files;
}

HubFileFacts HubRepository::facts(const std::string& commit, const std::string& file) const {
  HttpRequest question = request(file_url(commit, file));
  // Large files redirect to a store that does not know their hash: ask the hub itself first.
  question.method = "HEAD";
  question.follow_redirects = false;
  const HttpResponse head = http_request(question);
  if (head.status >= 400) throw_status(head.status, commit);
  return read_facts(head);
}

void HubRepository::fetch(const std::string& commit, const std::string& file, const HubFileFacts& facts,
                          const std::filesystem::path& destination, Progress& progress) const {
  std::error_code error;
  if (fs::is_regular_file(destination, error) && has_content(destination, facts)) return;
  http_download({file_url(commit, file), destination, address_.token, facts.sha256, facts.size}, progress);
  if (facts.sha256 || has_content(destination, facts)) return;
  fs::remove(destination);
  throw InputError(fmt::format("'{}' of {} does not have the content that the hub promises", file, uri(commit)),
                   "the file was changed or damaged on the way; run the command again");
}

}  // namespace llmops

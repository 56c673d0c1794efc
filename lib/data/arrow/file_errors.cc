// Arrow reports by Status, Parquet throws; both end here.
#include "data/arrow/file_errors.h"

#include <fmt/format.h>

#include <cctype>
#include <new>
#include <stdexcept>

#include "core/error.h"
#include "data/record.h"

namespace llmops::data {

namespace {

// The first sentence, as our messages are written: "Couldn't deserialize thrift: ..." may go on for lines.
std::string short_reason(std::string reason) {
  reason = reason.substr(0, std::min(reason.find('\n'), reason.find(". ")));
  while (!reason.empty() && (reason.back() == '.' || reason.back() == ' ')) reason.pop_back();
  if (reason.size() > 1 && std::islower(static_cast<unsigned char>(reason[1])) != 0) {
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
  }
  return std::string(cut_text(reason, kShownBytes));
}

}  // namespace

void check(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}

void reading_file(const std::function<std::string()>& problem, const std::function<void()>& body) {
  try {
    body();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw InputError(problem() + ": a part of it does not fit in memory", "write it again with smaller row groups");
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: {}", problem(), short_reason(error.what())), "fetch or write the file again");
  }
}

void writing_file(const std::string& path, const std::function<void()>& body) {
  try {
    body();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw SystemError(fmt::format("cannot write '{}': {}", path, short_reason(error.what())));
  }
}

}  // namespace llmops::data

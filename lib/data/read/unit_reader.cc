#include "data/read/unit_reader.h"

#include "core/error.h"

namespace llmops::data {
namespace {

// A unit is what a kill costs, and what each thread holds; below a megabyte the files it is stored in are too many.
constexpr std::uint64_t kUnitBytes = std::uint64_t{4} << 20;
constexpr std::uint64_t kLeastBytes = std::uint64_t{1} << 20;
constexpr std::size_t kMostParts = 4096;

}  // namespace

Hash128 Unit::content(const InputFiles& inputs) const {
  std::string pieces;
  const auto add = [&](std::string_view piece) { pieces += xxh3_128(piece).hex(); };
  for (const Part& part : parts) {
    const InputFile& file = inputs.files[part.file];
    add(file.name);
    add(part.damage);
    for (const std::string& column : part.header) add(column);
    if (part.bytes == nullptr) continue;
    add(*part.bytes);
    if (!part.slices.empty())
      add(std::to_string(part.slices.front().line) + " " + std::string(part.slices.front().broken));
  }
  return xxh3_128(pieces);
}

UnitReader::UnitReader(const PrepareRecipe& recipe, const InputFiles& inputs) : recipe_(recipe), inputs_(inputs) {}

// Opens the next file where none is open. @returns false when all are read
bool UnitReader::next_part(Part& part) {
  while (true) {
    if (file_ != nullptr) {
      const bool more = file_->next(kUnitBytes, part);
      files_.back().bytes = file_->bytes();
      bytes_ = bytes_before_ + file_->bytes();
      if (more) return true;
      files_.back().sha256 = file_->sha256();
      bytes_before_ = bytes_;
      file_.reset();
    }
    if (files_.size() == inputs_.files.size()) return false;
    const auto index = static_cast<std::uint32_t>(files_.size());
    const InputFile& input = inputs_.files[index];
    files_.push_back({input.name, 0, ""});
    part = {};
    part.file = index;
    try {
      file_ = open_file(input, index, recipe_.inputs[input.input]);
    } catch (const SystemError& error) {
      part.damage = error.what();
    } catch (const InputError& error) {
      part.damage = error.what();
    } catch (const NotFoundError& error) {  // gone since it was listed
      part.damage = error.what();
    }
    if (!part.damage.empty()) return true;
  }
}

bool UnitReader::next(Unit& unit) {
  unit = {next_unit_, {}};
  std::uint64_t bytes = 0;
  Part part;
  while (next_part(part)) {
    bytes += part.bytes != nullptr ? part.bytes->size() : 0;
    const std::string& name = inputs_.files[part.file].name;
    unit.parts.push_back(std::move(part));
    const bool cut_here = bytes >= kLeastBytes && xxh3_128(name).low % 4 == 0;
    if (bytes >= kUnitBytes || cut_here || unit.parts.size() == kMostParts) break;
  }
  next_unit_ += !unit.parts.empty();
  return !unit.parts.empty();
}

}  // namespace llmops::data

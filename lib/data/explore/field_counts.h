// The fields that records have, and the values of a few of them, in bounded memory.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/explore/record_view.h"

namespace llmops::data::explore {

/// Which fields there are: how often each is missing or empty, and of what kind its values are.
class FieldCounts {
 public:
  struct Field {
    std::uint64_t records = 0, empty = 0;
    std::array<std::uint64_t, kJsonKinds> kinds{};
  };
  static constexpr std::size_t kMostFields = 256;  ///< names beyond are counted in others() alone

  void add(const RecordView& record);
  void merge(const FieldCounts& other);
  std::uint64_t records() const { return records_; }
  std::uint64_t others() const { return others_; }
  const std::map<std::string, Field, std::less<>>& fields() const { return fields_; }
  Json json() const;

 private:
  std::map<std::string, Field, std::less<>> fields_;
  std::uint64_t records_ = 0, others_ = 0;
};

/// Sizes of the records that share something.
struct Sizes {
  std::uint64_t records = 0, bytes = 0, characters = 0, words = 0;
  void add(const Sizes& other);
  Json json() const;
};

/// Sizes by the values of one field.
class Breakdown {
 public:
  static constexpr std::size_t kMostValues = 4096;  ///< later ones are counted under "(other)"
  static constexpr const char* kOther = "(other)";
  static constexpr const char* kNone = "(none)";  ///< the field is missing or empty

  explicit Breakdown(std::string field) : field_(std::move(field)) {}
  void add(const RecordView& record, const Sizes& sizes);
  void merge(const Breakdown& other);

  const std::string& field() const { return field_; }
  /// Whether any record has the field.
  bool present() const;
  /// Most records first; equal ones by value.
  std::vector<std::pair<std::string, Sizes>> by_records() const;
  Json json() const;

 private:
  Sizes& of(std::string_view value);

  std::string field_;
  std::map<std::string, Sizes, std::less<>> values_;
};

}  // namespace llmops::data::explore

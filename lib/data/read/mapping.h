// Rows to records: which fields become which turns, as a recipe's input says or as the row's own fields tell.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/read/input_spec.h"
#include "data/read/schema.h"
#include "data/read/slices.h"

namespace llmops::data {

/// One slice as an object of fields. Checks size, UTF-8 and syntax.
/// @param header  column names of a CSV file
std::variant<Json, Loss> read_row(const Slice& slice, Format format, const std::vector<std::string>& header);

/// Text with {{field}} in it, parsed once.
class FieldTemplate {
 public:
  /// @throws ConfigError  for a "{{" without its "}}"
  explicit FieldTemplate(const std::string& source);

  struct Piece {
    bool is_field = false;
    std::string text;  ///< literal text, or the field's name
  };
  const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  std::vector<Piece> pieces_;
};

struct Mapped {
  Schema schema = Schema::kText;  ///< the row was read as
  std::variant<Record, Loss> outcome;
};

/// The mapping of one input. Immutable; safe to share between threads.
class Mapping {
 public:
  explicit Mapping(const InputSpec& input);

  /// @param row       is used up
  /// @param fallback  the id where the recipe names no field for it
  Mapped map(Json row, const std::string& fallback, const FieldFilter& filter) const;

 private:
  Schema schema_of(const Json& row) const;
  std::optional<Loss> begin_record(Json& row, Record& record) const;
  std::variant<Record, Loss> map_record(Schema schema, Json row, Record record, const FieldFilter& filter) const;
  std::variant<Record, Loss> map_templates(const Json& row, Record record, const FieldFilter& filter) const;

  InputSpec input_;
  std::vector<std::pair<std::string, FieldTemplate>> turns_;  ///< role and content
};

}  // namespace llmops::data

// Whether a JSON value fits a JSON Schema (draft 2020-12, the keywords that describe data).
#pragma once

#include <map>
#include <string>

#include "core/json.h"
#include "text/regex.h"

namespace llmops::text {

/// Keywords: type, enum, const, properties, required, additionalProperties, minProperties, maxProperties, items,
/// prefixItems, minItems, maxItems, uniqueItems, minLength, maxLength, pattern, minimum, maximum, exclusiveMinimum,
/// exclusiveMaximum, multipleOf, anyOf, oneOf, allOf, not, $ref into the schema itself; titles and the like mean
/// nothing.
class JsonSchema {
 public:
  /// @throws InputError  for a keyword that is not known, a reference to nowhere, a pattern that does not compile
  explicit JsonSchema(Json schema);
  /// @throws InputError  for references that never end
  bool accepts(const Json& value) const;

 private:
  void check(const Json& schema, const std::string& where);
  bool fits(const Json& schema, const Json& value, int depth) const;
  bool fits_object(const Json& schema, const Json& value, int depth) const;
  bool fits_array(const Json& schema, const Json& value, int depth) const;
  bool fits_combined(const Json& schema, const Json& value, int depth) const;
  bool fits_string(const Json& schema, const std::string& value) const;

  Json schema_;
  std::map<std::string, Regex> patterns_;
};

}  // namespace llmops::text

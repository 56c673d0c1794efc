// The tags and texts of an HTML page, one after the other.
#pragma once

#include <string_view>
#include <vector>

#include "data/read/html_tags.h"

namespace llmops::data {

struct HtmlAttribute {
  std::string_view name;   ///< as written
  std::string_view value;  ///< as written, entities and all, without quotes
};

struct HtmlToken {
  enum class Kind { kText, kStart, kEnd };
  Kind kind = Kind::kText;
  Tag tag = Tag::kText;
  bool self_closing = false;  ///< "<x/>"
  std::string_view text;      ///< of kText: as written
};

/// Never fails: what is no markup is text. Comments, declarations and tags that the page ends within give nothing.
/// Takes time proportional to the page, whatever it holds.
class HtmlTokens {
 public:
  explicit HtmlTokens(std::string_view html) : html_(html) {}

  /// @param attributes  those of a start tag are appended
  /// @returns false at the end
  bool next(HtmlToken& token, std::vector<HtmlAttribute>& attributes);

 private:
  bool is_markup(std::size_t at) const;
  void skip_declaration();
  bool read_tag(HtmlToken& token, std::vector<HtmlAttribute>& attributes);
  bool read_attribute(HtmlAttribute& attribute);
  std::string_view read_value();
  std::size_t raw_end() const;

  std::string_view html_;
  std::size_t at_ = 0;
  std::string_view raw_;               ///< name of the element whose content is no markup, where that comes next
  bool plaintext_ = false;             ///< all that follows is text
  bool no_quote_[2] = {false, false};  ///< no more " or ' in the page, so that it is looked for once only
};

}  // namespace llmops::data

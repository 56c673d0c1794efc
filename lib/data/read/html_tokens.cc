// A scanner after the HTML standard's chapter on tokenization, without its states that change no text.
#include "data/read/html_tokens.h"

#include <algorithm>

#include "data/read/header_fields.h"

namespace llmops::data {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

}  // namespace

bool HtmlTokens::is_markup(std::size_t at) const {
  if (at + 1 >= html_.size()) return false;
  const char c = html_[at + 1];
  if (c == '/') return at + 2 < html_.size() && (is_letter(html_[at + 2]) || html_[at + 2] == '>');
  return is_letter(c) || c == '!' || c == '?';
}

bool HtmlTokens::next(HtmlToken& token, std::vector<HtmlAttribute>& attributes) {
  while (at_ < html_.size()) {
    std::size_t end = at_;
    if (plaintext_) {
      end = html_.size();
    } else if (!raw_.empty()) {
      end = raw_end();
      raw_ = {};
    } else {
      while ((end = html_.find('<', end)) < html_.size() && !is_markup(end)) ++end;
      end = std::min(end, html_.size());
    }
    if (end > at_) {
      token = {HtmlToken::Kind::kText, Tag::kText, false, html_.substr(at_, end - at_)};
      at_ = end;
      return true;
    }
    const char c = html_[at_ + 1];
    if (c == '!' || c == '?' || (c == '/' && html_[at_ + 2] == '>')) {
      skip_declaration();
    } else {
      return read_tag(token, attributes);
    }
  }
  return false;
}

// Comments end with "-->"; others, even "<![CDATA[", with ">".
void HtmlTokens::skip_declaration() {
  const bool comment = html_.substr(at_, 4) == "<!--";
  const bool empty = comment && (html_.substr(at_ + 4, 1) == ">" || html_.substr(at_ + 4, 2) == "->");
  const std::string_view close = comment && !empty ? "-->" : ">";
  const std::size_t end = html_.find(close, at_ + (comment && !empty ? 4 : 2));
  at_ = end == std::string_view::npos ? html_.size() : end + close.size();
}

bool HtmlTokens::read_tag(HtmlToken& token, std::vector<HtmlAttribute>& attributes) {
  const bool closing = html_[at_ + 1] == '/';
  const std::size_t begin = at_ + (closing ? 2 : 1);
  at_ = begin;
  while (at_ < html_.size() && !is_blank(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
  const std::string_view name = html_.substr(begin, at_ - begin);
  token = {closing ? HtmlToken::Kind::kEnd : HtmlToken::Kind::kStart, tag_named(name), false, ""};
  for (HtmlAttribute attribute; read_attribute(attribute);) {
    if (!closing) attributes.push_back(attribute);
  }
  if (at_ >= html_.size()) return false;  // the page ends within the tag
  token.self_closing = html_[at_ - 1] == '/';
  ++at_;
  if (!closing && is_raw_tag(token.tag)) raw_ = name;
  if (!closing && token.tag == Tag::kPlaintext) plaintext_ = true;
  return true;
}

// False at the tag's ">", or at the end of the page.
bool HtmlTokens::read_attribute(HtmlAttribute& attribute) {
  while (at_ < html_.size() && (is_blank(html_[at_]) || html_[at_] == '/')) ++at_;
  if (at_ >= html_.size() || html_[at_] == '>') return false;
  const std::size_t begin = at_++;  // a "=" may begin a name
  const auto ends_name = [](char c) { return is_blank(c) || c == '/' || c == '>' || c == '='; };
  while (at_ < html_.size() && !ends_name(html_[at_])) ++at_;
  attribute = {html_.substr(begin, at_ - begin), ""};
  std::size_t equals = at_;
  while (equals < html_.size() && is_blank(html_[equals])) ++equals;
  if (equals < html_.size() && html_[equals] == '=') {
    at_ = equals + 1;
    attribute.value = read_value();
  }
  return true;
}

std::string_view HtmlTokens::read_value() {
  while (at_ < html_.size() && is_blank(html_[at_])) ++at_;
  if (at_ >= html_.size()) return "";
  const char quote = html_[at_];
  if (quote == '"' || quote == '\'') {
    bool& none = no_quote_[quote == '"' ? 0 : 1];
    const std::size_t end = none ? std::string_view::npos : html_.find(quote, at_ + 1);
    if (end != std::string_view::npos) {
      const std::string_view value = html_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      return value;
    }
    none = true;
  }
  const std::size_t begin = at_;
  while (at_ < html_.size() && !is_blank(html_[at_]) && html_[at_] != '>') ++at_;
  return html_.substr(begin, at_ - begin);
}

// Where the end tag of the raw element stands; the end of the page where there is none.
std::size_t HtmlTokens::raw_end() const {
  for (std::size_t at = html_.find("</", at_); at != std::string_view::npos; at = html_.find("</", at + 2)) {
    const std::size_t behind = at + 2 + raw_.size();
    if (behind >= html_.size()) break;
    const bool ends = is_blank(html_[behind]) || html_[behind] == '/' || html_[behind] == '>';
    if (ends && same_name(html_.substr(at + 2, raw_.size()), raw_)) return at;
  }
  return html_.size();
}

}  // namespace llmops::data

// The filter `urlize`: addresses in a text become links, as jinja2 finds them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/regex.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

bool matches(const Regex& whole, std::string_view text) {
  std::vector<Range> found;
  whole.find_all(text, found);
  return !found.empty();
}

bool is_web_address(std::string_view text) {
  // With scheme or www, any top-level domain; without, one of eight; or an IP address behind a scheme. Then a port, a
  // path.
  static const Regex kPattern(
      R"((?i)\A(?:(?:https?://|www\.)(?:(?:[\p{L}\p{N}_%-]+\.)+)?(?:[a-z]{2,63}|xn--[\p{L}\p{N}_%]{2,59}))"
      R"(|(?:[\p{L}\p{N}_%-]{2,63}\.)+(?:com|net|int|edu|gov|org|info|mil))"
      R"(|https?://(?:\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}|\[(?:[\p{Nd}a-f]{0,4}:){2}(?:[\p{Nd}a-f]{0,4}:?){1,6}\])))"
      R"((?::\p{Nd}{1,5})?(?:[/?#].*)?\z)",
      "urlize", Regex::Engine::kPcre2);
  return matches(kPattern, text);
}

bool is_mail_address(std::string_view text) {
  static const Regex kPattern(R"(\A.+@[\p{L}\p{N}_][\p{L}\p{N}_.-]*\.[\p{L}\p{N}_]+\z)", "urlize",
                              Regex::Engine::kPcre2);
  return matches(kPattern, text);
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size()) ++found;
  return found;
}

/// Any of `parts` at the front, as often as they stand there.
std::size_t leading(std::string_view text, std::initializer_list<std::string_view> parts) {
  std::size_t at = 0;
  const auto here = [&](std::string_view part) { return text.substr(at).starts_with(part); };
  for (auto part = parts.begin(); (part = std::find_if(parts.begin(), parts.end(), here)) != parts.end();)
    at += part->size();
  return at;
}

std::size_t trailing(std::string_view text, std::initializer_list<std::string_view> parts) {
  std::size_t end = text.size();
  const auto here = [&](std::string_view part) { return text.substr(0, end).ends_with(part); };
  for (auto part = parts.begin(); (part = std::find_if(parts.begin(), parts.end(), here)) != parts.end();)
    end -= part->size();
  return text.size() - end;
}

class Linker {
 public:
  Linker(std::optional<std::int64_t> limit, const std::string& rel, const std::string& target,
         std::vector<std::string> schemes)
      : limit_(limit), schemes_(std::move(schemes)) {
    if (!rel.empty()) attributes_ += fmt::format(" rel=\"{}\"", escape_html(rel));
    if (!target.empty()) attributes_ += fmt::format(" target=\"{}\"", escape_html(target));
  }

  /// @param word  without white space, escaped for HTML
  std::string link(std::string_view word) const {
    const std::size_t front = leading(word, {"(", "<", "&lt;"});
    const std::string head(word.substr(0, front));
    word.remove_prefix(front);
    std::size_t split = word.size() - trailing(word, {")", ">", ".", ",", "&gt;"});
    // A bracket that the address itself opens belongs to it.
    for (const auto& [open, close] :
         {std::pair<std::string_view, std::string_view>{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}}) {
      const std::string_view middle = word.substr(0, split), tail = word.substr(split);
      const std::size_t opened = count(middle, open);
      if (opened <= count(middle, close)) continue;
      for (std::size_t left = std::min(opened, count(tail, close)); left > 0; --left)
        split = word.find(close, split) + close.size();
    }
    return head + linked(std::string(word.substr(0, split))) + std::string(word.substr(split));
  }

 private:
  /// Python's text[:limit] + "..." where it is longer.
  std::string shortened(const std::string& text) const {
    const auto length = static_cast<std::int64_t>(utf8_length(text));
    if (!limit_ || length <= *limit_) return text;
    const std::int64_t kept = std::max<std::int64_t>(*limit_ < 0 ? *limit_ + length : *limit_, 0);
    std::size_t end = 0;
    for (std::int64_t i = 0; i < kept; ++i) end += utf8_step(text, end).length;
    return text.substr(0, end) + "...";
  }

  std::string linked(const std::string& text) const {
    if (is_web_address(text)) {
      const bool whole = text.starts_with("https://") || text.starts_with("http://");
      return fmt::format(R"(<a href="{}{}"{}>{}</a>)", whole ? "" : "https://", text, attributes_, shortened(text));
    }
    if (text.starts_with("mailto:") && is_mail_address(std::string_view(text).substr(7)))
      return fmt::format(R"(<a href="{}">{}</a>)", text, text.substr(7));
    if (!text.starts_with("www.") && !text.starts_with('@') && text.find(':') == std::string::npos &&
        is_mail_address(text)) {
      return fmt::format(R"(<a href="mailto:{0}">{0}</a>)", text);
    }
    std::string out = text;  // each scheme looks at what the one before it made
    for (const std::string& scheme : schemes_) {
      if (out != scheme && out.starts_with(scheme)) out = fmt::format(R"(<a href="{0}"{1}>{0}</a>)", out, attributes_);
    }
    return out;
  }

  std::optional<std::int64_t> limit_;
  std::string attributes_;
  std::vector<std::string> schemes_;
};

std::string rel_of(const Parameters& values) {
  std::set<std::string> parts = {"noopener"};
  if (values.truthy(1, false)) parts.insert("nofollow");
  std::string part;
  for (const char c : (values.has(3) && values[3].is_none() ? "" : values.text(3, "")) + " ") {
    if (!is_python_space(static_cast<unsigned char>(c))) {
      part += c;
    } else if (!part.empty()) {
      parts.insert(std::exchange(part, ""));
    }
  }
  std::string rel;
  for (const std::string& one : parts) rel += (rel.empty() ? "" : " ") + one;
  return rel;
}

std::vector<std::string> schemes_of(const Value& given, Interpreter& interpreter) {
  static const Regex kScheme(R"(\A[\p{L}\p{N}_.+-]{2,}:/{0,2}\z)", "urlize", Regex::Engine::kPcre2);
  std::vector<std::string> schemes;
  if (given.is_none()) return schemes;
  for (const Value& scheme : iterate(given, interpreter)) {
    if (!scheme.is_string() || !matches(kScheme, scheme.text()))
      throw TemplateFailure(fmt::format("'{}' is not a valid URI scheme prefix.", interpreter.text_of(scheme)));
    schemes.push_back(scheme.text());
  }
  return schemes;
}

}  // namespace

Value urlize_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("urlize", std::move(arguments),
                          {"trim_url_limit", "nofollow", "target", "rel", "extra_schemes"});
  std::optional<std::int64_t> limit;
  if (values.has(0) && !values[0].is_none()) limit = values.integer(0, 0);
  const Linker linker(limit, rel_of(values), values.has(2) && values[2].is_none() ? "" : values.text(2, ""),
                      schemes_of(values[4], interpreter));
  const std::string text = escaped(operand, interpreter).text();
  interpreter.limits.charge_text(8 * text.size());
  std::string out;
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    interpreter.limits.charge((end - begin) * (end - begin) / 64);  // what a search with backtracking may take
    if (end > begin) out += linker.link(std::string_view(text).substr(begin, end - begin));
  };
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    if (is_python_space(step.code_point)) {
      end_word(at);
      out.append(text, at, step.length);
      begin = at + step.length;
    }
    at += step.length;
  }
  end_word(text.size());
  return out;
}

}  // namespace llmops::text::jinja

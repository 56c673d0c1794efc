// From the text of pages to the text of a document: what the pages' printing added is taken away.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "data/read/pdf.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::size_t kEdgeLines = 2;      // at the top and at the bottom of a page
constexpr std::size_t kFewestRepeats = 3;  // of a line, to be a header or footer
constexpr std::size_t kRepeatsOneIn = 3;   // and on so many of the pages, as left and right ones may differ
constexpr std::string_view kHyphens[] = {"\xC2\xAD", "\xE2\x80\x90"};  // soft, and unmistakable

using Lines = std::vector<std::string_view>;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\f");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\f") - begin + 1);
}

// Without blank lines at either end.
Lines lines_of(std::string_view page) {
  Lines lines;
  for (std::size_t begin = 0; begin < page.size();) {
    const std::size_t end = std::min(page.find('\n', begin), page.size());
    const std::string_view line = trimmed(page.substr(begin, end - begin));
    if (!line.empty() || !lines.empty()) lines.push_back(line);
    begin = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Page numbers change where headers do not: each number becomes "#".
std::string shape(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (!is_digit(c)) out += c;
    if (is_digit(c) && (out.empty() || out.back() != '#')) out += '#';
  }
  return out;
}

// "7", "- 7 -", "7/12", "Page 7", "Seite 7 von 12".
bool is_page_number(std::string_view line) {
  const std::string form = shape(line);
  const auto numbers = std::count(form.begin(), form.end(), '#');
  const auto words = std::count(form.begin(), form.end(), ' ') + 1;
  return form.size() <= 24 && words <= 4 && (numbers == 2 || numbers == 1) &&
         (form.back() == '#' || form.back() == '-' || form.back() == '.' || form.back() == ')') &&
         (words > 1 || form.find_first_not_of("#-/().|") == std::string::npos);
}

// Indices of the lines at a page's edges.
std::set<std::size_t> edge_lines(const Lines& lines) {
  std::set<std::size_t> edges;
  for (std::size_t i = 0; i < std::min(kEdgeLines, lines.size()); ++i) {
    edges.insert(i);
    edges.insert(lines.size() - 1 - i);
  }
  return edges;
}

// The shapes of lines that are on many pages' edges; for page numbers, two pages are enough.
std::set<std::string> running_lines(const std::vector<Lines>& pages) {
  std::map<std::string, std::size_t> seen;
  for (const Lines& lines : pages) {
    std::set<std::string> shapes;
    for (const std::size_t i : edge_lines(lines)) shapes.insert(shape(lines[i]));
    for (const std::string& form : shapes) ++seen[form];
  }
  std::set<std::string> running;
  const std::size_t needed = std::max(kFewestRepeats, (pages.size() + kRepeatsOneIn - 1) / kRepeatsOneIn);
  for (const auto& [form, count] : seen) {
    if (!form.empty() && count >= (is_page_number(form) ? 2 : needed)) running.insert(form);
  }
  return running;
}

bool is_lower_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  const char32_t c = text::utf8_step(text, at).code_point;
  return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0x24F) || (c >= 0x3AC && c <= 0x3CE) ||
         (c >= 0x430 && c <= 0x45F);
}

// Whether the text's last word goes on in the next line; its hyphen is taken off. Poppler joins most of these itself.
bool take_hyphen(std::string& text, std::string_view next) {
  for (const std::string_view hyphen : kHyphens) {
    if (!text.ends_with(hyphen)) continue;
    text.erase(text.size() - hyphen.size());
    return true;
  }
  const std::size_t size = text.size();
  if (size < 2 || text[size - 1] != '-' || !is_lower_at(next, 0)) return false;
  const char before = text[size - 2];
  if (before == '-' || before == ' ' || before == '\n' || is_digit(before)) return false;
  text.pop_back();
  return true;
}

std::string page_text(const Lines& lines, const std::set<std::string>& running) {
  const std::set<std::size_t> edges = edge_lines(lines);
  Lines kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool dropped = edges.count(i) > 0 && running.count(shape(lines[i])) > 0;
    if (!dropped && (!lines[i].empty() || !kept.empty())) kept.push_back(lines[i]);
  }
  while (!kept.empty() && kept.back().empty()) kept.pop_back();
  std::string text;
  for (const std::string_view line : kept) {
    if (!text.empty() && !take_hyphen(text, line)) text += '\n';
    text += line;
  }
  return text;
}

}  // namespace

std::string join_pdf_pages(const std::vector<std::string>& pages) {
  std::vector<Lines> lines;
  lines.reserve(pages.size());
  for (const std::string& page : pages) lines.push_back(lines_of(page));
  const std::set<std::string> running = running_lines(lines);
  std::string text;
  for (const Lines& page : lines) {
    const std::string one = page_text(page, running);
    if (one.empty()) continue;
    if (!text.empty()) text += "\n\n";
    text += one;
  }
  return text;
}

}  // namespace llmops::data

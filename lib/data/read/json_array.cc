// A scanner with four states. What it keeps between calls is a few numbers and the brackets that are open.
#include "data/read/json_array.h"

#include <algorithm>

namespace llmops::data {

namespace {

constexpr std::size_t kDeepest = 512;  // what the parser allows
constexpr std::size_t kLargestElement = std::size_t{64} << 20;
// Elements that broke at one place, each found within the one before. More are given up together, so that a file of
// brackets that never close is not scanned once for each of them.
constexpr int kMostRetries = 16;
constexpr std::string_view kBlanks = " \t\r\n";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text, std::string_view which) {
  const std::size_t end = text.find_last_not_of(which);
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

}  // namespace

std::size_t JsonCutter::cut(std::string_view bytes, bool last, std::vector<Slice>& slices) {
  bytes_ = bytes;
  last_ = last;
  slices_ = &slices;
  bool goes_on = true;
  while (goes_on) {
    switch (state_) {
      case State::kBetween: goes_on = skip_to_element(); break;
      case State::kElement: goes_on = scan_element(); break;
      case State::kBare: goes_on = scan_bare(); break;
      case State::kBroken: goes_on = find_next_element(); break;
    }
  }
  const std::size_t done = state_ == State::kBetween ? at_ : start_;
  count_lines(done);
  at_ -= done;
  counted_ -= done;
  start_ = 0;
  base_ += done;
  return done;
}

std::uint64_t JsonCutter::count_lines(std::size_t to) {
  if (to > counted_) {
    const std::string_view passed = bytes_.substr(counted_, to - counted_);
    line_ += static_cast<std::uint64_t>(std::count(passed.begin(), passed.end(), '\n'));
    counted_ = to;
  }
  return line_;
}

void JsonCutter::begin(State state, std::size_t at) {
  state_ = state;
  start_ = at_ = at;
  element_line_ = count_lines(at);
  open_.clear();
  in_string_ = escaped_ = key_next_ = false;
}

void JsonCutter::end_element(std::size_t at) {
  slices_->push_back({element_line_, trimmed(bytes_.substr(start_, at - start_), kBlanks), ""});
  state_ = State::kBetween;
  at_ = at;
  line_is_blank_ = false;
}

bool JsonCutter::skip_to_element() {
  for (; at_ < bytes_.size(); ++at_) {
    const char c = bytes_[at_];
    if (c == '\n') {
      line_is_blank_ = true;
      blanks_ = 0;
    } else if (is_blank(c) || c == ',') {
      ++blanks_;
    } else if (c == '[' && !in_array_) {
      in_array_ = true;
      line_is_blank_ = false;
    } else if (c == ']' && in_array_) {
      in_array_ = false;
      line_is_blank_ = false;
    } else {
      const bool structured = c == '{' || c == '[' || c == '"';
      if (structured && line_is_blank_ && indent_ == kAnyIndent) indent_ = blanks_;
      begin(structured ? State::kElement : State::kBare, at_);
      return true;
    }
  }
  return false;
}

bool JsonCutter::scan_bare() {
  // The first character is taken whatever it is: a bracket that closes nothing is part of no element.
  for (at_ = std::max(at_, start_ + 1); at_ < bytes_.size(); ++at_) {
    const char c = bytes_[at_];
    if (c == ',' || c == '\n' || c == '{' || c == '[' || c == '"' || (c == ']' && in_array_)) break;
  }
  if (at_ == bytes_.size() && !last_ && at_ - start_ < kLargestElement) return false;
  end_element(at_);
  return true;
}

// Runs to the end of a string. False where `bytes_` end before it, or a line does (at_ is at the "\n" then).
bool JsonCutter::in_string_to_end() {
  const char* const data = bytes_.data();
  const std::size_t size = bytes_.size();
  std::size_t i = at_;
  if (escaped_ && i < size) {
    escaped_ = false;
    ++i;
  }
  while (i < size) {
    const char c = data[i];
    if (c == '"') {
      at_ = i + 1;
      in_string_ = false;
      return true;
    }
    if (c == '\n') break;
    if (c == '\\') {
      if (i + 1 == size) {
        escaped_ = true;
        ++i;
        break;
      }
      ++i;
    }
    ++i;
  }
  at_ = i;
  return false;
}

// One character outside of strings; false where it cannot stand there.
bool JsonCutter::step(char c) {
  switch (c) {
    case '"':
      in_string_ = true;
      key_next_ = false;
      return true;
    case '{':
    case '[':
      if (key_next_ || open_.size() == kDeepest) return false;
      open_ += c;
      key_next_ = c == '{';
      return true;
    case '}':
    case ']':
      if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) return false;
      open_.pop_back();
      key_next_ = false;
      return true;
    case ',': key_next_ = !open_.empty() && open_.back() == '{'; return true;
    default: return true;
  }
}

bool JsonCutter::scan_element() {
  while (at_ < bytes_.size()) {
    if (in_string_) {
      const bool closed = in_string_to_end();
      if (!closed && at_ < bytes_.size()) return break_off(at_);
      if (!closed) break;
    } else if (step(bytes_[at_])) {
      ++at_;
    } else {
      return break_off(at_);
    }
    if (open_.empty() && !in_string_) {
      end_element(at_);
      return true;
    }
  }
  if (last_ || at_ - start_ > kLargestElement) return break_off(at_);
  return false;
}

bool JsonCutter::break_off(std::size_t at) {
  retries_ = base_ + at == broken_at_ ? retries_ + 1 : 0;
  broken_at_ = base_ + at;
  state_ = State::kBroken;
  at_ = retries_ > kMostRetries ? at : start_;
  return true;
}

void JsonCutter::push_broken(std::size_t end) {
  const std::string_view text = trimmed(bytes_.substr(start_, end - start_), " \t\r\n,");
  if (!text.empty()) slices_->push_back({element_line_, text, "bad_json"});
}

// Looks for a line that begins like an element; what lies before it is the broken part.
bool JsonCutter::find_next_element() {
  while (at_ < bytes_.size()) {
    const std::size_t feed = bytes_.find('\n', at_);
    at_ = std::min(feed, bytes_.size());
    const std::size_t first = bytes_.find_first_not_of(" \t\r,", std::min(at_ + 1, bytes_.size()));
    if (first == std::string_view::npos) break;
    at_ = feed + 1;
    if (bytes_[first] != '{' || first - at_ > indent_) continue;
    push_broken(feed);
    begin(State::kElement, first);
    return true;
  }
  // A line's beginning may be cut off: it is looked at again when there is more.
  if (!last_ && bytes_.size() - start_ <= kLargestElement) return false;
  push_broken(bytes_.size());
  begin(last_ ? State::kBetween : State::kBroken, bytes_.size());
  return !last_;
}

}  // namespace llmops::data

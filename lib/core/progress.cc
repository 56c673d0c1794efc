#include "core/progress.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>
#include <vector>

#include "core/terminal.h"
#include "core/units.h"

namespace llmops {

Progress::~Progress() = default;
void Progress::start(const std::string&, std::uint64_t, const std::string&) {}
void Progress::update(std::uint64_t, const std::string&) {}
void Progress::finish(const std::string&) {}

namespace {

using Clock = std::chrono::steady_clock;

class TerminalProgress : public Progress {
 public:
  explicit TerminalProgress(bool live) : live_(live), interval_(live ? 0.1 : 60.0) {}

  ~TerminalProgress() override {
    if (live_ && drawn_) std::fputs("\n", stderr);
  }

  void start(const std::string& label, std::uint64_t total, const std::string& unit) override {
    label_ = label;
    total_ = total;
    unit_ = unit;
    started_ = last_ = Clock::now();
    done_ = 0;
  }

  void update(std::uint64_t done, const std::string& note) override {
    done_ = done;
    const auto now = Clock::now();
    if (std::chrono::duration<double>(now - last_).count() < interval_) return;
    last_ = now;
    draw(note, false);
  }

  void finish(const std::string& note) override {
    if (total_ > 0) done_ = total_;
    // Elsewhere than on a terminal, work that never needed a line needs none at its end.
    if (live_ || elapsed() >= interval_) draw(note, true);
    drawn_ = false;
  }

 private:
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

  std::string bar(int width) const {
    const int filled =
        static_cast<int>(static_cast<double>(std::min(done_, total_)) / static_cast<double>(total_) * width);
    std::string text;
    for (int i = 0; i < width; ++i) text += i < filled ? "━" : "─";
    return text;
  }

  /// How much of the line there is room for.
  struct Layout {
    int bar = 0;         ///< columns; 0: none
    bool counts = true;  ///< else the share in percent
    bool share = true;   ///< else neither, and no label
  };

  std::string amount(const Layout& layout) const {
    if (total_ == 0) return fmt::format("{} {}", format_count(done_), unit_);
    const std::string drawn = layout.bar > 0 ? bar(layout.bar) + " " : "";
    if (layout.counts) return fmt::format("{}{}/{} {}", drawn, format_count(done_), format_count(total_), unit_);
    return fmt::format("{}{} %", drawn, 100 * std::min(done_, total_) / total_);
  }

  std::string line(const std::string& note, bool last, const Layout& layout) const {
    const double seconds = elapsed();
    const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
    std::vector<std::string> parts;
    if (layout.share) parts.push_back(label_ + " " + amount(layout));
    if (rate > 0) parts.push_back(fmt::format("{} {}/s", format_number(rate, 3), unit_));
    if (last) {
      parts.push_back(format_duration(seconds));
    } else if (total_ > done_ && rate > 0) {
      parts.push_back(format_duration(static_cast<double>(total_ - done_) / rate) + " left");
    }
    if (!note.empty()) parts.push_back(note);
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  /// On a narrow terminal the bar gives way to the note, then the counts do, then label and share.
  std::string fitting_line(const std::string& note, bool last, int width) const {
    std::string text;
    for (const Layout& layout :
         {Layout{20, true}, Layout{8, true}, Layout{8, false}, Layout{0, false}, Layout{0, false, false}}) {
      text = line(note, last, layout);
      if (display_width(text) <= width) return text;
    }
    while (display_width(text) > width) {  // cut whole characters, so that the line never wraps
      do text.pop_back();
      while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80);
      if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.pop_back();
    }
    return text;
  }

  void draw(const std::string& note, bool last) {
    std::string text =
        live_ ? "\r\033[K" + fitting_line(note, last, terminal_width() - 1) : line(note, last, {0, true});
    if (!live_ || last) text += "\n";
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
    drawn_ = !last;
  }

  bool live_;
  double interval_;  ///< seconds between drawings
  bool drawn_ = false;
  std::string label_, unit_;
  std::uint64_t total_ = 0, done_ = 0;
  Clock::time_point started_ = Clock::now(), last_ = started_;
};

}  // namespace

std::unique_ptr<Progress> make_terminal_progress(bool quiet) {
  if (quiet) return std::make_unique<Progress>();
  return std::make_unique<TerminalProgress>(stderr_is_terminal());
}

}  // namespace llmops

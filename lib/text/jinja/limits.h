// Bounds on what a template may cost: a hostile one ends with an error, not with a hang or a full memory.
#pragma once

#include <cstddef>
#include <cstdint>

namespace llmops::text::jinja {

class Limits {
 public:
  /// Nested evaluations: macros that call themselves, expressions within expressions.
  static constexpr int kMaxDepth = 1000;
  static constexpr std::size_t kMaxTextBytes = std::size_t{32} << 20;
  /// Lists in lists; keeps destructors from recursing without end.
  static constexpr int kMaxNesting = 400;

  /// One step is about one visited node, one element of a list, or 16 bytes of a new text.
  /// @throws TemplateFailure  when the steps are used up
  void charge(std::uint64_t steps);
  /// @throws TemplateFailure  when one text is too long
  void charge_text(std::size_t bytes);

  void enter();
  void leave() { --depth_; }

 private:
  std::uint64_t left_ = 20'000'000;
  int depth_ = 0;
};

/// Counts a level of nesting while it lives.
class DepthGuard {
 public:
  explicit DepthGuard(Limits& limits) : limits_(limits) { limits_.enter(); }
  ~DepthGuard() { limits_.leave(); }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  Limits& limits_;
};

}  // namespace llmops::text::jinja

// Bounds on what a template may cost.
#include "text/jinja/limits.h"

#include <fmt/format.h>

#include "text/jinja/failure.h"

namespace llmops::text::jinja {

void Limits::charge(std::uint64_t steps) {
  if (steps > left_) throw TemplateFailure("the template takes too many steps");
  left_ -= steps;
}

void Limits::charge_text(std::size_t bytes) {
  if (bytes > kMaxTextBytes) throw TemplateFailure(fmt::format("the template makes a text of {} bytes", bytes));
  charge(bytes / 16);
}

void Limits::enter() {
  if (depth_ >= kMaxDepth) throw TemplateFailure("the template nests too deeply");
  ++depth_;
}

}  // namespace llmops::text::jinja

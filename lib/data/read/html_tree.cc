// Gumbo over an arena: its own release of a tree calls itself once for each level, and would overflow the stack.
#include "data/read/html_tree.h"

#include <csetjmp>
#include <cstdlib>
#include <new>

#include "data/read/html_depth.h"

namespace llmops::data {

namespace {

constexpr std::size_t kDeepest = 512;  // as deep as browsers go
constexpr std::size_t kLargestPage = std::size_t{16} << 20;
constexpr std::size_t kTreeBytes = std::size_t{8} << 20;  // for any page, and so much more for each of its bytes:
constexpr std::size_t kTreeBytesPerByte = 32;
constexpr std::size_t kChunkBytes = std::size_t{256} << 10;

}  // namespace

class HtmlTree::Arena {
 public:
  explicit Arena(std::size_t budget) : budget_(budget) {}
  ~Arena() {
    for (void* chunk : chunks_) std::free(chunk);
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Gumbo checks no allocation. Where the budget is spent, control returns to parse() at once: there are only gumbo's
  // own frames in between, which hold nothing but memory of this arena.
  static void* allocate(void* self, std::size_t size) {
    auto& arena = *static_cast<Arena*>(self);
    void* memory = arena.take(size);
    if (memory == nullptr) std::longjmp(arena.exit_, 1);
    return memory;
  }
  static void release(void* /*self*/, void* /*memory*/) {}

  const GumboNode* parse(std::string_view html) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = release;
    options.userdata = this;
    options.max_errors = 0;
    if (setjmp(exit_) != 0) return nullptr;
    return gumbo_parse_with_options(&options, html.data(), html.size())->document;
  }

 private:
  void* take(std::size_t size) {
    size = (size + 15) / 16 * 16;
    if (size > budget_) return nullptr;
    budget_ -= size;
    if (size > left_) {
      const std::size_t chunk = size > kChunkBytes ? size : kChunkBytes;
      next_ = static_cast<char*>(std::malloc(chunk));
      left_ = next_ == nullptr ? 0 : chunk;
      if (next_ == nullptr) return nullptr;
      chunks_.push_back(next_);
    }
    void* memory = next_;
    next_ += size;
    left_ -= size;
    return memory;
  }

  std::size_t budget_;
  std::vector<void*> chunks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::jmp_buf exit_{};
};

HtmlTree::HtmlTree(std::string_view html) {
  if (html.size() > kLargestPage || html_depth(html, kDeepest) >= kDeepest) return;
  arena_ = std::make_unique<Arena>(kTreeBytes + html.size() * kTreeBytesPerByte);
  document_ = arena_->parse(html);
}

HtmlTree::~HtmlTree() = default;

std::string_view attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found == nullptr ? "" : found->value;
}

bool has_attribute(const GumboElement& element, const char* name) {
  return gumbo_get_attribute(&element.attributes, name) != nullptr;
}

const GumboVector* children_of(const GumboNode& node) {
  switch (node.type) {
    case GUMBO_NODE_DOCUMENT: return &node.v.document.children;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: return &node.v.element.children;
    default: return nullptr;
  }
}

}  // namespace llmops::data

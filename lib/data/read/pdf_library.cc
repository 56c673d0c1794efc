// libllmops_pdf.so itself. Poppler takes 7 ms to load, more than the rest of the program.
#include "data/read/pdf_library.h"

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>

#include <limits>
#include <memory>
#include <mutex>

namespace {

LlmopsPdfResult read_pages(const char* bytes, std::size_t size, void* context,
                           void (*take)(void*, const char*, std::size_t)) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) return kLlmopsPdfBroken;
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(bytes, static_cast<int>(size)));
  if (!document) return kLlmopsPdfBroken;
  if (document->is_locked()) return kLlmopsPdfLocked;
  bool any = false;
  for (int i = 0; i < document->pages(); ++i) {
    const std::unique_ptr<poppler::page> page(document->create_page(i));
    if (!page) continue;
    any = true;
    const auto text = page->text(poppler::rectf(), poppler::page::non_raw_non_physical_layout).to_utf8();
    take(context, text.data(), text.size());
  }
  return any ? kLlmopsPdfRead : kLlmopsPdfBroken;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) LlmopsPdfResult
llmops_read_pdf(const char* bytes, std::size_t size, void* context, void (*page)(void*, const char*, std::size_t)) {
  static std::once_flag silenced;
  std::call_once(silenced, [] { poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr); });
  try {
    return read_pages(bytes, size, context, page);
  } catch (...) {
    return kLlmopsPdfBroken;
  }
}

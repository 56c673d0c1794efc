// What libllmops_pdf.so offers: Poppler behind one C function, so that a program which reads no PDF never loads it.
#pragma once

#include <cstddef>

extern "C" {

enum LlmopsPdfResult { kLlmopsPdfRead = 0, kLlmopsPdfBroken = 1, kLlmopsPdfLocked = 2 };

/// Calls `page` with the UTF-8 text of each page; never throws. `pages` is how many there are, those without text too.
typedef LlmopsPdfResult (*LlmopsReadPdf)(const char* bytes, std::size_t size, void* context,
                                         void (*page)(void* context, const char* text, std::size_t size));
}

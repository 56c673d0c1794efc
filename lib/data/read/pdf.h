// The text of PDF files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops::data {

/// Pages in reading order, joined by an empty line. Words hyphenated at a line's end are joined; lines that repeat at
/// the top or bottom of pages, and page numbers, are dropped. A PDF of scanned pages has no text and gives "".
/// @param name  what errors call it
/// @throws InputError   for one that needs a password, or is no PDF, or holds no page that can be read
/// @throws SystemError  where libllmops_pdf.so, which holds the reader, cannot be opened
std::string pdf_text(std::string_view bytes, std::string_view name = "pdf");

/// What pdf_text() makes of the text of the pages, one string each.
std::string join_pdf_pages(const std::vector<std::string>& pages);

}  // namespace llmops::data

// Language codes that multilingual models number behind their pieces, in that order.
#pragma once

#include <string_view>
#include <vector>

namespace llmops::text {

const std::vector<std::string_view>& mbart_languages();    ///< 25, as mbart-large-cc25
const std::vector<std::string_view>& mbart50_languages();  ///< 52, as mbart-large-50
const std::vector<std::string_view>& nllb_languages();     ///< 202, as nllb-200

}  // namespace llmops::text

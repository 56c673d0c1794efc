// The kinds of decoders.
#pragma once

#include <memory>
#include <string>

#include "text/pipeline/token_decoder.h"

namespace llmops::text {

using MadeDecoder = std::unique_ptr<DecoderStep>;

MadeDecoder make_byte_level_decoder();     ///< GPT-2's alphabet
MadeDecoder make_byte_fallback_decoder();  ///< "<0x0A>" is a byte; a run of them that is not UTF-8, so many U+FFFD
MadeDecoder make_fuse_decoder();
MadeDecoder make_strip_decoder(const Json& rule, const std::string& where);
MadeDecoder make_replace_decoder(const Json& rule, const std::string& where);
MadeDecoder make_metaspace_decoder(const Json& rule, const std::string& where);
MadeDecoder make_word_piece_decoder(const Json& rule, const std::string& where);
MadeDecoder make_bpe_suffix_decoder(const Json& rule, const std::string& where);
MadeDecoder make_ctc_decoder(const Json& rule, const std::string& where);

}  // namespace llmops::text

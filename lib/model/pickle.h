// A Python pickle read as data, for the weights that torch.save writes. Nothing is ever imported or called: a name that
// is not on a short list is an error, and the calls of those that are stay in the result as what they are.
// Source: CPython's Lib/pickletools.py, protocols 2 to 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::model {

/// The names a pickle may hold.
enum class PickleName {
  kOrderedDict,
  kRebuildTensor,
  kRebuildTensorV2,
  kRebuildParameter,
  kSize,
  kFloatStorage,
  kHalfStorage,
  kBFloat16Storage,
  kDoubleStorage,
  kCharStorage,
  kByteStorage,
  kShortStorage,
  kIntStorage,
  kLongStorage,
  kBoolStorage
};

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,
    kInteger,
    kFloat,
    kText,        ///< UTF-8
    kBytes,       ///< also integers over 64 bits, little-endian
    kSequence,    ///< tuple, list or set
    kDict,        ///< `items` holds key, value, key, value, ...
    kName,        ///< of something on the list
    kCall,        ///< `items` holds a name and its arguments (a sequence)
    kPersistent,  ///< `items` holds the identity of something stored apart from the pickle
  };
  Kind kind = Kind::kNone;
  PickleName name = PickleName::kOrderedDict;  ///< of kName
  std::int64_t integer = 0;                    ///< of kInteger and kBool
  double number = 0;                           ///< of kFloat
  std::string_view text;                       ///< of kText and kBytes; points into the pickle
  std::vector<std::uint32_t> items;            ///< values inside this one
  std::uint64_t offset = 0;                    ///< of its opcode in the file, for errors
};

/// Values refer to each other by number, so that a pickle nested a million deep, or into itself, needs no recursion.
class Pickle {
 public:
  /// Reads the pickle that `bytes` begins with.
  /// @param origin  file, for errors @param base  offset of `bytes` in it
  /// @throws InputError  naming the offset of an unknown name or opcode, or of what does not hold
  Pickle(std::span<const std::byte> bytes, const std::string& origin, std::uint64_t base = 0);

  const PickleValue& root() const { return values_[root_]; }
  std::uint32_t count() const { return static_cast<std::uint32_t>(values_.size()); }
  const PickleValue& at(std::uint32_t index) const { return values_[index]; }
  const std::string& origin() const { return origin_; }
  std::uint64_t size() const { return size_; }  ///< bytes of the pickle

  /// The item of a sequence, a call or a persistent identity, which must be of the kind told.
  const PickleValue& item(const PickleValue& parent, std::size_t index, PickleValue::Kind kind) const;
  [[noreturn]] void fail(const PickleValue& value, const std::string& message) const;

 private:
  friend class PickleReader;
  std::vector<PickleValue> values_;
  std::uint32_t root_ = 0;
  std::uint64_t size_ = 0;
  std::string origin_;
};

}  // namespace llmops::model

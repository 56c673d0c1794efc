// Source: torch/serialization.py (_save, _legacy_save) and caffe2/serialize/inline_container.cc.
#include "model/torch_storages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "model/pickle_names.h"

namespace llmops::model {
namespace {

using Kind = PickleValue::Kind;

/// What describes the tensors takes about 200 bytes for each; more than this is no checkpoint.
constexpr std::uint64_t kMaxPickleBytes = std::uint64_t{1} << 25;
/// 0x1950a86a20f9469cfc6c, little-endian, with which a stream begins.
constexpr std::string_view kStreamMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr const char* kBigEndianHint = "convert it on the machine that wrote it";

/// Reads the pickles of a stream one after another.
class Pickles {
 public:
  Pickles(std::span<const std::byte> file, std::string origin) : file_(file), origin_(std::move(origin)) {}

  Pickle next() {
    const std::span<const std::byte> rest = file_.subspan(position_);
    Pickle pickle(rest.first(std::min<std::uint64_t>(rest.size(), kMaxPickleBytes)), origin_, position_);
    position_ += pickle.size();
    return pickle;
  }
  std::uint64_t position() const { return position_; }

 private:
  std::span<const std::byte> file_;
  std::string origin_;
  std::uint64_t position_ = 0;
};

void check_stream(Pickles& pickles) {
  const Pickle magic = pickles.next();
  if (magic.root().kind != Kind::kBytes || magic.root().text != kStreamMagic)
    magic.fail(magic.root(), "not a file that torch.save wrote");
  const Pickle version = pickles.next();
  constexpr std::int64_t kVersion = 1001;
  if (version.root().kind != Kind::kInteger || version.root().integer != kVersion)
    version.fail(version.root(), "a version of torch.save's stream that is not known");
  const Pickle system = pickles.next();
  const PickleValue& facts = system.root();
  if (facts.kind != Kind::kDict) system.fail(facts, "expected facts about the writer's machine");
  for (std::size_t i = 0; i + 1 < facts.items.size(); i += 2) {
    const PickleValue &key = system.at(facts.items[i]), &value = system.at(facts.items[i + 1]);
    if (key.kind == Kind::kText && key.text == "little_endian" && value.integer == 0)
      throw InputError(system.origin() + ": the file is big-endian", kBigEndianHint);
  }
}

}  // namespace

TorchStorages::TorchStorages(const fs::path& path, TensorStore& store) : origin_(path.string()) {
  const auto file = std::make_shared<const MappedFile>(path);
  if (file->text().starts_with("PK")) {
    open_zip(path, store);
  } else {
    open_stream(store.keep<MappedFile>(file).bytes());
  }
}

void TorchStorages::open_zip(const fs::path& path, TensorStore& store) {
  archive_ = &store.keep<ZipArchive>(std::make_shared<const ZipArchive>(path));
  constexpr std::string_view kPickle = "data.pkl";
  const ZipMember* described = nullptr;
  for (const ZipMember& member : archive_->members()) {
    const std::size_t slash = member.name.find('/');
    if (slash == std::string::npos || member.name.substr(slash + 1) != kPickle) continue;
    if (described != nullptr) throw InputError(fmt::format("{}: holds two archives", origin_));
    described = &member;
  }
  if (described == nullptr)
    throw InputError(fmt::format("{}: a zip file without a 'data.pkl'", origin_),
                     "it is not a file that torch.save wrote");
  prefix_ = described->name.substr(0, described->name.find('/') + 1);
  if (const ZipMember* order = archive_->find_member(prefix_ + "byteorder")) {
    constexpr std::uint64_t kMaxWord = 16;
    const auto word = archive_->read(*order, kMaxWord);
    if (std::string_view(reinterpret_cast<const char*>(word.data()), word.size()) != "little")
      throw InputError(fmt::format("{}: the file is not little-endian", origin_), kBigEndianHint);
  }
  const auto bytes = std::make_shared<const std::vector<std::byte>>(archive_->read(*described, kMaxPickleBytes));
  pickle_.emplace(store.keep<std::vector<std::byte>>(bytes), fmt::format("{}: {}", origin_, described->name));
}

void TorchStorages::open_stream(std::span<const std::byte> file) {
  Pickles pickles(file, origin_);
  check_stream(pickles);
  pickle_ = pickles.next();
  std::unordered_map<std::string, Identity> identities;
  for (std::uint32_t i = 0; i < pickle_->count(); ++i) {
    if (pickle_->at(i).kind != Kind::kPersistent) continue;
    Identity identity = identify(*pickle_, pickle_->at(i));
    identities.emplace(identity.key, std::move(identity));
  }
  const Pickle keys = pickles.next();
  if (keys.root().kind != Kind::kSequence) keys.fail(keys.root(), "expected the list of storages");
  std::uint64_t position = pickles.position();
  for (std::size_t i = 0; i < keys.root().items.size(); ++i) {
    const std::string key(keys.item(keys.root(), i, Kind::kText).text);
    const auto known = identities.find(key);
    if (known == identities.end()) throw InputError(fmt::format("{}: no tensor uses storage '{}'", origin_, key));
    std::uint64_t elements = 0;
    if (file.size() - position < sizeof elements)
      throw InputError(fmt::format("{}: offset {}: the file ends before storage '{}'", origin_, position, key));
    std::memcpy(&elements, file.data() + position, sizeof elements);
    position += sizeof elements;
    const auto width = static_cast<std::uint64_t>(block_bytes(known->second.dtype));
    if (elements != known->second.elements || elements > (file.size() - position) / width) {
      throw InputError(fmt::format("{}: offset {}: storage '{}' of {} elements, expected {}, in {} bytes", origin_,
                                   position, key, elements, known->second.elements, file.size() - position),
                       "the file may be cut short; fetch it again");
    }
    if (!parts_.emplace(key, file.subspan(position, elements * width)).second)
      throw InputError(fmt::format("{}: storage '{}' stands twice", origin_, key));
    position += elements * width;
  }
}

TorchStorages::Identity TorchStorages::identify(const Pickle& pickle, const PickleValue& value) {
  const PickleValue& tuple = pickle.item(value, 0, Kind::kSequence);
  if (pickle.item(tuple, 0, Kind::kText).text != "storage") pickle.fail(tuple, "something stored that is no storage");
  const auto dtype = storage_dtype(pickle.item(tuple, 1, Kind::kName).name);
  if (!dtype) pickle.fail(tuple, "a storage without an element type");
  const std::int64_t elements = pickle.item(tuple, 4, Kind::kInteger).integer;
  if (elements < 0) pickle.fail(tuple, "a storage of negative size");
  Identity identity{
      *dtype, std::string(pickle.item(tuple, 2, Kind::kText).text), static_cast<std::uint64_t>(elements), {}};
  if (tuple.items.size() > 5 && pickle.at(tuple.items[5]).kind != Kind::kNone) {
    const PickleValue& view = pickle.item(tuple, 5, Kind::kSequence);  // (key, offset, elements)
    const std::int64_t offset = pickle.item(view, 1, Kind::kInteger).integer;
    const std::int64_t length = pickle.item(view, 2, Kind::kInteger).integer;
    if (offset < 0 || length < 0 || offset > elements || length > elements - offset)
      pickle.fail(view, "a view outside its storage");
    identity.view = {static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length)};
  }
  return identity;
}

TorchStorage TorchStorages::find(const PickleValue& persistent) const {
  const Identity identity = identify(*pickle_, persistent);
  const auto width = static_cast<std::uint64_t>(block_bytes(identity.dtype));
  std::span<const std::byte> bytes;
  if (archive_ != nullptr) {
    const ZipMember* member = archive_->find_member(prefix_ + "data/" + identity.key);
    if (member == nullptr)
      throw InputError(fmt::format("{}: storage '{}' is missing", origin_, identity.key), "the file may be cut short");
    bytes = archive_->stored(*member);
  } else {
    const auto part = parts_.find(identity.key);
    if (part == parts_.end()) throw InputError(fmt::format("{}: storage '{}' is missing", origin_, identity.key));
    bytes = part->second;
  }
  if (identity.elements > bytes.size() / width) {
    throw InputError(fmt::format("{}: storage '{}' has {} bytes, {} elements of {} are claimed", origin_, identity.key,
                                 bytes.size(), identity.elements, dtype_name(identity.dtype)));
  }
  const auto [first, length] = identity.view.value_or(std::pair{std::uint64_t{0}, identity.elements});
  return {identity.dtype, bytes.subspan(first * width, length * width)};
}

}  // namespace llmops::model

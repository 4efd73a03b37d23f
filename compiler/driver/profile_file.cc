// Imports are looked up in the directories given and nowhere else: what a Mac has in its own
// differs from release to release, so an import that is not here ends in a statement and not in a
// guess.
#include "compiler/driver/profile_file.h"

#include <fmt/core.h>

#include "compiler/diag/printable.h"
#include "compiler/driver/files.h"

namespace sbxc::driver {

namespace {

constexpr size_t kMaxImportBytes = 4U << 20;

std::optional<std::string> find_import(const std::vector<std::string>& directories,
                                       const std::string& name) {
  if (name.find('\0') != std::string::npos || name.find("..") != std::string::npos) {
    return std::nullopt;
  }
  for (const std::string& directory : directories) {
    // An absolute import is looked for by its last name too: the directory stands for the Mac's.
    for (const size_t from : {size_t{0}, name.rfind('/') + 1}) {
      const std::string candidate = fmt::format("{}/{}", directory, name.substr(from));
      if (auto text = read_file(candidate, kMaxImportBytes)) return std::move(*text);
    }
  }
  return std::nullopt;
}

RefusedProfile refused(const sbpl::CompileError& error, const std::string& file) {
  const std::string where = name_of({error.import, error.line}, file);
  const std::string what = printable(error.message);
  switch (error.refusal) {
    case sbpl::Refusal::by_system:
      return {"the profile would not compile: " + where + ": " + what,
              "macOS refuses such a profile as a whole: nothing starts under it", Exit::bad_input};
    case sbpl::Refusal::not_understood:
      return {"the profile is not understood: " + where + ": " + what,
              "what a Mac makes of it is not known, so nothing is said about it",
              Exit::over_budget};
    case sbpl::Refusal::missing_import:
      return {"the profile cannot be read whole: " + where + ": " + what,
              "--import-dir DIR says where the profiles are that it imports", Exit::over_budget};
  }
  return {};
}

}  // namespace

std::string name_of(const sbpl::Place& place, const std::string& file) {
  return fmt::format("{}:{}", printable(place.import.empty() ? file : place.import), place.line);
}

tl::expected<sbpl::Profile, RefusedProfile> read_profile(std::string_view text,
                                                         const ProfileFile& file) {
  sbpl::CompileOptions options;
  for (const std::string& define : file.defines) {
    const size_t equals = define.find('=');
    if (equals == std::string::npos || equals == 0) {
      return tl::unexpected(RefusedProfile{"-D takes NAME=VALUE, not `" + printable(define) + "`",
                                           "", Exit::bad_input});
    }
    options.parameters[define.substr(0, equals)] = define.substr(equals + 1);
  }
  options.import = [&](const std::string& name) { return find_import(file.import_dirs, name); };
  auto profile = sbpl::Profile::compile(text, options);
  if (!profile) return tl::unexpected(refused(profile.error(), file.name));
  return std::move(*profile);
}

}  // namespace sbxc::driver

// `handle`: a file handle (open_by_handle_at(2)) of outside/victim.txt, which opens the file
// without its name. Words: handle= in hexadecimal, handle_type=.
#include <fcntl.h>
#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

class Handle : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> room{};
    auto* handle = reinterpret_cast<file_handle*>(room.data());
    handle->handle_bytes = MAX_HANDLE_SZ;
    int mount = 0;
    if (name_to_handle_at(AT_FDCWD, stage.path("outside/victim.txt").c_str(), handle, &mount, 0) !=
        0) {
      return tl::unexpected(system_fault("the file system has no handles", errno));
    }
    std::string text;
    const char* bytes = room.data() + offsetof(file_handle, f_handle);
    for (unsigned i = 0; i < handle->handle_bytes; ++i) {
      text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
    }
    stage.add_word("handle", text);
    stage.add_word("handle_type", std::to_string(handle->handle_type));
    return true;
  }
};

}  // namespace

std::unique_ptr<Prop> make_handle() { return std::make_unique<Handle>(); }

}  // namespace sbxc::conform

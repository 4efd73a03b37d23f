// `shm`: shared memory by a name of its own kind (shm_open(3)), which on Linux is a file in
// /dev/shm. Words: shared_name=, new_name= (of one that is not there), shared_directory=. Secret:
// `shared`. Evidence: `shm:changed`, also when it is gone; `shm:new`, when there is now the other.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

constexpr size_t kSize = 4096;

class SharedMemory : public Prop {
 public:
  ~SharedMemory() override {
    shm_unlink(name_.c_str());
    shm_unlink(new_name_.c_str());
  }

  Result<bool> set_up(Stage& stage) override {
    name_ = "/sbxc-" + Stage::random_hex().substr(0, 16);
    new_name_ = "/sbxc-" + Stage::random_hex().substr(0, 16);
    secret_ = stage.new_secret("shared");
    const int fd = shm_open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || ftruncate(fd, kSize) != 0) {
      return tl::unexpected(system_fault("there is no shared memory", errno));
    }
    void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (memory == MAP_FAILED) return tl::unexpected(system_fault("mmap", errno));
    memory_ = static_cast<char*>(memory);
    std::memcpy(memory_, secret_.data(), secret_.size());
    stage.add_word("shared_name", name_);
    stage.add_word("new_name", new_name_);
    stage.add_word("shared_directory", "/dev/shm");
    return true;
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.what == "changed") {
      if (!there(name_)) return "the shared memory is gone";
      if (std::memcmp(memory_, secret_.data(), secret_.size()) != 0) {
        return "the shared memory was written";
      }
    }
    if (evidence.what == "new" && there(new_name_)) return "there is a new shared memory";
    return std::nullopt;
  }

 private:
  static bool there(const std::string& name) {
    const int fd = shm_open(name.c_str(), O_RDONLY, 0);
    if (fd >= 0) close(fd);
    return fd >= 0;
  }

  std::string name_;
  std::string new_name_;
  std::string secret_;
  char* memory_ = nullptr;
};

}  // namespace

std::unique_ptr<Prop> make_shm() { return std::make_unique<SharedMemory>(); }

}  // namespace sbxc::conform

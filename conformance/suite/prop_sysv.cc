// `sysv`: a shared memory segment, a message queue and a semaphore of System V, which have numbers
// and no files. Words: shared_key= queue_key= semaphore_key=. Secrets: `segment`, `message`.
// Evidence: `sysv:segment`, `sysv:queue`, `sysv:semaphore`: it is not what it was.
#include <fmt/core.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

constexpr size_t kSegment = 4096;

struct Message {
  long kind = 1;
  std::array<char, 64> text{};
};

key_t random_key() {
  unsigned key = 0;
  const std::string hex = Stage::random_hex().substr(0, 7);
  std::from_chars(hex.data(), hex.data() + hex.size(), key, 16);
  return static_cast<key_t>(key + 1);
}

class SystemV : public Prop {
 public:
  ~SystemV() override {
    if (segment_ >= 0) shmctl(segment_, IPC_RMID, nullptr);
    if (queue_ >= 0) msgctl(queue_, IPC_RMID, nullptr);
    if (semaphore_ >= 0) semctl(semaphore_, 0, IPC_RMID);
  }

  Result<bool> set_up(Stage& stage) override {
    const key_t segment_key = random_key();
    const key_t queue_key = random_key();
    const key_t semaphore_key = random_key();
    segment_ = shmget(segment_key, kSegment, IPC_CREAT | IPC_EXCL | 0600);
    queue_ = msgget(queue_key, IPC_CREAT | IPC_EXCL | 0600);
    semaphore_ = semget(semaphore_key, 1, IPC_CREAT | IPC_EXCL | 0600);
    if (segment_ < 0 || queue_ < 0 || semaphore_ < 0) {
      return tl::unexpected(system_fault("there is no IPC of System V", errno));
    }
    secret_ = stage.new_secret("segment");
    memory_ = static_cast<char*>(shmat(segment_, nullptr, 0));
    if (memory_ == reinterpret_cast<char*>(-1)) {
      return tl::unexpected(system_fault("shmat", errno));
    }
    std::memcpy(memory_, secret_.data(), secret_.size());
    Message message;
    const std::string& text = stage.new_secret("message");
    std::memcpy(message.text.data(), text.data(), std::min(text.size(), message.text.size()));
    if (msgsnd(queue_, &message, message.text.size(), IPC_NOWAIT) != 0) {
      return tl::unexpected(system_fault("msgsnd", errno));
    }
    stage.add_word("shared_key", std::to_string(segment_key));
    stage.add_word("queue_key", std::to_string(queue_key));
    stage.add_word("semaphore_key", std::to_string(semaphore_key));
    return true;
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    if (evidence.what == "segment" && segment_changed()) return "the segment is not what it was";
    if (evidence.what == "queue" && queue_changed()) return "the queue is not what it was";
    if (evidence.what == "semaphore" && semctl(semaphore_, 0, GETVAL) != 0) {
      return "the semaphore is not what it was";
    }
    return std::nullopt;
  }

 private:
  // A segment that is to be removed stays for whoever has it attached, and loses its key.
  bool segment_changed() const {
    shmid_ds status{};
    if (shmctl(segment_, IPC_STAT, &status) != 0) return true;
#ifdef __linux__
    if ((status.shm_perm.mode & SHM_DEST) != 0) return true;
#endif
    return std::memcmp(memory_, secret_.data(), secret_.size()) != 0;
  }

  bool queue_changed() const {
    msqid_ds status{};
    return msgctl(queue_, IPC_STAT, &status) != 0 || status.msg_qnum != 1;
  }

  int segment_ = -1;
  int queue_ = -1;
  int semaphore_ = -1;
  char* memory_ = nullptr;
  std::string secret_;
};

}  // namespace

std::unique_ptr<Prop> make_sysv() { return std::make_unique<SystemV>(); }

}  // namespace sbxc::conform

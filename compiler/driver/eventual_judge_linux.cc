#include "compiler/driver/eventual_judge_linux.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <ctime>
#include <new>
#include <optional>
#include <string>
#include <unordered_map>

#include "backends/path_table/path_table_builder.h"
#include "compiler/policy/decide.h"
#include "runtime/broker/table_judge.h"

namespace sbxc::driver {
namespace {

// A command that is over sooner needs no table, and the start of one that is not comes first.
constexpr timespec kPatience{.tv_sec = 0, .tv_nsec = 30'000'000};

constexpr size_t kMostKept = 4096;  // answers

// Memory that both processes have. Pages that nobody writes cost nothing.
struct Shared {
  static constexpr size_t kRoom = size_t{256} << 20U;
  static constexpr size_t kTable = 4096;  // where the bytes begin

  std::atomic<size_t> size{0};      // of the table; 0 until it is whole
  std::atomic<uint32_t> wanted{0};  // at once: a futex
};
static_assert(std::atomic<size_t>::is_always_lock_free);
static_assert(std::atomic<uint32_t>::is_always_lock_free && sizeof(std::atomic<uint32_t>) == 4);

Shared* share() {
  void* memory = mmap(nullptr, Shared::kRoom, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Shared();
}

uint8_t* table_in(Shared* shared) { return reinterpret_cast<uint8_t*>(shared) + Shared::kTable; }

[[noreturn]] void build(const Policy& policy, Shared* shared, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  ::syscall(SYS_futex, &shared->wanted, FUTEX_WAIT, 0, &kPatience, nullptr, 0);
  setpriority(PRIO_PROCESS, 0, 10);
  const auto table = build_path_table(policy, Os::linux);
  if (table && table->size() <= Shared::kRoom - Shared::kTable) {
    std::memcpy(table_in(shared), table->data(), table->size());
    shared->size.store(table->size(), std::memory_order_release);
  }
  _exit(0);
}

class EventualJudge : public broker::Judge {
 public:
  explicit EventualJudge(const Policy& policy) : policy_(policy), shared_(share()) {
    if (shared_ == nullptr) return;
    const pid_t parent = getpid();
    builder_ = fork();
    if (builder_ == 0) build(policy, shared_, parent);
  }

  // It would be ended with its parent, but later: when the kernel has taken the sandbox's mounts
  // apart, for whose last user the parent may be.
  ~EventualJudge() override {
    if (builder_ > 0 && waitpid(builder_, nullptr, WNOHANG) == 0) kill(builder_, SIGKILL);
  }
  EventualJudge(const EventualJudge&) = delete;
  EventualJudge& operator=(const EventualJudge&) = delete;

  broker::Rights at(std::string_view path) override {
    if (auto* judge = by_table()) return judge->at(path);
    if (asked_.size() >= kMostKept) asked_.clear();
    const auto [known, fresh] = asked_.try_emplace(std::string(path));
    if (fresh) {
      known->second = {allows(Operation::read, path), allows(Operation::write, path),
                       allows(Operation::exec, path)};
    }
    return known->second;
  }
  bool no_gain_below(std::string_view from, std::string_view to, broker::Rights mask) override {
    auto* judge = when_there();
    return judge != nullptr && judge->no_gain_below(from, to, mask);
  }
  bool writable_below(std::string_view path) override {
    auto* judge = when_there();
    return judge != nullptr && judge->writable_below(path);
  }
  bool socket(std::string_view name) override { return allows(Operation::socket, name); }

 private:
  bool allows(Operation operation, std::string_view target) const {
    const Request request{operation, std::string(target)};
    return decide(policy_, Os::linux, request).verdict == Effect::allow;
  }

  broker::TableJudge* by_table() {
    if (judge_ || shared_ == nullptr) return judge_ ? &*judge_ : nullptr;
    const size_t size = shared_->size.load(std::memory_order_acquire);
    if (size == 0) return nullptr;
    const auto error = path_table::PathTable::view({table_in(shared_), size}, table_);
    if (error == path_table::Error::none) judge_.emplace(table_);
    asked_.clear();
    shared_ = nullptr;  // asked once
    return judge_ ? &*judge_ : nullptr;
  }

  // Whole places can be compared by the table alone, so these questions wait for it: a link that is
  // refused now and allowed in a moment would be no answer.
  broker::TableJudge* when_there() {
    if (!judge_ && shared_ != nullptr && shared_->wanted.exchange(1) == 0) {
      ::syscall(SYS_futex, &shared_->wanted, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    }
    while (!judge_ && shared_ != nullptr) {
      const bool ended = builder_ <= 0 || waitpid(builder_, nullptr, WNOHANG) != 0;
      if (by_table() != nullptr) break;
      if (ended) shared_ = nullptr;  // over the budget, or killed
      if (!ended) usleep(200);
    }
    return judge_ ? &*judge_ : nullptr;
  }

  const Policy& policy_;
  Shared* shared_;
  pid_t builder_ = -1;
  path_table::PathTable table_;
  std::optional<broker::TableJudge> judge_;
  // Until then: every process of a command opens the same libraries, and a rule by rule answer
  // takes a tenth of a millisecond.
  std::unordered_map<std::string, broker::Rights> asked_;
};

}  // namespace

std::unique_ptr<broker::Judge> eventual_judge(const Policy& policy) {
  return std::make_unique<EventualJudge>(policy);
}

}  // namespace sbxc::driver

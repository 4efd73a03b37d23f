// What the threads and the loop share has one lock and one pipe; it lives as long as the last
// thread that hangs in getaddrinfo.
#include "runtime/egress/name_resolver.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "runtime/egress/sockets.h"

namespace sbxc::egress {

namespace {

constexpr size_t kMostKnown = 1024;
constexpr size_t kStack = 512 * 1024;
constexpr std::chrono::seconds kIdleThread{10};

}  // namespace

struct NameResolver::Shared {
  std::mutex mutex;
  std::condition_variable work;
  std::deque<std::string> names;
  std::vector<std::pair<std::string, Resolved>> done;
  size_t threads = 0;
  size_t idle = 0;
  size_t most_threads = 1;
  bool stopped = false;
  int wake = -1;  // the writing end
  std::function<Resolved(const std::string&)> resolve;

  ~Shared() {
    if (wake >= 0) ::close(wake);
  }

  void serve() {
    std::unique_lock lock(mutex);
    for (;;) {
      ++idle;
      const bool found =
          work.wait_for(lock, kIdleThread, [this] { return stopped || !names.empty(); });
      --idle;
      if (stopped || !found) break;
      const std::string name = std::move(names.front());
      names.pop_front();
      lock.unlock();
      Resolved resolved = resolve(name);
      lock.lock();
      done.emplace_back(name, std::move(resolved));
      const char byte = 0;
      if (done.size() == 1) transmit(wake, &byte, 1);
    }
    --threads;
  }
};

NameResolver::NameResolver() = default;

NameResolver::~NameResolver() {
  if (!shared_) return;
  const std::lock_guard lock(shared_->mutex);
  shared_->stopped = true;
  shared_->work.notify_all();
}

bool NameResolver::open(Loop& loop, const Options& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return false;
  shared_ = std::make_shared<Shared>();
  shared_->wake = ends[1];
  shared_->most_threads = std::max<size_t>(1, options.limits.resolver_threads);
  shared_->resolve = options.resolve ? options.resolve : system_resolve;
  keep_ = options.timeouts.name_cache;
  most_waiting_ = options.limits.waiting_names;
  make_nonblocking(ends[0]);
  make_nonblocking(ends[1]);
  if (!wake_.open(loop, ends[0], *this)) {
    ::close(ends[0]);
    return false;
  }
  wake_.wait(Wait::read);
  return true;
}

NameResolver::When NameResolver::resolve(const std::string& name, NameWaiter& waiter,
                                         Resolved& out) {
  if (const auto it = known_.find(name); it != known_.end()) {
    if (std::chrono::steady_clock::now() < it->second.until) {
      out = it->second.resolved;
      return When::now;
    }
    known_.erase(it);
  }
  if (const auto it = waiting_.find(name); it != waiting_.end()) {
    it->second.push_back(&waiter);
    return When::later;
  }
  if (waiting_.size() >= most_waiting_) return When::never;
  const std::lock_guard lock(shared_->mutex);
  if (shared_->idle <= shared_->names.size() && shared_->threads < shared_->most_threads) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStack);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    auto* mine = new std::shared_ptr<Shared>(shared_);
    pthread_t thread;
    const auto body = [](void* given) -> void* {
      const std::unique_ptr<std::shared_ptr<Shared>> shared(
          static_cast<std::shared_ptr<Shared>*>(given));
      (*shared)->serve();
      return nullptr;
    };
    if (pthread_create(&thread, &attributes, body, mine) == 0) {
      ++shared_->threads;
    } else {
      delete mine;
    }
    pthread_attr_destroy(&attributes);
  }
  if (shared_->threads == 0) return When::never;
  shared_->names.push_back(name);
  shared_->work.notify_one();
  waiting_[name].push_back(&waiter);
  return When::later;
}

void NameResolver::forget(NameWaiter& waiter) {
  // A name that nobody waits for any more stays: the next one to ask for it shares the answer.
  for (auto& [name, waiters] : waiting_) std::erase(waiters, &waiter);
}

void NameResolver::remember(const std::string& name, const Resolved& resolved) {
  if (keep_.count() == 0 || resolved.addresses.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  if (known_.size() >= kMostKnown) {
    std::erase_if(known_, [now](const auto& known) { return known.second.until < now; });
    if (known_.size() >= kMostKnown) known_.clear();
  }
  known_[name] = {resolved, now + keep_};
}

void NameResolver::ready(Watch&, Wait) {
  char bytes[64];
  while (receive(wake_.descriptor(), bytes, sizeof bytes) > 0) {
  }
  wake_.wait(Wait::read);
  std::vector<std::pair<std::string, Resolved>> done;
  {
    const std::lock_guard lock(shared_->mutex);
    done.swap(shared_->done);
  }
  for (const auto& [name, resolved] : done) {
    remember(name, resolved);
    // One waiter at a time: being told may make it forget, or make another ask.
    for (auto it = waiting_.find(name); it != waiting_.end(); it = waiting_.find(name)) {
      if (it->second.empty()) {
        waiting_.erase(it);
        break;
      }
      NameWaiter* waiter = it->second.back();
      it->second.pop_back();
      waiter->resolved(resolved);
    }
  }
}

}  // namespace sbxc::egress

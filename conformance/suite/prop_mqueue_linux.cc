// `mqueue`: a message queue of POSIX (mq_overview(7)) with one message in it. Word: queue_name=.
// Secret: `queued`. Evidence: `mqueue`: the queue is gone, or holds another number of messages.
#include <fcntl.h>
#include <mqueue.h>

#include <cerrno>

#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

class MessageQueue : public Prop {
 public:
  ~MessageQueue() override {
    if (queue_ >= 0) mq_close(queue_);
    mq_unlink(name_.c_str());
  }

  Result<bool> set_up(Stage& stage) override {
    name_ = "/sbxc-" + Stage::random_hex().substr(0, 16);
    mq_attr room{};
    room.mq_maxmsg = 4;
    room.mq_msgsize = 128;
    queue_ =
        mq_open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, 0600, &room);
    const std::string& secret = stage.new_secret("queued");
    if (queue_ < 0 || mq_send(queue_, secret.data(), secret.size(), 0) != 0) {
      return tl::unexpected(system_fault("there is no message queue to be had", errno));
    }
    stage.add_word("queue_name", name_);
    return true;
  }

  std::optional<std::string> seen(const Evidence& /*evidence*/) override {
    mq_attr now{};
    const mqd_t again = mq_open(name_.c_str(), O_RDONLY | O_CLOEXEC);
    if (again < 0) return "the message queue is gone";
    mq_close(again);
    if (mq_getattr(queue_, &now) == 0 && now.mq_curmsgs != 1) {
      return "the message queue holds other messages";
    }
    return std::nullopt;
  }

 private:
  std::string name_;
  mqd_t queue_ = -1;
};

}  // namespace

std::unique_ptr<Prop> make_mqueue() { return std::make_unique<MessageQueue>(); }

}  // namespace sbxc::conform

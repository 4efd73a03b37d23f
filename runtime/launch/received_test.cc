#include "runtime/launch/received.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "runtime/init/channel.h"

namespace sbxc::launch {
namespace {

struct Ends {
  Descriptor supervisor;
  Descriptor init;
};

Ends make_ends() {
  int sockets[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets), 0);
  return {Descriptor(sockets[0]), Descriptor(sockets[1])};
}

bool is_open(int number) { return fcntl(number, F_GETFD) >= 0; }

TEST(Received, AMessageComesWithItsDescriptor) {
  const Ends ends = make_ends();
  init::send_message(ends.init.get(), {.kind = init::Kind::listener}, STDIN_FILENO);
  bool end = true;
  const auto received = receive(ends.supervisor.get(), end);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->message.kind, init::Kind::listener);
  EXPECT_TRUE(is_open(received->descriptor.get()));
  EXPECT_FALSE(end);
}

TEST(Received, NothingReceivedClosesNothing) {
  const Ends ends = make_ends();
  bool end = false;
  // The second call finds its stack as the first has left it.
  int taken = -1;
  for (int time = 0; time < 2; ++time) {
    if (time == 0) init::send_message(ends.init.get(), {.kind = init::Kind::listener}, 0);
    auto received = receive(ends.supervisor.get(), end);
    EXPECT_EQ(received.has_value(), time == 0);
    if (received) taken = received->descriptor.release();
  }
  EXPECT_TRUE(is_open(taken));
  close(taken);
}

TEST(Received, AClosedSocketIsTheEnd) {
  Ends ends = make_ends();
  ends.init.reset();
  bool end = false;
  EXPECT_FALSE(receive(ends.supervisor.get(), end));
  EXPECT_TRUE(end);
}

TEST(Received, HalfAMessageIsNone) {
  const Ends ends = make_ends();
  ASSERT_EQ(send(ends.init.get(), "half", 4, 0), 4);
  bool end = true;
  EXPECT_FALSE(receive(ends.supervisor.get(), end));
  EXPECT_FALSE(end);
}

}  // namespace
}  // namespace sbxc::launch

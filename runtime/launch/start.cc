#include "runtime/launch/start.h"

#include <sys/socket.h>

#include "runtime/launch/memory_file.h"
#include "runtime/launch/orders_writer.h"
#include "runtime/launch/program_place.h"
#include "runtime/launch/shared_directory.h"
#include "runtime/protections/protections.h"

namespace sbxc::launch {
namespace {

using protections::is_on;
using protections::Protection;

std::string bytes_of(const std::vector<std::string>& arguments) {
  std::string bytes;
  for (const std::string& argument : arguments) {
    bytes += argument;
    bytes += '\0';
  }
  return bytes;
}

std::vector<std::string> arguments_of(const Launch& order, const Inherited& inherited) {
  std::vector<std::string> arguments = order.arguments;
  for (size_t i = 0; i < order.files.size(); ++i) {
    place_file(arguments, inherited.files[i].get(), order.files[i].path);
  }
  if (order.network.serve) {
    arguments.insert(arguments.begin(), {"--info-fd", std::to_string(inherited.facts_number)});
  }
  place_program(arguments, inherited.program.get());
  if (is_on(Protection::process_table)) arguments.insert(arguments.begin(), "--as-pid-1");
  return arguments;
}

// Without orders nothing is executed, and those come later: a start that ends in the middle of this
// leaves no sandbox with half of its plan and a command in it.
Result<bool> fill_in(const Inherited& inherited, const Launch& order) {
  for (size_t i = 0; i < order.files.size(); ++i) {
    if (auto filled = fill(inherited.files[i], order.files[i].text); !filled) return filled;
  }
  return fill(inherited.arguments, bytes_of(arguments_of(order, inherited)));
}

}  // namespace

Result<Started> start(const Launch& order, Beginning begun) {
  // Held before they are looked at: a run that ends now leaves them, and one that has ended since
  // the plan was made had them removed. The keeper holds them, too, before this returns.
  std::vector<SharedDirectory> held;
  for (const std::string& path : order.shared) share(path, held);
  const auto fill = [&] { return fill_in(begun.inherited, order); };
  auto ready = begun.keeper.prepare(order, fill);
  if (!ready) return tl::unexpected(std::move(ready.error()));
  begun.gate.reset();
  if (!order.network.serve) begun.facts.reset();
  return Started{std::move(begun.keeper),           std::move(begun.messages),
                 std::move(begun.complaints),       std::move(begun.facts),
                 std::move(begun.inherited.orders), std::move(begun.stdio.pumps)};
}

void let_go(const Started& started) {
  const char leave = 1;
  // Pid 1 that is gone has said why.
  (void)!send(started.messages.get(), &leave, 1, MSG_NOSIGNAL);
}

Result<bool> give_orders(const Launch& order, const Started& started) {
  auto orders = orders_bytes(order);
  if (!orders) return tl::unexpected(std::move(orders.error()));
  if (auto filled = fill(started.orders, *orders); !filled) return filled;
  if (!order.network.serve) let_go(started);
  return true;
}

}  // namespace sbxc::launch

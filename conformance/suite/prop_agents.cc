// `agents`: programs of the person's that take orders by a unix socket, and that variables of the
// environment lead to: keys, containers, a desktop, editors. Each is a listener in outside/agents.
// Words: agent_ssh= agent_bus= … their paths. Evidence: `contact:agent_ssh` and so on.
#include <fmt/core.h>
#include <sys/un.h>

#include <cstring>

#include "conformance/suite/prop_list.h"
#include "conformance/suite/sockets.h"

namespace sbxc::conform {

namespace {

struct AgentRow {
  const char* word;
  const char* variable;
  const char* value;  // `{}` is the path
};

constexpr AgentRow kAgents[] = {
    {"agent_ssh", "SSH_AUTH_SOCK", "{}"},
    {"agent_bus", "DBUS_SESSION_BUS_ADDRESS", "unix:path={}"},
    {"agent_docker", "DOCKER_HOST", "unix://{}"},
    {"agent_wayland", "WAYLAND_DISPLAY", "{}"},
    {"agent_tmux", "TMUX", "{},4711,0"},
    {"agent_vscode", "VSCODE_IPC_HOOK_CLI", "{}"},
    {"agent_nvim", "NVIM", "{}"},
    {"agent_pulse", "PULSE_SERVER", "unix:{}"},
};

class Agents : public Prop {
 public:
  Result<bool> set_up(Stage& stage) override {
    if (auto made = stage.add_file("outside/a/README", "sockets\n"); !made) return made;
    for (const AgentRow& row : kAgents) {
      const std::string path =
          stage.path(fmt::format("outside/a/{}", std::strchr(row.word, '_') + 1));
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      if (path.size() >= sizeof address.sun_path) return fault("a socket's path is too long");
      std::memcpy(address.sun_path, path.data(), path.size());
      auto socket = Socket::bound(AF_UNIX, SOCK_STREAM, reinterpret_cast<const sockaddr*>(&address),
                                  sizeof address);
      if (!socket) return tl::unexpected(socket.error());
      stage.add_word(row.word, path);
      environment_[row.variable] = fmt::format(fmt::runtime(row.value), path);
      sockets_.emplace(row.word, std::move(*socket));
    }
    return true;
  }

  void before_start(Start& start) override {
    for (const auto& [name, value] : environment_) start.environment[name] = value;
  }

  void after_end(Conduct& conduct) override {
    for (auto& [word, socket] : sockets_) {
      socket.take();
      conduct.elsewhere += socket.received();
    }
  }

  std::optional<std::string> seen(const Evidence& evidence) override {
    const auto found = sockets_.find(evidence.what);
    if (found == sockets_.end() || found->second.contacts() == 0) return std::nullopt;
    return fmt::format("the listener {} outside was reached", evidence.what);
  }

 private:
  std::map<std::string, std::string> environment_;
  std::map<std::string, Socket> sockets_;
};

}  // namespace

std::unique_ptr<Prop> make_agents() { return std::make_unique<Agents>(); }

}  // namespace sbxc::conform

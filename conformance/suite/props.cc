// Every prop there is: name, the words it adds to the scene, the kinds of evidence it answers.
#include <algorithm>

#include "conformance/suite/prop.h"
#include "conformance/suite/prop_list.h"

namespace sbxc::conform {

namespace {

// What Linux alone has is a row elsewhere too: the manifest is the same.
#ifdef __linux__
constexpr std::string (*only_on_linux)() = nullptr;
#else
std::string only_on_linux() { return "only Linux has these"; }
#endif

}  // namespace

#ifndef __linux__
std::unique_ptr<Prop> make_handle() { return nullptr; }
std::unique_ptr<Prop> make_keyring() { return nullptr; }
std::unique_ptr<Prop> make_mqueue() { return nullptr; }
#endif

const std::vector<PropRow>& prop_rows() {
  static const std::vector<PropRow> rows = {
      {"tcp", {"tcp4", "tcp6"}, {"contact"}, make_tcp},
      {"udp", {"udp4", "udp6"}, {"contact"}, make_udp},
      {"unix",
       {"stream", "dgram", "seqpacket", "abstract", "abstract_dgram", "stream_in_work",
        "dgram_in_work"},
       {"contact"},
       make_unix},
      {"agents",
       {"agent_ssh", "agent_bus", "agent_docker", "agent_wayland", "agent_tmux", "agent_vscode",
        "agent_nvim", "agent_pulse"},
       {"contact"},
       make_agents},
      {"descriptor",
       {"fd_file", "fd_directory", "fd_root", "fd_socket", "fd_memory", "fd_path", "fd_process"},
       {"contact"},
       make_descriptor},
      {"error_file", {}, {"emptied"}, make_error_file},
      {"handle", {"handle", "handle_type"}, {}, make_handle, only_on_linux},
      {"keyring",
       {"session_key", "session_key_id", "user_key"},
       {"keyring"},
       make_keyring,
       only_on_linux},
      {"launcher", {}, {}, make_launcher},
      {"mqueue", {"queue_name"}, {"mqueue"}, make_mqueue, only_on_linux},
      {"network",
       {"allowed", "allowed4", "denied4", "denied6", "denied_host", "dns", "dns_port", "namespace",
        "host4", "listen_port", "loopback_port", "other_port", "port", "proxy", "proxy_port",
        "tls_port", "udp_port"},
       {"network"},
       make_network,
       no_network},
      {"pty", {"pty_own", "pty_other"}, {"input", "modes", "contact"}, make_pty},
      {"shm", {"shared_name", "new_name", "shared_directory"}, {"shm"}, make_shm},
      {"sysv", {"shared_key", "queue_key", "semaphore_key"}, {"sysv"}, make_sysv},
      {"tools", {}, {}, make_tools},
      {"victim", {"victim", "victim_memory", "victim_fd", "victim_root"}, {"victim"}, make_victim},
      {"view", {}, {"namespace", "shared", "mounted", "session", "opened", "gained"}, make_view},
  };
  return rows;
}

const PropRow* prop_row(std::string_view name) {
  const auto& rows = prop_rows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const PropRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

bool is_evidence_of_a_prop(std::string_view kind) {
  for (const PropRow& row : prop_rows()) {
    if (std::find(row.evidence.begin(), row.evidence.end(), kind) != row.evidence.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace sbxc::conform

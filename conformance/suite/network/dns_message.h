// Questions of DNS and answers to them (RFC 1035 4): just what a world's resolver needs. Reading is
// lenient, for what is asked in an odd way counts too; lengths are checked all the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/suite/network/address.h"

namespace sbxc::conform {

constexpr uint16_t kDnsA = 1;
constexpr uint16_t kDnsAaaa = 28;

struct DnsQuestion {
  std::string name;  // bytes as they came, dots between labels, no dot at the end
  uint16_t type = 0;
  size_t end = 0;  // in the message
};

// Every question of the message that can be read.
std::vector<DnsQuestion> dns_questions(std::string_view message);
std::string type_name(uint16_t type);

struct DnsRecords {
  std::string alias;  // empty: none
  std::vector<Address> addresses;
};
std::string dns_answer(std::string_view message, const DnsQuestion& question, bool exists,
                       const DnsRecords& records);

}  // namespace sbxc::conform

// What `sbxc doctor` says, for people and as JSON (docs/schemas/doctor.schema.json).
#pragma once

#include <string>

#include "compiler/driver/doctor_policy.h"

namespace sbxc::driver {

struct DoctorAnswer {
  doctor::Examination machine;
  const Loaded* loaded = nullptr;  // null: no policy was given
  std::string policy_path{};
  PolicyPrognosis prognosis{};

  // Whether what was asked about can be enforced here.
  bool enforced() const;
};

std::string doctor_text(const DoctorAnswer& answer);
std::string doctor_json(const DoctorAnswer& answer);

}  // namespace sbxc::driver

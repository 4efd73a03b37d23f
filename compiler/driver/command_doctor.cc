// `sbxc doctor`: what this machine can enforce, found out by trying; with a policy, whether it can
// enforce that one.
#include "compiler/driver/commands.h"
#include "compiler/driver/doctor_output.h"

namespace sbxc::driver {

Exit run_doctor(const DoctorOptions& options, Console& console) {
  std::optional<Loaded> loaded;
  if (!options.policy.path.empty()) {
    loaded = load_policy(options.policy);
    if (!loaded->policy) {
      console.err(render(loaded->diagnostics, loaded->sources, console.render_options()));
      return Exit::bad_input;
    }
  }
  DoctorAnswer answer{.machine = doctor::examine()};
  if (loaded) {
    answer.loaded = &*loaded;
    answer.policy_path = options.policy.path == "-" ? "<stdin>" : options.policy.path;
    answer.prognosis = prognosis(*loaded, answer.machine);
  }
  console.out(options.format == "json" ? doctor_json(answer) : doctor_text(answer));
  return answer.enforced() ? Exit::holds : Exit::cannot_enforce;
}

}  // namespace sbxc::driver

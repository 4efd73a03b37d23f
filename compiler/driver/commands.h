// The commands. Each takes its options and a console and gives the exit status.
#pragma once

#include <string>

#include "compiler/driver/console.h"
#include "compiler/driver/exit_codes.h"
#include "compiler/driver/options.h"

namespace sbxc::driver {

Exit run_check(const CheckOptions& options, Console& console);
Exit run_test_command(const TestOptions& options, Console& console);
Exit run_trim(const TrimOptions& options, Console& console);
Exit run_fmt(const FmtOptions& options, Console& console);
Exit run_compile(const CompileOptions& options, Console& console);
Exit run_show(const ShowOptions& options, Console& console);
Exit run_explain(const ExplainOptions& options, Console& console);
Exit run_query(const QueryOptions& options, Console& console);
Exit run_verify(const VerifyOptions& options, Console& console);
Exit run_diff(const DiffOptions& options, Console& console);
// The status is the command's own, or one of those that docs/running.md lists.
int run_command(const RunOptions& options, Console& console);
Exit run_proxy(const ProxyOptions& options, Console& console);
Exit run_conform(const ConformOptions& options, Console& console);
Exit run_import(const ImportOptions& options, Console& console);
Exit run_doctor(const DoctorOptions& options, Console& console);
Exit run_help(const HelpOptions& options, Console& console);

}  // namespace sbxc::driver

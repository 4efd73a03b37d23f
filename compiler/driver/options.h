// What the command line says, one struct a command. Filled in by command_line.cc, read by the
// commands; nothing else knows the parser library.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/conform_options.h"
#include "compiler/driver/explain_profile.h"
#include "compiler/driver/policy_options.h"
#include "compiler/driver/run_options.h"

namespace sbxc::driver {

struct CheckOptions {
  PolicyOptions policy;
  std::string format = "text";       // text, json, sarif, github
  std::string fail_level = "error";  // error, warning, note
};

struct TestOptions {
  PolicyOptions policy;
  std::string format = "text";  // text, json, junit, tap
  std::string run;              // a regular expression in a test's name; empty: all
  bool verbose = false;
  bool fail_on_empty = false;
  bool coverage = false;
  std::optional<double> threshold;  // percent
  bool mutate = false;
  std::optional<double> min_score;  // percent
};

struct TrimOptions {
  PolicyOptions policy;
  std::string format = "text";  // text, json
  std::string output;           // a file for the text; empty: standard output
  bool in_place = false;
  bool diff = false;
  bool check = false;
  bool keep_denies = false;
};

struct FmtOptions {
  std::vector<std::string> paths;
  bool check = false;
  bool diff = false;
};

struct CompileOptions {
  PolicyOptions policy;
  std::vector<std::string> targets;  // empty: all
  std::string output = "sbxc-out";   // a directory, or "-" for one artifact on standard output
  std::string fail_level = "error";  // a finding of this severity and nothing is written
  std::string emit;                  // with "-": which artifact (script, args, json, listing, …)
  bool hold_static = false;          // --static: hold by mounts alone
  bool keep_terminal = false;
  size_t walk_limit = 0;  // directory entries that wildcards may cost; 0: the usual
  bool quiet = false;
  bool no_verify = false;  // write without proving
};

struct ShowOptions {
  PolicyOptions policy;
  std::string stage = "policy";    // tokens, ast, policy, nfa, dfa, plan, bpf
  std::string operation = "read";  // of nfa and dfa
  std::string os = "linux";
  std::string format = "text";  // text, dot
};

struct ExplainOptions {
  std::vector<std::string> words;  // OPERATION REQUEST POLICY; with `at` the policy alone
  std::vector<std::string> defines;
  std::string at;                 // an emitted place: profile.sb:42
  std::string os = "both";        // linux, macos, both
  std::string format = "text";    // text, json
  ExplainProfileOptions profile;  // asked instead of a policy when its path is given
};

struct QueryOptions {
  std::vector<std::string> words;  // the question, then the policy
  std::vector<std::string> defines;
  std::string os = "both";
  std::string format = "text";  // text, json
};

struct VerifyOptions {
  PolicyOptions policy;
  std::vector<std::string> targets;  // empty: all
  std::string artifacts;             // a directory that was compiled before; empty: compile now
  bool hold_static = false;          // it was compiled with --static
  std::string format = "text";       // text, json
};

struct DiffOptions {
  std::string before;
  std::string after;
  std::vector<std::string> defines;
  std::string format = "text";           // text, md, json, sarif
  std::string fail_on = "any";           // widened, narrowed, any, none
  std::vector<std::string> import_dirs;  // for what a Seatbelt profile imports
};

struct ImportOptions {
  std::string tool;  // srt
  std::string path;  // of its settings; "-" is standard input
  std::string output = "-";
  bool strict = false;  // what cannot be carried over gives status 1
};

struct HelpOptions {
  std::string topic;
};

struct GenerateOptions {
  std::string what;  // man, bash, zsh, fish
};

struct Options {
  std::string color = "auto";  // auto, always, never
  CheckOptions check;
  TestOptions test;
  TrimOptions trim;
  FmtOptions fmt;
  CompileOptions compile;
  ShowOptions show;
  ExplainOptions explain;
  QueryOptions query;
  VerifyOptions verify;
  DiffOptions diff;
  RunOptions run;
  ProxyOptions proxy;
  ConformOptions conform;
  ImportOptions import;
  DoctorOptions doctor;
  HelpOptions help;
  GenerateOptions generate;
};

}  // namespace sbxc::driver

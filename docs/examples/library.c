/* What a program does with sbxc's library: ask a host table, ask a path table, run a command.
 *
 *     cc -std=c99 library.c $(pkg-config --cflags --libs sbxc-runtime) -o library
 *     ./library hosts.sbxt policy.sbxp policy.sbx [where sbxc is] */
#include <sbxc_runtime.h>
#include <stdio.h>
#include <string.h>

static const char* verdict_name(int verdict) {
  return verdict == SBXC_ALLOW ? "allow" : verdict == SBXC_ASK ? "ask" : "deny";
}

static void tell_host(const sbxc_hosts* hosts, const char* name, uint16_t port) {
  char canonical[254];
  sbxc_decision decision = {sizeof decision, SBXC_DENY, SBXC_BAD_NAME, 0};
  sbxc_rule rule = {sizeof rule, 0, 0, {0, 0}, {0, 0}, {0, 0}};
  /* A name that is none is denied, and there is nothing to ask. */
  if (sbxc_host_name(name, strlen(name), canonical)) {
    sbxc_hosts_decide(hosts, canonical, strlen(canonical), port, &decision);
  }
  printf("%s port %u: %s", name, (unsigned)port, verdict_name(decision.verdict));
  if (decision.reason == SBXC_RULE && sbxc_hosts_rule(hosts, decision.rule, &rule) == SBXC_OK) {
    printf(" by %.*s", (int)rule.statement.length, rule.statement.bytes);
  }
  printf("\n");
}

static void tell_path(const sbxc_paths* paths, const char* path) {
  unsigned access = sbxc_paths_decide(paths, path, strlen(path));
  printf("%s: %s%s%s\n", path, access & SBXC_READ ? "read " : "", access & SBXC_WRITE ? "write " : "",
         access & SBXC_EXEC ? "exec" : "");
}

static void on_denial(const sbxc_denial* denial, void* context) {
  ++*(int*)context;
  printf("denied: %s %s\n", denial->operation, denial->target);
}

static int run(const char* policy, const char* program) {
  const char* command[] = {"/bin/sh", "-c", "echo inside; touch made.lock; exit 3", NULL};
  int denials = 0;
  int status = 0;
  sbxc_sandbox* sandbox = NULL;
  sbxc_error error = {sizeof error, 0, 0, ""};
  sbxc_start_options options = SBXC_START_OPTIONS;
  options.program = program;
  options.on_denial = on_denial;
  options.context = &denials;
  if (sbxc_sandbox_start(policy, command, &options, &sandbox, &error) != SBXC_OK ||
      sbxc_sandbox_wait(sandbox, -1, &status, &error) != SBXC_OK) {
    fprintf(stderr, "library: %s\n", error.text);
    sbxc_sandbox_close(sandbox);
    return 1;
  }
  sbxc_sandbox_close(sandbox);
  printf("status %d, %d denied\n", status, denials);
  return 0;
}

int main(int argc, char** argv) {
  sbxc_hosts* hosts = NULL;
  sbxc_paths* paths = NULL;
  sbxc_error error = {sizeof error, 0, 0, ""};
  int failed = 0;
  if (argc < 4) return 2;
  if (sbxc_hosts_open(argv[1], &hosts, &error) != SBXC_OK ||
      sbxc_paths_open(argv[2], &paths, &error) != SBXC_OK) {
    fprintf(stderr, "library: %s\n", error.text);
    failed = 1;
  } else {
    tell_host(hosts, "API.Example.com.", 443);
    tell_host(hosts, "api.example.com", 22);
    tell_host(hosts, "evil.example.org", 443);
    tell_path(paths, "/usr/bin/env");
    tell_path(paths, "/etc/shadow");
    fflush(stdout);
    failed = run(argv[3], argc > 4 ? argv[4] : NULL);
  }
  sbxc_hosts_close(hosts);
  sbxc_paths_close(paths);
  return failed;
}

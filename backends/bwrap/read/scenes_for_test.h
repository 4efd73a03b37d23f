// For tests: two scenes, each a policy and a file tree, whose plans can be tampered with.
#pragma once

#include "backends/bwrap/read/tampered_plan_for_test.h"

namespace sbxc::bwrap_read {

struct Scene {
  Policy policy;
  TwoViews views;

  TamperedPlan plan() const {
    return TamperedPlan(PlanBytes::of(policy, BwrapOptions{.files = &views.files}));
  }

  // Somebody's checkout with keys and hooks in it; little else is to be seen.
  static Scene workspace() {
    Scene scene;
    scene.policy =
        terse_policy({"allow read /bin/** /usr/** /etc/hosts /srv/later/**", "allow exec /usr/**",
                      "allow write /home/u/w/**", "deny write /home/u/w/**/.git/hooks/**",
                      "deny read /home/u/w/**/.env", "allow socket /run/app.sock",
                      "allow env TERM* PATH", "deny env TERM_SECRET"});
    scene.policy.environment.push_back({.name = "LANG", .value = "C.UTF-8", .os = {}, .span = {}});
    scene.policy.limits.push_back({LimitKind::processes, 100, {}, {}});
    scene.views.add("/usr/bin/ls").add("/etc/hosts").add("/etc/shadow").add("/home/u/.ssh/id");
    scene.views.add("/home/u/w/src/a.c").add("/home/u/w/.env").add("/home/u/w/sub/.env");
    scene.views.add("/home/u/w/.git/config").add("/home/u/w/.git/hooks/pre");
    scene.views.add("/run/app.sock", There::socket).add("/run/other.sock", There::socket);
    scene.views.link("/bin", "usr/bin");
    return scene;
  }
  // All is read but a few secrets, nothing is written.
  static Scene reader() {
    Scene scene;
    scene.policy = terse_policy({"allow read /**", "deny read /home/*/.ssh/** /etc/shadow",
                                 "deny read /home/**/*.key", "allow exec /**",
                                 "allow connect example.com", "allow listen 127.0.0.1:3000"});
    scene.views.add("/usr/bin/ls").add("/etc/hosts").add("/etc/shadow").add("/home/u/.ssh/id");
    scene.views.add("/home/u/notes").add("/home/u/a.key").add("/tmp/x");
    scene.views.add("/proc/meminfo").add("/dev/null", There::device);
    return scene;
  }
};

}  // namespace sbxc::bwrap_read

/* Mach services: programs of the system that act outside on a message. Finding one is all that is
 * tried; nothing is sent. A name is looked up as libxpc does it, by the bootstrap port. */
#include <mach/mach.h>

#include "attempt.h"

/* servers/bootstrap.h, which cross compilers do not carry. */
extern mach_port_t bootstrap_port;
kern_return_t bootstrap_look_up(mach_port_t port, const char* name, mach_port_t* service);

static enum ending look_up(const char* name) {
  mach_port_t port = MACH_PORT_NULL;
  const kern_return_t result = bootstrap_look_up(bootstrap_port, name, &port);
  if (result != KERN_SUCCESS) return refused("bootstrap_look_up", result);
  mach_port_deallocate(mach_task_self(), port);
  return ENDING_DONE;
}

#define SERVICE(number, name) \
  ATTEMPT(MAC, number) { return look_up(name); }

SERVICE(005, "com.apple.coreservices.launchservicesd")
SERVICE(101, "com.apple.pasteboard.1")
SERVICE(102, "com.apple.coreservices.appleevents")
SERVICE(103, "com.apple.SecurityServer")
SERVICE(104, "com.apple.securityd.xpc")
SERVICE(105, "com.apple.tccd")
SERVICE(106, "com.apple.tccd.system")
SERVICE(107, "com.apple.cfprefsd.daemon")
SERVICE(108, "com.apple.cfprefsd.agent")
SERVICE(109, "com.apple.windowserver.active")
SERVICE(110, "com.apple.DiskArbitration.diskarbitrationd")
SERVICE(111, "com.apple.metadata.mds")
SERVICE(112, "com.apple.nsurlsessiond")
SERVICE(113, "com.apple.coreservices.quarantine-resolver")
SERVICE(114, "com.apple.trustd.agent")
SERVICE(115, "com.apple.lsd.mapdb")
SERVICE(116, "com.apple.lsd.open")
SERVICE(117, "com.apple.authd")
SERVICE(118, "com.apple.locationd.registration")
SERVICE(119, "com.apple.usernoted.client")
SERVICE(120, "com.apple.distributed_notifications@Uv3")
SERVICE(121, "com.apple.xpc.smd")
SERVICE(122, "com.apple.iohideventsystem")
SERVICE(123, "com.apple.audio.audiohald")
SERVICE(124, "com.apple.cmio.AppleCameraAssistant")
SERVICE(125, "com.apple.ocspd")
SERVICE(126, "com.apple.SystemConfiguration.configd")
SERVICE(127, "com.apple.dnssd.service")
SERVICE(128, "com.apple.FSEvents")
SERVICE(129, "com.apple.backupd.sandbox.xpc")

/* By the ports that a process is born with. */
ATTEMPT(FDS, 010) {
  mach_port_t port = MACH_PORT_NULL;
  const kern_return_t result = task_get_special_port(mach_task_self(), TASK_BOOTSTRAP_PORT, &port);
  if (result != KERN_SUCCESS) return refused("task_get_special_port", result);
  mach_port_t service = MACH_PORT_NULL;
  const kern_return_t found = bootstrap_look_up(port, "com.apple.pasteboard.1", &service);
  return found == KERN_SUCCESS ? ENDING_DONE : refused("bootstrap_look_up", found);
}

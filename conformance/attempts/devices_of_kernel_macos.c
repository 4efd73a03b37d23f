/* Drivers, by their user clients: the part of the kernel behind each is what a filter of calls is
 * elsewhere. IOKit is loaded by name, so that the program needs no framework. */
#include <dlfcn.h>
#include <mach/mach.h>
#include <stdint.h>

#include "attempt.h"

static enum ending open_driver(const char* class_name) {
  typedef void* (*matching_function)(const char*);
  typedef mach_port_t (*find_function)(mach_port_t, void*);
  typedef kern_return_t (*open_function)(mach_port_t, mach_port_t, uint32_t, mach_port_t*);
  void* kit = dlopen("/System/Library/Frameworks/IOKit.framework/IOKit", RTLD_LAZY);
  if (!kit) return cannot("there is no IOKit");
  const matching_function matching = (matching_function)dlsym(kit, "IOServiceMatching");
  const find_function find = (find_function)dlsym(kit, "IOServiceGetMatchingService");
  const open_function open = (open_function)dlsym(kit, "IOServiceOpen");
  if (!matching || !find || !open) return cannot("IOKit has other names");
  const mach_port_t service = find(MACH_PORT_NULL, matching(class_name));
  if (service == MACH_PORT_NULL) return cannot("there is no such driver");
  mach_port_t connection = MACH_PORT_NULL;
  const kern_return_t result = open(service, mach_task_self(), 0, &connection);
  return result == KERN_SUCCESS ? ENDING_DONE : refused("IOServiceOpen", result);
}

ATTEMPT(MAC, 020) { return open_driver("IOHIDSystem"); }
ATTEMPT(MAC, 131) { return open_driver("IOSurfaceRoot"); }
ATTEMPT(MAC, 132) { return open_driver("RootDomainUserClient"); }
ATTEMPT(MAC, 133) { return open_driver("IOPMrootDomain"); }

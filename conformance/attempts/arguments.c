/* The words of a command arrive as they were given: nothing in between expands, joins or takes
 * them for options (CVE-2024-32462). The manifest gives the same list as words of the scene. */
#include <string.h>

#include "file_steps.h"

static const struct {
  const char* key;
  const char* value;
} kGiven[] = {
    {"word1", "a \"b\" 'c'"},
    {"word2", "$(touch mark) `touch mark`"},
    {"word3", "--ro-bind / /"},
    {"word4", ""},
    {"word5", "one\ntwo"},
    {"word6", "* ? [a-z] {a,b} ~"},
    {"word7", "\\ \\\\ \\n %s %n"},
    {"word8", "; touch mark & | > mark"},
    {"word9", "caf\u00e9 \U0001F600"},
};

ATTEMPT(OKS, 160) {
  for (size_t i = 0; i < sizeof kGiven / sizeof kGiven[0]; ++i) {
    if (strcmp(scene(kGiven[i].key), kGiven[i].value) != 0) return refused(kGiven[i].key, 0);
  }
  return plants(scene_path("work", "proof"));
}

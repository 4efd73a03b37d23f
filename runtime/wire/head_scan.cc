// The first pass over a head: where its empty line is, and that its lines end in CR LF and hold no
// control bytes. Everything behind it may rely on both. Incremental, so that a client that sends
// one byte a second costs one look at each byte.
#include <algorithm>

#include "runtime/wire/byte_classes.h"
#include "runtime/wire/http_head.h"

namespace sbxc::wire {

Outcome HeadScan::scan(std::string_view bytes) {
  const size_t end = std::min(bytes.size(), kMaxHead);
  while (scanned_ < end) {
    const char c = bytes[scanned_];
    if (after_cr_ && c != '\n') return Outcome::bad(Refusal::bare_line_end);
    if (is_class(c, kText)) {
      ++scanned_;
      while (scanned_ < end && is_class(bytes[scanned_], kText)) ++scanned_;
      continue;
    }
    if (c == '\r') {
      after_cr_ = true;
      ++scanned_;
      continue;
    }
    if (c != '\n') return Outcome::bad(Refusal::control_byte);
    if (!after_cr_) return Outcome::bad(Refusal::bare_line_end);
    ++scanned_;
    if (line_begin_ + 2 == scanned_) return Outcome::done(scanned_);
    after_cr_ = false;
    line_begin_ = scanned_;
    if (++lines_ > kMaxFields + 1) return Outcome::bad(Refusal::too_many_fields);
  }
  return end == kMaxHead ? Outcome::bad(Refusal::head_too_large) : Outcome::incomplete();
}

}  // namespace sbxc::wire

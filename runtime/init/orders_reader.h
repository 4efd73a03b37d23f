// Walks the orders where they lie. After the first part that does not fit, nothing more is read
// and ok() is false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sbxc::init {

class OrdersReader {
 public:
  OrdersReader(const char* bytes, size_t size) : at_(bytes), left_(size) {}

  template <typename T>
  T take() {
    T value{};
    if (const char* bytes = take_bytes(sizeof(T)); bytes != nullptr) {
      std::memcpy(&value, bytes, sizeof(T));
    }
    return value;
  }

  // Null when it does not fit.
  const char* take_bytes(size_t size) {
    if (!ok_ || size > left_) {
      ok_ = false;
      return nullptr;
    }
    const char* bytes = at_;
    at_ += size;
    left_ -= size;
    return bytes;
  }

  const char* take_text() {
    const auto size = take<uint32_t>();
    const char* text = take_bytes(size_t{size} + 1);
    if (text != nullptr && (text[size] != '\0' || std::memchr(text, '\0', size) != nullptr)) {
      ok_ = false;
    }
    return ok_ ? text : nullptr;
  }

  bool ok() const { return ok_; }
  size_t left() const { return left_; }

 private:
  const char* at_;
  size_t left_;
  bool ok_ = true;
};

}  // namespace sbxc::init

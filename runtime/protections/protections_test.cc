#include "runtime/protections/protections.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace sbxc::protections {
namespace {

TEST(Protections, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Facts& facts : all()) EXPECT_TRUE(names.insert(facts.name).second) << facts.name;
}

TEST(Protections, AreAllOnInWhatIsShipped) {
  for (size_t i = 0; i < all().size(); ++i) {
    EXPECT_TRUE(is_on(static_cast<Protection>(i))) << all()[i].name;
  }
}

}  // namespace
}  // namespace sbxc::protections

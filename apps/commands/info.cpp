#include "commands/info.hpp"

#include <fmt/format.h>

#include "base/version.hpp"
#include "linalg/gemm.hpp"
#include "record/hdf5.hpp"

namespace catapult {

std::string describe_program() {
  BuildFacts facts = build_facts();
  facts.emplace_back("hdf5", hdf5_version());
  facts.emplace_back("products f32", gemm_library(float{}));
  facts.emplace_back("products f64", gemm_library(double{}));
  std::string text;
  for (const auto& [name, value] : facts) text += fmt::format("{:<14}{}\n", name, value);
  return text;
}

std::string citation() {
  return R"(@article{lewkowycz2020large,
  title   = {The large learning rate phase of deep learning: the catapult mechanism},
  author  = {Lewkowycz, Aitor and Bahri, Yasaman and Dyer, Ethan and Sohl-Dickstein, Jascha and
             Gur-Ari, Guy},
  journal = {arXiv preprint arXiv:2003.02218},
  year    = {2020}
}
)";
}

}  // namespace catapult

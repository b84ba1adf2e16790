#include "commands/info.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <sstream>

#include "base/version.hpp"
#include "linalg/lease.hpp"
#include "linalg/product.hpp"
#include "record/hdf5.hpp"

namespace catapult {

namespace {

/// What PETSC_OPTIONS asks of our solvers, which take options under their own prefix alone.
std::string solver_options() {
  const char* all = std::getenv("PETSC_OPTIONS");
  std::istringstream words(all != nullptr ? all : "");
  std::string text, word;
  for (bool ours = false; words >> word;) {
    if (word.size() > 1 && word[0] == '-' && std::isdigit(word[1]) == 0) {
      ours = word.rfind("-catapult_", 0) == 0;
    }
    if (ours) text += (text.empty() ? "" : " ") + word;
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::string describe_program() {
  BuildFacts facts = build_facts();
  facts.emplace_back("hdf5", hdf5_version());
  facts.emplace_back("products f32", product_library(float{}));
  facts.emplace_back("products f64", product_library(double{}));
  facts.emplace_back("device", device_name());
  facts.emplace_back("gpu-aware mpi", describe_gpu_aware_mpi());
  facts.emplace_back("-catapult_", solver_options());
  std::string text;
  for (const auto& [name, value] : facts) text += fmt::format("{:<14}{}\n", name, value);
  return text;
}

std::string citation() {
  const std::string program = fmt::format(
      R"(@misc{{catapult,
  title   = {{catapult}},
  author  = {{{{The catapult developers}}}},
  note    = {{Version {}, commit {}}}
}}
)",
      version(), git_hash());
  return program + R"(
@article{lewkowycz2020large,
  title   = {The large learning rate phase of deep learning: the catapult mechanism},
  author  = {Lewkowycz, Aitor and Bahri, Yasaman and Dyer, Ethan and Sohl-Dickstein, Jascha and
             Gur-Ari, Guy},
  journal = {arXiv preprint arXiv:2003.02218},
  year    = {2020}
}
)";
}

}  // namespace catapult

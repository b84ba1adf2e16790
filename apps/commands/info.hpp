// `catapult info`: what this program is made of, and what to cite.
// defines: describe_program, citation
#pragma once

#include <string>

namespace catapult {

/// One fact a line: version, commit, compiler, libraries, precisions, backends. Needs no MPI.
std::string describe_program();

/// BibTeX of the program and of the paper behind it, as in CITATION.cff.
std::string citation();

}  // namespace catapult

// The word that was probably meant.
// defines: nearest, did_you_mean, edit_distance
#pragma once

#include <string>
#include <vector>

namespace catapult {

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other
/// (optimal string alignment), upper and lower case alike.
std::size_t edit_distance(const std::string& one, const std::string& other);

/// The candidate nearest to `word`, the first of equals; "" where none is near (a third of the
/// word's letters, at least one).
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

/// "; did you mean LIKELY?" for the end of a message; "" where nothing is likely.
std::string did_you_mean(const std::string& likely);

}  // namespace catapult

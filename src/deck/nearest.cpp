#include "deck/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace catapult {
namespace {

/// No key is as long as this; longer words are not compared.
constexpr std::size_t longest_word = 64;

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::size_t edit_distance(const std::string& one, const std::string& other) {
  // distance[i][j]: between the first i letters of one and the first j of the other
  std::vector<std::vector<std::size_t>> distance(one.size() + 1,
                                                 std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 0; i <= one.size(); ++i) {
    for (std::size_t j = 0; j <= other.size(); ++j) {
      if (i == 0 || j == 0) {
        distance[i][j] = i + j;
        continue;
      }
      const bool same = same_letter(one[i - 1], other[j - 1]);
      const std::size_t replaced = distance[i - 1][j - 1] + (same ? 0 : 1);
      distance[i][j] = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && same_letter(one[i - 1], other[j - 2]) &&
                           same_letter(one[i - 2], other[j - 1]);
      if (swapped) distance[i][j] = std::min(distance[i][j], distance[i - 2][j - 2] + 1);
    }
  }
  return distance[one.size()][other.size()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  if (word.size() > longest_word) return "";
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(const std::string& likely) {
  return likely.empty() ? "" : "; did you mean " + likely + "?";
}

}  // namespace catapult

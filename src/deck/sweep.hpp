// The sweep of a study: axes, and the members their product makes.
// defines: SweepAxis, most_members, most_trajectories, may_be_swept, read_axes, product_of,
// refuse_more_than, member_position, MemberDeck, expand
#pragma once

#include <string>
#include <vector>

#include "deck/option_list.hpp"

namespace catapult {

struct Document;
struct Keys;
class Problems;

struct SweepAxis {
  std::string key;
  std::vector<OptionValue> values;
  std::string range = "";  ///< as TOML, where the deck gives one; "": it lists the values
};

/// Members that are trained one by one: each has a folder, numbered with four digits.
constexpr Index most_members = 10'000;
/// Members of an ensemble: their results are held in memory.
constexpr Index most_trajectories = 10'000'000;

/// The keys of [study] and [boundary] hold for all members.
bool may_be_swept(const std::string& key);

/// The axes of the sweep as far as they are usable; the rest goes to `problems`.
std::vector<SweepAxis> read_axes(const Keys& keys, const std::vector<OptionTable>& tables,
                                 Problems& problems);

/// Members that the axes make; above most_trajectories it may be any number above it.
Index product_of(const std::vector<SweepAxis>& axes);

/// Told at the first axis with which there are more members than `most`, with the reason why no
/// more are possible.
void refuse_more_than(Index most, const std::string& reason, const std::vector<SweepAxis>& axes,
                      const Document& document, Problems& problems);

/// Position on each axis of member `member`; the first axis is the outermost.
std::vector<std::size_t> member_position(const std::vector<SweepAxis>& axes, std::size_t member);

/// A deck that takes the values of one member after another: those of swept keys alone are set.
class MemberDeck {
 public:
  /// With the first value of every axis. `axes` outlive it.
  MemberDeck(const Deck& base, const std::vector<SweepAxis>& axes);
  MemberDeck(const MemberDeck&) = delete;
  MemberDeck& operator=(const MemberDeck&) = delete;

  void set(std::size_t axis, std::size_t value);
  const Deck& deck() const { return deck_; }

 private:
  const std::vector<SweepAxis>& axes_;
  Deck deck_;
  std::vector<OptionTable> tables_;  ///< of deck_
  std::vector<const Option*> options_;
};

/// One deck a member; `base` alone where nothing is swept.
std::vector<Deck> expand(const Deck& base, const std::vector<SweepAxis>& axes);

}  // namespace catapult

// The phase of a finished member: lazy, catapult or divergent.
// defines: rises, phase_of, ending, EndingOrder, EndingCounts, endings_of
#pragma once

#include <map>
#include <string>

#include "record/table.hpp"

namespace catapult {

struct MemberResult;

/// Whether the largest loss of a training is above its initial one by more than rounding errors
/// of narrow precision are. A catapult raises it by far more.
bool rises(double loss_max, double loss_0);

/// divergent: the loss diverged.
/// lazy: c/(1 - momentum) < 2: eta (with momentum: eta/(1 - gamma), the lazy threshold that the
///   paper measures in its figure S8) is below eta_crit = 2/lambda_0.
/// catapult: above it, and the loss stayed finite because lambda fell: lambda_end < lambda_0. (A
///   member above the threshold whose lambda has not fallen has not moved at all: lazy. One whose
///   neurons have all died has lambda_end = 0, the lowest that it can fall to, and stays at the
///   loss of f = 0, or of its biases.)
/// Where lambda_0 is unknown (NaN) the losses must tell, all of the same samples: catapult if the
/// loss rose above its initial value by more than rounding does and ended below its maximum, else
/// lazy. With SGD they differ from batch to batch whatever eta is, and tell nothing: "".
/// "" for members that failed or were stopped as well.
std::string phase_of(const MemberResult& result, double momentum);

/// How a training ended, in a word for people: its phase, or where there is none its outcome,
/// "done" after all its steps.
std::string ending(const std::string& phase, const std::string& outcome);

/// The phases in the order of the learning rate, then other endings by name.
struct EndingOrder {
  bool operator()(const std::string& one, const std::string& other) const;
};
using EndingCounts = std::map<std::string, Index, EndingOrder>;

/// How the trainings of a summary ended.
EndingCounts endings_of(const Table& summary);

}  // namespace catapult

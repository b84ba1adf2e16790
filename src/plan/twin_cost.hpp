// What the twins of a member cost: forked, stepped beside it, scored.
// defines: TwinCost, twin_cost, twins_work, twins_of
#pragma once

#include "deck/deck.hpp"
#include "plan/network_costs.hpp"
#include "plan/twin_matrices.hpp"
#include "twin/taylor.hpp"

namespace catapult {

struct TwinCost {
  Work fork;  ///< once
  Work step;  ///< outputs and distance of the batch, then a step
  Work row;   ///< score on the test samples
};

/// As the twin works, TwinKind and whether all steps have one batch: see make_twin.
TwinCost twin_cost(const NetworkCosts& network, const Deck& deck, const DataShape& data,
                   TwinKind kind);

/// Of all twins over so many steps of their network, which none of them leaves before its end.
Work twins_work(const NetworkCosts& network, const Deck& deck, const DataShape& data,
                const TwinMatrices& matrices, double steps);

/// Twins of a kind that live at the same time, at most, of so many steps.
double twins_of(const LinearizeOptions& linearize, TwinKind kind, double steps);

}  // namespace catapult

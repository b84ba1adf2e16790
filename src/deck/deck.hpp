// The deck: the options of all rooms, one table each.
// defines: Deck, describe_tables
#pragma once

#include "curvature/options.hpp"
#include "data/options.hpp"
#include "layers/options.hpp"
#include "plan/options.hpp"
#include "store/options.hpp"
#include "study/options.hpp"
#include "train/options.hpp"
#include "twin/options.hpp"

namespace catapult {

/// One member's deck. Default: every key as `catapult defaults` prints it.
struct Deck {
  StudyOptions study;
  DataOptions data;
  ModelOptions model;
  TrainOptions train;
  MeasureOptions measure;
  LinearizeOptions linearize;
  ParallelOptions parallel;
  CheckpointOptions checkpoint;
  BoundaryOptions boundary;
};

/// Calls table(name, help, options) for every table; `describe(option, options)` then gives its
/// keys.
template <class Visitor>
void describe_tables(Visitor& table, Deck& deck) {
  table("study", "what the whole study is called and where it goes", deck.study);
  table("data", "what is learnt", deck.data);
  table("model", "the network", deck.model);
  table("train", "how it is trained and when that ends", deck.train);
  table("measure", "what is recorded; lambda is the largest eigenvalue of the kernel",
        deck.measure);
  table("boundary", "phase boundaries to be found, in place of a sweep over the learning rate",
        deck.boundary);
  table("linearize", "twins that the network is compared with", deck.linearize);
  table("parallel", "the grid of ranks of one member", deck.parallel);
  table("checkpoint", "all that continues a member, written on the way", deck.checkpoint);
}

}  // namespace catapult

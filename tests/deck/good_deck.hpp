// A good deck and what is told of its changes.
// defines: good_lines, deck_with, study_of, problems_of
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "deck/study.hpp"

namespace catapult::testing {

inline const std::vector<std::string> good_lines = {
    R"(study.name = "t")",    R"(data.source = "gaussian")",
    "data.train_samples = 8", "data.outputs = 2",
    "model.width = 16",       "train.learning_rate = 0.1",
    "train.stop_steps = 5"};

inline std::string key_of(const std::string& line) { return line.substr(0, line.find(" =")); }

/// The good deck, its lines replaced by those of equal key; others follow.
inline std::string deck_with(const std::vector<std::string>& changes) {
  std::vector<std::string> lines = good_lines;
  for (const std::string& change : changes) {
    const auto same = [&](const std::string& line) { return key_of(line) == key_of(change); };
    const auto at = std::find_if(lines.begin(), lines.begin() + 7, same);
    if (at != lines.begin() + 7) {
      *at = change;
    } else {
      lines.push_back(change);
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

inline Study study_of(const std::vector<std::string>& changes,
                      const std::vector<std::string>& settings = {}, bool short_version = false) {
  return parse_study(deck_with(changes), "bad.toml", settings, short_version);
}

inline std::string problems_of(const std::vector<std::string>& changes,
                               const std::vector<std::string>& settings = {},
                               bool short_version = false) {
  try {
    study_of(changes, settings, short_version);
  } catch (const UsageError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    return error.what();
  }
  return "";
}

}  // namespace catapult::testing

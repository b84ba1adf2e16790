// Decks: what they may say, what is said about bad ones.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "bad_decks.hpp"
#include "deck/print.hpp"
#include "good_deck.hpp"

namespace catapult {
namespace {

using testing::BadDeck;
using testing::deck_with;
using ::testing::ElementsAre;
using testing::good_lines;
using ::testing::HasSubstr;
using testing::problems_of;
using testing::study_of;

class BadDecks : public ::testing::TestWithParam<BadDeck> {};

TEST_P(BadDecks, AreRefusedWithEveryProblemAtItsPlace) {
  std::string expected;
  for (const std::string& message : GetParam().messages) {
    expected += (expected.empty() ? "" : "\n") + message;
  }
  EXPECT_EQ(problems_of(GetParam().lines), expected);
}

INSTANTIATE_TEST_SUITE_P(Deck, BadDecks, ::testing::ValuesIn(testing::bad_decks()),
                         [](const auto& info) { return info.param.name; });

TEST(Deck, GivesWhatItSaysAndDefaultsForTheRest) {
  const Study study = study_of({R"(model.activation = "tanh")", "measure.eigenvalues = 3"});
  ASSERT_EQ(study.members.size(), 1U);
  const Deck& deck = study.members[0];
  EXPECT_EQ(deck.model.activation, "tanh");
  EXPECT_EQ(deck.model.width, 16);
  EXPECT_EQ(deck.measure.eigenvalues, 3);
  EXPECT_EQ(deck.model.depth, Deck().model.depth);
}

TEST(Deck, TakesDataOfImagesAndAllThatIsDoneToThem) {
  const std::vector<std::string> images = {"data.image = [3, 4, 4]", "data.crop_padding = 2",
                                           R"(data.augment = ["flip", "crop", "mixup"])",
                                           "data.center_labels = true"};
  for (const char* inputs : {"data.inputs = 32", "data.inputs = 48"}) {  // default, and agreeing
    std::vector<std::string> lines = images;
    lines.emplace_back(inputs);
    const Study study = study_of(lines);
    EXPECT_EQ(inputs_of_gaussian(study.base.data), 48);
    const std::string resolved = print_resolved(study.base, study.axes);
    EXPECT_EQ(print_resolved(parse_study(resolved, "again.toml", {}).base, {}), resolved);
  }
  EXPECT_EQ(problems_of({R"(data.augment = ["mixup"])"}), "");
  EXPECT_EQ(problems_of(
                {R"(data.augment = ["flip"])", R"(data.source = "hdf5")", R"(data.path = "x.h5")"}),
            "");
}

TEST(Deck, TakesAnIntegerForARealNumber) {
  EXPECT_EQ(study_of({"train.learning_rate = 2"}).base.train.learning_rate, 2.0);
}

TEST(Deck, OfTheCommandLineOverridesTheFile) {
  const Study study = study_of({}, {"model.width=32", "model.activation=tanh"});
  EXPECT_EQ(study.base.model.width, 32);
  EXPECT_EQ(study.base.model.activation, "tanh");
}

TEST(Deck, SettingsAreCheckedAsKeysOfTheFileAre) {
  EXPECT_THAT(problems_of({}, {"model.witdh=32"}), HasSubstr("did you mean"));
  EXPECT_THAT(problems_of({}, {"model.width=0"}), HasSubstr("must be at least 1"));
  EXPECT_THAT(problems_of({}, {"model.width=0"}), HasSubstr("--set model.width=0"));
  EXPECT_NE(problems_of({}, {"model.width"}), "");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

TEST(Deck, MayComeFromAnyEditor) {
  const std::string deck = deck_with({});
  for (const std::string& same :
       {"\xEF\xBB\xBF" + deck, replaced(deck, "\n", "\r\n"), replaced(deck, " = ", "\t=\t"),
        deck.substr(0, deck.size() - 1), deck + "\n\t \n# ümläut"}) {
    EXPECT_EQ(parse_study(same, "deck.toml", {}).base.model.width, 16);
  }
  std::string wide;
  for (const char letter : deck) wide += std::string(1, letter) + '\0';
  for (const std::string& other :
       {deck + '\0', deck + "\x1A", '\0' + deck, wide, "\xFF\xFE" + wide,
        replaced(deck, "\n", "\r"), replaced(deck, " = ", "\u00A0=\u00A0"),
        replaced(deck, " = ", ": "), replaced(deck, "\n", ";\n"), deck.substr(0, 9)}) {
    EXPECT_THROW(parse_study(other, "deck.toml", {}), UsageError) << other;
  }
}

TEST(Deck, TakesNoNumbersThatAreNone) {
  for (const char* value : {"inf", "-inf", "nan", "1e400", "-1e400", "\"\"", "1e", "0x", "--1"}) {
    EXPECT_NE(problems_of({"model.sigma_w = " + std::string(value)}), "") << value;
    EXPECT_NE(problems_of({}, {"model.sigma_w=" + std::string(value)}), "") << value;
  }
  EXPECT_EQ(study_of({"model.width = 0x1F"}).base.model.width, 31);
  EXPECT_EQ(study_of({"model.width = 1_0"}).base.model.width, 10);
  EXPECT_EQ(study_of({"model.seed = -0"}).base.model.seed, 0);
  EXPECT_EQ(study_of({"model.sigma_b = -0.0"}).base.model.sigma_b, 0.0);
  EXPECT_NE(problems_of({"model.seed = 18446744073709551615"}), "");
  EXPECT_NE(problems_of({"model.width = -9223372036854775808"}), "");
}

TEST(TextKeys, OfTheCommandLineTakeBareText) {
  for (const std::string text : {"123456", "1e5", "true", "2024-01-01", "runs/1.h5", "0x1F", "[1]",
                                 "a b", "{}", "nan", "a\"b", "a # b", "-"}) {
    EXPECT_EQ(study_of({}, {"study.output=" + text}).base.study.output, text);
    EXPECT_EQ(study_of({}, {"model.weights= " + text + "\t"}).base.model.weights, text);
  }
  EXPECT_EQ(study_of({}, {"study.name=007"}).base.study.name, "007");
  EXPECT_EQ(study_of({}, {R"(study.output=" a")"}).base.study.output, " a");
  EXPECT_EQ(study_of({}, {R"(study.output='12')"}).base.study.output, "12");
  EXPECT_THAT(problems_of({}, {R"(study.output="a)"}), HasSubstr("not valid TOML"));
  EXPECT_THAT(problems_of({}, {"study.output=\"a\"\n[train]\nl2=1"}), HasSubstr("quote all of it"));
  EXPECT_THAT(problems_of({}, {"study.output=\xff"}), HasSubstr("UTF-8"));
}

TEST(PathKeys, ExpandWhatAShellWould) {
  setenv("HOME", "/home/me", 1);
  setenv("CATAPULT_TEST", "/scratch", 1);
  unsetenv("CATAPULT_NOTHING");
  const std::vector<std::pair<std::string, std::string>> paths = {
      {"~", "/home/me"},
      {"~/x", "/home/me/x"},
      {"a~", "a~"},
      {"$CATAPULT_TEST/x", "/scratch/x"},
      {"a/${CATAPULT_TEST}b", "a//scratchb"},
      {"5$", "5$"},
      {"$5", "$5"}};
  for (const auto& [typed, meant] : paths) {
    EXPECT_EQ(study_of({"study.output = \"" + typed + "\""}).base.study.output, meant);
    EXPECT_EQ(study_of({}, {"data.path=" + typed}).base.data.path, meant);
    EXPECT_EQ(study_of({}, {"model.weights=" + meant}).base.model.weights, meant);
  }
  EXPECT_EQ(study_of({R"(study.name = "$CATAPULT_TEST")"}).base.study.name, "$CATAPULT_TEST");
  setenv("CATAPULT_TEST", "$HOME", 1);
  for (const std::string typed :
       {"$CATAPULT_TEST", "$CATAPULT_NOTHING/x", "~you", "${", "${A-b}", "$(date)", "$$"}) {
    EXPECT_THAT(problems_of({}, {"study.output=" + typed}), HasSubstr("write it in full")) << typed;
  }
  EXPECT_THAT(problems_of({"study.output = \"$CATAPULT_NOTHING/x\""}),
              ::testing::StartsWith("bad.toml:8:16: study.output is \"$CATAPULT_NOTHING/x\" (the "
                                    "environment has no CATAPULT_NOTHING)"));
}

/// What the first line of `problem` tells to write.
std::string advice_in(const std::string& problem) {
  const std::string mark = "; write ";
  const std::size_t found = problem.find(mark);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + mark.size();
  return problem.substr(begin, problem.find('\n') - begin);
}

TEST(Advice, IsTakenByTheDeck) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> values = {
      {"train.momentum", {".5", "0,5", "1d-3", "\"0.5\"", "[0.5]", "'.5", "00.5"}},
      {"model.width", {"1e2", "16.0", "\"16\"", "0016", "1_0.0", "[16]", "[8, 16]", "16,"}},
      {"checkpoint.at", {"4,3", "16", "(4, 3)", "\"4 3\"", "[4 3]", "4;3"}},
      {"measure.kernel_at_times", {".5", ".5, 1", "[.5, 1]"}},
      {"measure.kernel_change", {"[3, 1]", "[2]", "[9]", "[9, 2]", "1,4"}},
      {"linearize.watch", {"True", "FALSE", "yes", "off", "1", "\"true\""}},
      {"linearize.models", {"linear", "[linear]", "linear,quadratic", "['linear', quadratic]"}},
      {"model.activation", {"tahn", "tanh", "\"tanh", "Tanh"}},
      {"study.output", {"123", "1e5", "2024-01-01", "true", "runs/x", "'runs/x"}},
      {"train.decay", {"3", "{step = 3, learning_rate = 0.1}"}},
      {"study.sweep.\"train.l2\"", {".5", ".5, 1", "[.5, 1]", "0.1", "\"0.1,.2\"", "(0.1 0.2)"}},
  };
  for (const auto& [key, wrong] : values) {
    for (const std::string& value : wrong) {
      const std::string line = key + " = " + value;
      for (const bool typed : {false, true}) {
        const auto with = [&](const std::string& text) {
          return typed ? problems_of({}, {text}) : problems_of({text});
        };
        const std::string problem = with(line);
        if (problem.empty()) continue;  // on the command line text needs no quotes
        std::string advice = advice_in(problem);
        const std::size_t guess = problem.find("did you mean ");
        if (guess != std::string::npos)
          advice = problem.substr(guess + 13, problem.size() - guess - 14);
        const bool whole = advice.rfind("study.sweep.", 0) == 0;
        ASSERT_NE(advice, "") << line << ": " << problem;
        EXPECT_EQ(with(whole ? advice : key + " = " + advice), "") << line << ": " << problem;
      }
    }
  }
}

TEST(Sweep, IsTheProductOfItsAxesLastOneFastest) {
  const Study study = study_of(
      {R"(study.sweep."model.width" = [8, 16])", R"(study.sweep."model.seed" = [1, 2, 3])"});
  std::vector<std::pair<Index, Index>> members;
  for (const Deck& deck : study.members) members.emplace_back(deck.model.width, deck.model.seed);
  EXPECT_THAT(members, ElementsAre(std::pair(8, 1), std::pair(8, 2), std::pair(8, 3),
                                   std::pair(16, 1), std::pair(16, 2), std::pair(16, 3)));
}

TEST(PrintResolved, ReadsBackAsTheSameStudy) {
  const Study study = study_of({R"(study.sweep."train.learning_rate" = [0.1, 0.30000000000000004])",
                                "train.decay = [{step = 3, learning_rate = 0.05}]"});
  const std::string text = print_resolved(study.base, study.axes);
  const Study again = parse_study(text, "resolved.toml", {});
  EXPECT_EQ(print_resolved(again.base, again.axes), text);
  EXPECT_EQ(again.members[1].train.learning_rate, 0.30000000000000004);
  EXPECT_EQ(again.base.train.decay, study.base.train.decay);
  EXPECT_EQ(hash(text), hash(print_resolved(again.base, again.axes)));
  EXPECT_NE(hash(text), hash(print_resolved(study_of({}).base, {})));
}

TEST(PrintDefaults, ReadsAsADeckOnceTheNecessaryIsSet) {
  const Study study = parse_study(print_defaults(), "defaults.toml",
                                  {"data.path=x", "train.learning_rate=1.0", "train.stop_steps=1"});
  Deck expected;
  expected.data.path = "x";
  expected.train.learning_rate = 1.0;
  expected.train.stop_steps = 1;
  EXPECT_EQ(print_resolved(study.base, study.axes), print_resolved(expected, {}));
}

TEST(ShippedDecks, AreGood) {
  int decks = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(CATAPULT_SOURCE_DIR "/inputs")) {
    if (entry.path().extension() != ".toml") continue;
    for (const bool short_version : {false, true}) {
      EXPECT_NO_THROW(read_study(entry.path(), {}, short_version)) << entry.path();
    }
    ++decks;
  }
  EXPECT_GE(decks, 6);
}

TEST(ReadStudy, NamesAMissingFile) {
  try {
    read_study("no/such.toml", {});
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no/such.toml"));
  }
}

}  // namespace
}  // namespace catapult

// Decks that must be refused, each with all that is said about it.
// defines: BadDeck, bad_decks
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace catapult::testing {

/// A good deck with some lines replaced (same key) or added at its end.
struct BadDeck {
  std::string name;
  std::vector<std::string> lines;
  std::vector<std::string> messages;

  friend std::ostream& operator<<(std::ostream& out, const BadDeck& deck) {
    return out << deck.name;
  }
};

// clang-format off
inline std::vector<BadDeck> bad_decks() {
  return {
      {"unknown_table", {R"(modle.width = 3)"}, {R"(bad.toml:8:1: unknown table "modle" (a deck has study, data, model, train, measure, boundary, linearize, parallel, checkpoint); did you mean [model]?)"}},
      {"unknown_key", {R"(model.witdh = 3)"}, {R"(bad.toml:8:7: unknown key "witdh" (not an option of [model]); did you mean "width"?)"}},
      {"unknown_key_far_from_all", {R"(model.zzzzzz = 3)"}, {R"(bad.toml:8:7: unknown key "zzzzzz" (not an option of [model]))"}},
      {"key_in_the_wrong_table", {R"(train.width = 3)"}, {R"(bad.toml:8:7: unknown key "width" (not an option of [train]); did you mean model.width?)"}},
      {"table_given_as_number", {R"(parallel = 3)"}, {R"(bad.toml:8:12: parallel is not a table (it holds the keys of [parallel]); write [parallel] on a line of its own)"}},
      {"number_for_text", {R"(model.activation = 3)"}, {R"(bad.toml:8:20: model.activation is 3 (must be "relu", "leaky_relu", "tanh", "erf" or "linear"))"}},
      {"text_for_number", {R"(model.width = "16")"}, {R"(bad.toml:5:15: model.width is "16" (must be an integer); write 16)"}},
      {"fraction_for_integer", {R"(model.width = 16.5)"}, {R"(bad.toml:5:15: model.width is 16.5 (must be an integer))"}},
      {"boolean_for_number", {R"(train.momentum = true)"}, {R"(bad.toml:8:18: train.momentum is true (must be a number))"}},
      {"list_for_number", {R"(model.width = [16, 32])"}, {R"(bad.toml:5:15: model.width is a list (must be an integer); write study.sweep."model.width" = [ 16, 32 ])"}},
      {"number_for_list", {R"(model.widths = 16)"}, {R"(bad.toml:8:16: model.widths is 16 (must be a list of integers); write [16])"}},
      {"text_in_a_list_of_numbers", {R"(model.widths = [16, "x"])"}, {R"(bad.toml:8:21: model.widths[1] is "x" (must be an integer))"}},
      {"zero_width", {R"(model.width = 0)"}, {R"(bad.toml:5:15: model.width is 0 (must be at least 1, in neurons))"}},
      {"negative_width", {R"(model.width = -4)"}, {R"(bad.toml:5:15: model.width is -4 (must be at least 1, in neurons))"}},
      {"negative_depth", {R"(model.depth = -1)"}, {R"(bad.toml:8:15: model.depth is -1 (must be at least 0, in layers))"}},
      {"zero_in_widths", {R"(model.widths = [4, 0])"}, {R"(bad.toml:8:20: model.widths[1] is 0 (must be at least 1, in neurons))"}},
      {"unknown_activation", {R"(model.activation = "rleu")"}, {R"(bad.toml:8:20: model.activation is "rleu" (must be "relu", "leaky_relu", "tanh", "erf" or "linear"); did you mean "relu"?)"}},
      {"unknown_kind", {R"(model.kind = "resnet")"}, {R"(bad.toml:8:14: model.kind is "resnet" (must be "fc", "cnn", "wrn" or "solvable"))"}},
      {"unknown_source", {R"(data.source = "mnist")"}, {R"(bad.toml:2:15: data.source is "mnist" (must be "idx", "cifar10", "cifar100", "hdf5", "gaussian" or "toy"))"}},
      {"unknown_parametrization", {R"(model.parametrization = "NTK")"}, {R"(bad.toml:8:25: model.parametrization is "NTK" (must be "ntk", "standard" or "mup"); did you mean "ntk"?)"}},
      {"unknown_precision", {R"(model.precision = "f16")"}, {R"(bad.toml:8:19: model.precision is "f16" (must be "f32" or "f64"))"}},
      {"unknown_preprocessing", {R"(data.preprocessing = "standardise")"}, {R"(bad.toml:8:22: data.preprocessing is "standardise" (must be "standardize", "unit" or "none"); did you mean "standardize"?)"}},
      {"unknown_method", {R"(measure.method = "lanczos")"}, {R"(bad.toml:8:18: measure.method is "lanczos" (must be "auto", "matrix-free" or "assembled"))"}},
      {"zero_sigma_w", {R"(model.sigma_w = 0.0)"}, {R"(bad.toml:8:17: model.sigma_w is 0.0 (must be above 0))"}},
      {"negative_sigma_b", {R"(model.sigma_b = -0.1)"}, {R"(bad.toml:8:17: model.sigma_b is -0.1 (must be at least 0))"}},
      {"nan_sigma_w", {R"(model.sigma_w = nan)"}, {R"(bad.toml:8:17: model.sigma_w is nan (must be finite))"}},
      {"infinite_learning_rate", {R"(train.learning_rate = inf)"}, {R"(bad.toml:6:23: train.learning_rate is inf (must be finite, in 1/lambda))"}},
      {"negative_learning_rate", {R"(train.learning_rate = -0.1)"}, {R"(bad.toml:6:23: train.learning_rate is -0.1 (must be at least 0, in 1/lambda))"}},
      {"momentum_of_one", {R"(train.momentum = 1.0)"}, {R"(bad.toml:8:18: train.momentum is 1.0 (must be 0 to 0.999999))"}},
      {"negative_l2", {R"(train.l2 = -1.0)"}, {R"(bad.toml:8:12: train.l2 is -1.0 (must be at least 0))"}},
      {"accuracy_above_one", {R"(train.stop_accuracy = 1.5)"}, {R"(bad.toml:8:23: train.stop_accuracy is 1.5 (must be 0 to 1))"}},
      {"diverge_above_one_or_less", {R"(train.diverge_above = 1.0)"}, {R"(bad.toml:8:23: train.diverge_above is 1.0 (must be above 1, in initial loss))"}},
      {"negative_every", {R"(measure.every = -1)"}, {R"(bad.toml:8:17: measure.every is -1 (must be at least 0, in steps))"}},
      {"tolerance_of_zero", {R"(measure.tolerance = 0.0)"}, {R"(bad.toml:8:21: measure.tolerance is 0.0 (must be 1e-15 to 0.1))"}},
      {"negative_seed", {R"(model.seed = -1)"}, {R"(bad.toml:8:14: model.seed is -1 (must be at least 0))"}},
      {"integer_too_large", {R"(model.width = 99999999999999999999)"}, {R"(bad.toml:5:35: not valid TOML (while parsing decimal integer: '99999999999999999999' is not representable in 64 bits))"}},
      {"both_learning_rates", {R"(train.learning_rate_c = 2.0)"}, {R"(bad.toml:8:25: train.learning_rate and train.learning_rate_c are both above 0 (each one fixes eta); leave one of them out)"}},
      {"no_learning_rate", {R"(train.learning_rate = 0.0)"}, {R"(bad.toml:6:23: no learning rate (train.learning_rate and train.learning_rate_c are both 0); set one of them)"}},
      {"no_end", {R"(train.stop_steps = 0)"}, {R"(bad.toml:7:20: training has no end (all stop rules of [train] are off); set train.stop_steps, stop_time, stop_accuracy or stop_loss)"}},
      {"two_kinds_of_decay", {R"(train.decay = [{time = 1.0, step = 3, learning_rate = 0.1}])"}, {R"(bad.toml:8:15: train.decay[0] has time and step (one of them says from when on it holds); give exactly one)"}},
      {"decay_without_start", {R"(train.decay = [{learning_rate = 0.1}])"}, {R"(bad.toml:8:15: train.decay[0] has neither time nor step (one of them says from when on it holds); give exactly one)"}},
      {"decay_without_rate", {R"(train.decay = [{step = 3}])"}, {R"(bad.toml:8:15: train.decay[0] has no learning_rate (it is what eta becomes); give one above 0)"}},
      {"decay_out_of_order", {R"(train.decay = [{step = 3, learning_rate = 0.1}, {step = 2, learning_rate = 0.1}])"}, {R"(bad.toml:8:15: train.decay[1] is not later than the one before it (each holds until the next); sort them)"}},
      {"unknown_key_in_decay", {R"(train.decay = [{stpe = 3, learning_rate = 0.1}])"}, {R"(bad.toml:8:17: unknown key "stpe" (not an option of an element of train.decay); did you mean "step"?)"}},
      {"widths_and_width", {R"(model.widths = [4, 4])"}, {R"(bad.toml:8:16: model.widths and model.width = 16 (widths take the place of width and depth); leave one or the other out)"}},
      {"widths_and_depth", {R"(model.width = 4)", R"(model.widths = [4, 4])", R"(model.depth = 3)"}, {R"(bad.toml:8:16: model.widths of 2 layers and model.depth = 3 (widths take the place of width and depth); leave one or the other out)"}},
      {"more_width_ranks_than_neurons", {R"(parallel.width_ranks = 17)"}, {R"(bad.toml:8:24: parallel.width_ranks is 17 (a hidden layer has 16 neurons and each rank needs one); ask for at most 16)"}},
      {"nothing_to_recompute", {R"(parallel.memory = "recomputed")", R"(model.depth = 2)"}, {R"(bad.toml:8:19: parallel.memory is "recomputed" (only a fully connected network of one hidden layer can do without its activations); set depth = 1, or leave memory out)"}},
      {"files_without_a_path", {R"(data.source = "idx")"}, {R"(bad.toml:2:15: data.path is not set (source "idx" reads files); name their folder)"}},
      {"classes_of_data_without_labels", {R"(data.classes = [0, 1])"}, {R"(bad.toml:8:16: data.classes with source "gaussian" (its samples carry no labels); leave classes out)"}},
      {"a_class_twice", {R"(data.source = "idx")", R"(data.path = "inputs/data/digits")", R"(data.classes = [1, 1])"}, {R"(bad.toml:9:16: data.classes names a class twice (each class is one output); name it once)"}},
      {"image_of_two_numbers", {R"(data.image = [3, 32])"}, {R"(bad.toml:8:14: data.image has 2 numbers (an image is [channels, height, width]); write three)"}},
      {"image_without_channels", {R"(data.image = [0, 4, 4])"}, {R"(bad.toml:8:15: data.image[0] is 0 (must be 1 to 1048576))"}},
      {"image_beside_other_inputs", {R"(data.image = [3, 4, 4])", R"(data.inputs = 47)"}, {R"(bad.toml:8:14: data.inputs is 47 (data.image = [3, 4, 4] has 48); leave inputs out)"}},
      {"image_of_a_format_that_knows_it", {R"(data.image = [3, 32, 32])", R"(data.source = "cifar100")", R"(data.path = "x")"}, {R"(bad.toml:8:14: data.image with source "cifar100" (its files tell the shape of their images); leave image out)"}},
      {"image_of_a_number", {R"(data.image = [1, 1, 1])", R"(data.source = "toy")", R"(data.train_samples = 1)"}, {R"(bad.toml:8:14: data.image with source "toy" (its sample is the number x = 1); leave image out)"}},
      {"flip_of_no_image", {R"(data.augment = ["mixup", "flip"])"}, {R"(bad.toml:8:16: data.augment names "flip" (gaussian inputs are no images unless data.image says so); set data.image, or leave it out)"}},
      {"crop_of_no_image", {R"(data.augment = ["crop"])"}, {R"(bad.toml:8:16: data.augment names "crop" (gaussian inputs are no images unless data.image says so); set data.image, or leave it out)"}},
      {"mixup_twice", {R"(data.augment = ["mixup", "mixup"])"}, {R"(bad.toml:8:16: data.augment names "mixup" twice (each change is made once); name it once)"}},
      {"unknown_augmentation", {R"(data.augment = ["flop"])"}, {R"(bad.toml:8:17: data.augment[0] is "flop" (must be "flip", "crop" or "mixup"); did you mean "flip"?)"}},
      {"augmentation_of_a_number", {R"(data.augment = ["mixup"])", R"(data.source = "toy")", R"(data.train_samples = 1)"}, {R"(bad.toml:8:16: data.augment with source "toy" (its sample is the number x = 1); leave augment out)"}},
      {"crop_without_padding", {R"(data.crop_padding = 0)"}, {R"(bad.toml:8:21: data.crop_padding is 0 (must be 1 to 1024, in pixels))"}},
      {"centered_labels_of_a_table", {R"(data.center_labels = true)", R"(data.source = "hdf5")", R"(data.path = "x.h5")"}, {R"(bad.toml:8:22: data.center_labels with source "hdf5" (its y is not known to be one-hot); subtract it in the file)"}},
      {"centered_labels_of_one_output", {R"(data.center_labels = true)", R"(data.outputs = 1)"}, {R"(bad.toml:8:22: data.center_labels with 1 output (one-hot minus 1/k needs at least 2); leave it out)"}},
      {"centered_labels_of_one_class", {R"(data.center_labels = true)", R"(data.source = "cifar10")", R"(data.path = "x")", R"(data.classes = [4])"}, {R"(bad.toml:8:22: data.center_labels with 1 output (one-hot minus 1/k needs at least 2); leave it out)"}},
      {"drawn_data_without_a_number", {R"(data.train_samples = 0)"}, {R"(bad.toml:3:22: data.train_samples is 0 (gaussian data are drawn, there is no "all"); say how many to draw)"}},
      {"toy_of_many_samples", {R"(data.source = "toy")"}, {R"(bad.toml:3:22: data.train_samples is 8 (toy is the single sample x = 1); leave it out)"}},
      {"toy_with_a_test_part", {R"(data.source = "toy")", R"(data.train_samples = 1)", R"(data.test_samples = 2)"}, {R"(bad.toml:3:22: data.test_samples is 2 (toy has no test part); leave it out)"}},
      {"batch_above_samples", {R"(data.batch = 9)"}, {R"(bad.toml:8:14: data.batch is 9 (there are 8 training samples); ask for at most 8, or 0 for all)"}},
      {"kernel_samples_above_samples", {R"(measure.kernel_samples = 9)"}, {R"(bad.toml:8:26: measure.kernel_samples is 9 (there are 8 training samples); ask for fewer)"}},
      {"spikes_without_the_kernel", {R"(measure.kernel_every = 1)", R"(measure.curvature = ["hessian", "spikes"])"}, {R"(bad.toml:9:21: measure.curvature names spikes and not ntk (their growth is seen in the kernel's eigenvectors); add "ntk")"}},
      {"spikes_of_the_cross_entropy", {R"(measure.kernel_every = 1)", R"(measure.curvature = ["ntk", "spikes"])", R"(train.loss = "cross_entropy")"}, {R"(bad.toml:9:21: measure.curvature names spikes with train.loss = "cross_entropy" (f - y is the error of the mean squared error alone); leave spikes out)"}},
      {"spikes_of_eigenvectors_not_followed", {R"(measure.kernel_every = 1)", R"(measure.curvature = ["ntk", "spikes"])", R"(measure.solver = "slepc")"}, {R"(bad.toml:9:21: measure.curvature names spikes with measure.eigenvalues, solver or kernel_batches (their growth is seen in the eigenvectors that are followed, of one batch); leave these keys out)"}},
      {"kernel_batches_of_everything", {R"(measure.kernel_batches = 2)"}, {R"(bad.toml:8:26: measure.kernel_batches is 2 (the first one already holds all training samples); set kernel_samples as well)"}},
      {"kernel_batches_above_samples", {R"(measure.kernel_batches = 3)", R"(measure.kernel_samples = 4)"}, {R"(bad.toml:9:26: measure.kernel_batches asks for 3 sets of 4 samples (there are 8 training samples); ask for fewer)"}},
      {"more_eigenvalues_than_there_are", {R"(measure.eigenvalues = 17)"}, {R"(bad.toml:8:23: measure.eigenvalues is 17 (the kernel of 8 samples and 2 outputs has 16); ask for fewer)"}},
      {"tolerance_below_rounding", {R"(measure.tolerance = 1e-9)"}, {R"(bad.toml:8:21: measure.tolerance is 1e-09 (below the rounding of model.precision = "f32"); ask for at least 1e-7, or for "f64")"}},
      {"solvable_of_two_outputs", {R"(model.kind = "solvable")"}, {R"(bad.toml:8:14: model.kind = "solvable" with data.source = "gaussian" of 2 outputs (f = n^(-1/2) v^T u x is one number); set data.outputs = 1)"}},
      {"solvable_with_relu", {R"(model.kind = "solvable")", R"(data.outputs = 1)", R"(model.activation = "relu")"}, {R"(bad.toml:8:14: model.activation with model.kind = "solvable" (f = n^(-1/2) v^T u x has one linear hidden layer, u, v ~ N(0, 1)); leave activation out)"}},
      {"solvable_with_depth", {R"(model.kind = "solvable")", R"(data.outputs = 1)", R"(model.depth = 3)"}, {R"(bad.toml:8:14: model.depth with model.kind = "solvable" (f = n^(-1/2) v^T u x has one linear hidden layer, u, v ~ N(0, 1)); leave depth out)"}},
      {"layers_of_a_fully_connected_network", {R"(model.layers = ["relu"])", R"(model.widen = 2)", R"(model.shortcut = "conv1")", R"(model.batch_norm_group = 4)"}, {R"(bad.toml:8:16: model.layers with model.kind = "fc" (width and depth, or widths, describe a fully connected network); leave layers out)", R"(bad.toml:9:15: model.widen with model.kind = "fc" (width and depth, or widths, describe a fully connected network); leave widen out)", R"(bad.toml:10:18: model.shortcut with model.kind = "fc" (width and depth, or widths, describe a fully connected network); leave shortcut out)", R"(bad.toml:11:26: model.batch_norm_group with model.kind = "fc" (width and depth, or widths, describe a fully connected network); leave batch_norm_group out)"}},
      {"unknown_layer", {R"(model.width = 512)", R"(model.kind = "cnn")", R"(data.image = [3, 8, 8])", R"(model.layers = ["conv 4 same", "rleu"])"}, {R"(bad.toml:10:32: model.layers has "rleu" as number 2 (at column 1, "rleu": no layer has this name); choose conv, maxpool, avgpool, mean, flatten, dense, batchnorm or an activation (relu, leaky_relu, tanh, erf, linear))"}},
      {"unknown_padding_in_the_second_member", {R"(model.width = 512)", R"(model.kind = "cnn")", R"(data.image = [3, 8, 8])", R"(study.sweep."model.layers" = [["conv 4 same"], ["relu", "conv 4 some"]])"}, {R"(bad.toml:10:57: model.layers has "conv 4 some" as number 2 (at column 8, "some": expected same or valid); write "conv 320 same [kernel 3] [stride 1]" [member 0001: model.layers = ["relu", "conv 4 some"]])"}},
      {"keys_of_a_convolutional_network_that_mean_nothing", {R"(model.kind = "cnn")", R"(data.image = [3, 8, 8])", R"(model.depth = 3)", R"(model.activation = "tanh")", R"(model.batch_norm = false)"}, {R"(bad.toml:5:15: model.width with model.kind = "cnn" (model.layers names all of its layers, activations and batch norms among them); leave width out)", R"(bad.toml:10:15: model.depth with model.kind = "cnn" (model.layers names all of its layers, activations and batch norms among them); leave depth out)", R"(bad.toml:11:20: model.activation with model.kind = "cnn" (model.layers names all of its layers, activations and batch norms among them); leave activation out)", R"(bad.toml:12:20: model.batch_norm with model.kind = "cnn" (model.layers names all of its layers, activations and batch norms among them); leave batch_norm out)"}},
      {"keys_of_a_wide_residual_network_that_mean_nothing", {R"(model.kind = "wrn")", R"(data.image = [3, 8, 8])", R"(model.depth = 10)", R"(model.residual = true)", R"(model.layers = ["relu"])"}, {R"(bad.toml:5:15: model.width with model.kind = "wrn" (depth, widen and base_channels describe a wide residual network); leave width out)", R"(bad.toml:11:18: model.residual with model.kind = "wrn" (depth, widen and base_channels describe a wide residual network); leave residual out)", R"(bad.toml:12:16: model.layers with model.kind = "wrn" (depth, widen and base_channels describe a wide residual network); leave layers out)"}},
      {"depth_of_no_wide_residual_network", {R"(model.width = 512)", R"(model.kind = "wrn")", R"(data.image = [3, 8, 8])", R"(model.depth = 12)"}, {R"(bad.toml:10:15: model.depth is 12 (a wide residual network has 6 b + 4 layers); choose 10, 16, 22, 28, ...)"}},
      {"wide_residual_network_without_a_depth", {R"(model.width = 512)", R"(model.kind = "wrn")", R"(data.image = [3, 8, 8])"}, {R"(bad.toml:8:14: model.depth is 1 (a wide residual network has 6 b + 4 layers); choose 10, 16, 22, 28, ...)"}},
      {"channels_over_ranks", {R"(model.width = 512)", R"(model.kind = "cnn")", R"(data.image = [3, 8, 8])", R"(parallel.width_ranks = 2)"}, {R"(bad.toml:10:24: parallel.width_ranks is 2 with model.kind = "cnn" (the channels of a convolutional network are not spread, each layer would have to gather them all); leave width_ranks out: ranks share the samples)"}},
      {"convolutions_of_no_image", {R"(model.width = 512)", R"(model.kind = "cnn")"}, {R"(bad.toml:8:14: model.kind = "cnn" with data.source = "gaussian" (gaussian inputs are no images unless data.image says so); set data.image = [channels, height, width])"}},
      {"convolutions_of_a_number", {R"(model.width = 512)", R"(model.kind = "wrn")", R"(model.depth = 10)", R"(data.source = "toy")", R"(data.train_samples = 1)"}, {R"(bad.toml:8:14: model.kind = "wrn" with data.source = "toy" (its sample is the number x = 1); use data of images)"}},
      {"solvable_with_a_shortcut", {R"(model.kind = "solvable")", R"(data.outputs = 1)", R"(model.residual = true)"}, {R"(bad.toml:9:18: model.residual with model.kind = "solvable" (f = n^(-1/2) v^T u x has one linear hidden layer); leave residual out)"}},
      {"truth_in_quotes", {R"(linearize.watch = "true")"}, {R"(bad.toml:8:19: linearize.watch is "true" (must be true or false); write true)"}},
      {"one_model_without_a_list", {R"(linearize.models = "linear")"}, {R"(bad.toml:8:20: linearize.models is "linear" (must be a list of texts); write ["linear"])"}},
      {"unknown_model", {R"(linearize.models = ["linaer", "cubic"])"}, {R"(bad.toml:8:21: linearize.models[0] is "linaer" (must be "linear" or "quadratic"); did you mean "linear"?)", R"(bad.toml:8:31: linearize.models[1] is "cubic" (must be "linear" or "quadratic"))"}},
      {"twin_beyond_the_end", {R"(linearize.at = [2, 2000])"}, {R"(bad.toml:8:16: linearize.at names step 2000 (training ends at step 5); name steps before it, or raise train.stop_steps)"}},
      {"kernel_change_backwards", {R"(measure.kernel_change = [4, 2])"}, {R"(bad.toml:8:25: measure.kernel_change is not a step and later ones (the kernel at the first is compared with those at the others); write [2, 4])"}},
      {"kernel_change_beyond_the_end", {R"(measure.kernel_change = [0, 9])"}, {R"(bad.toml:8:25: measure.kernel_change names step 9 (training ends at step 5); name steps up to there)"}},
      {"no_checkpoint_kept", {R"(checkpoint.keep = 0)"}, {R"(bad.toml:8:19: checkpoint.keep is 0 (must be at least 1, in checkpoints))"}},
      {"name_with_a_slash", {R"(study.name = "a/b")"}, {R"(bad.toml:1:14: study.name is "a/b" (it names files and folders); write one without slashes and without a dot in front)"}},
      {"empty_name", {R"(study.name = "")"}, {R"(bad.toml:1:14: study.name is "" (it names files and folders); write one without slashes and without a dot in front)"}},
      {"syntax_error", {R"(model.depth = = 3)"}, {R"(bad.toml:8:15: not valid TOML (while parsing value: could not determine value type))"}},
      {"unclosed_text", {R"(model.activation = "relu)"}, {R"(bad.toml:8:25: not valid TOML (while parsing string: unescaped control characters other than TAB (U+0009) are explicitly prohibited); write "relu")"}},
      {"same_key_twice", {R"(model.depth = 1
model.depth = 2)"}, {R"(bad.toml:9:15: not valid TOML (while parsing key-value pair: cannot redefine existing integer 'model.depth'); write each key once)"}},
      {"sweep_over_unknown_key", {R"(study.sweep."model.witdh" = [1, 2])"}, {R"(bad.toml:8:13: unknown key "model.witdh" (an axis of the sweep is a key of the deck); did you mean "model.width"?)"}},
      {"sweep_over_one_bad_value", {R"(study.sweep."model.width" = [16, 0])"}, {R"(bad.toml:8:34: model.width is 0 (must be at least 1, in neurons))"}},
      {"sweep_over_nothing", {R"(study.sweep."model.width" = [])"}, {R"(bad.toml:8:29: sweep of model.width is empty (no member would be left); list values or leave the axis out)"}},
      {"sweep_without_a_list", {R"(study.sweep."model.width" = 3)"}, {R"(bad.toml:8:29: sweep of model.width is not a list (an axis lists its values); write [3])"}},
      {"sweep_over_a_range_without_a_count", {R"(study.sweep."model.width" = {from = 3})"}, {R"(bad.toml:8:29: sweep of model.width has no count (a range is given by its ends); write { from = A, to = B, count = N }, or list the values)"}},
      {"sweep_over_a_range_without_an_end", {R"(study.sweep."train.l2" = {from = 0.1, count = 3})"}, {R"(bad.toml:8:26: sweep of train.l2 has no to (a range is given by its ends); write { from = A, to = B, count = N }, or list the values)"}},
      {"sweep_over_a_range_of_texts", {R"(study.sweep."model.activation" = {from = 0, count = 3})"}, {R"(bad.toml:8:34: sweep of model.activation is a range (its values are no numbers); list them)"}},
      {"sweep_over_a_range_that_is_not_allowed", {R"(study.sweep."model.width" = {from = 0, count = 3})"}, {R"(bad.toml:8:37: model.width is 0 (must be at least 1, in neurons))"}},
      {"sweep_over_a_range_beyond_the_key", {R"(study.sweep."train.momentum" = {from = 0.5, to = 1.5, count = 3})"}, {R"(bad.toml:8:50: train.momentum is 1.5 (must be 0 to 0.999999))"}},
      {"sweep_over_a_range_of_nothing", {R"(study.sweep."model.width" = {from = 3, count = 0})"}, {R"(bad.toml:8:29: sweep of model.width has a count that is no number of values (1 to 10000000); write count = 100)"}},
      {"sweep_over_a_range_with_an_unknown_key", {R"(study.sweep."model.width" = {from = 3, count = 2, step = 5})"}, {R"(bad.toml:8:51: unknown key "step" (a range has from, to, count and spacing))"}},
      {"sweep_over_a_range_of_unknown_spacing", {R"(study.sweep."model.width" = {from = 3, to = 9, count = 2, spacing = "even"})"}, {R"(bad.toml:8:29: sweep of model.width has a spacing that is neither "linear" nor "log" (equal distances or ratios); leave it out, or write "log")"}},
      {"sweep_over_a_range_without_ratios", {R"(study.sweep."train.l2" = {from = 0.0, to = 1.0, count = 3, spacing = "log"})"}, {R"(bad.toml:8:26: sweep of train.l2 has spacing "log" and an end that is not above 0 (there are no ratios); raise it, or leave spacing out)"}},
      {"sweep_over_a_range_with_too_few_values", {R"(study.sweep."model.width" = {from = 1, to = 5, count = 9})"}, {R"(bad.toml:8:29: sweep of model.width has 2 twice (there are fewer values between its ends); lower the count)"}},
      {"sweep_over_a_range_beyond_all_integers", {R"(study.sweep."model.seed" = {from = 9_223_372_036_854_775_807, count = 2})"}, {R"(bad.toml:8:28: sweep of model.seed goes beyond the largest integer (it counts up from its first value); start lower)"}},
      {"sweep_of_too_many_members_to_be_trained_one_by_one", {R"(study.sweep."model.seed" = {from = 0, count = 10_001})"}, {R"(bad.toml:8:13: more than 10000 members up to this axis (the product of the axes; they are trained one by one, as model.kind is not "solvable"); split the study)"}},
      {"sweep_of_too_many_parts", {R"(study.sweep."train.l2" = {from = 0.0, to = 1.0, count = 101})", R"(study.sweep."train.momentum" = {from = 0.0, to = 0.9, count = 100})"}, {R"(bad.toml:9:13: more than 10000 members up to this axis (the product of the axes; they are trained one by one, as model.kind is not "solvable"); split the study)"}},
      {"sweep_member_breaks_a_rule_whatever_the_seed", {R"(study.sweep."model.seed" = {from = 0, count = 5})", R"(study.sweep."data.batch" = [4, 12, 16])"}, {R"(bad.toml:9:28: data.batch is 12 (there are 8 training samples); ask for at most 8, or 0 for all [member 0001: data.batch = 12; 9 more members])"}},
      {"sweep_member_breaks_a_rule", {R"(study.sweep."data.batch" = [4, 12, 16])"}, {R"(bad.toml:8:28: data.batch is 12 (there are 8 training samples); ask for at most 8, or 0 for all [member 0001: data.batch = 12; 1 more member])"}},
      {"three_errors_at_once", {R"(model.witdh = 3)", R"(model.sigma_w = -1.0)", R"(train.stop_steps = 0)"}, {R"(bad.toml:7:20: training has no end (all stop rules of [train] are off); set train.stop_steps, stop_time, stop_accuracy or stop_loss)", R"(bad.toml:8:7: unknown key "witdh" (not an option of [model]); did you mean "width"?)", R"(bad.toml:9:17: model.sigma_w is -1.0 (must be above 0))"}},
  };
}
// clang-format on

}  // namespace catapult::testing

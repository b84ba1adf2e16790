"""Small convolutional networks with batch norm for tests of the program."""

IMAGES = ("data.image = [2, 6, 6]", "data.inputs = 32", "model.width = 512",
          "model.batch_norm_group = 4")
WRN = (*IMAGES, 'model.kind = "wrn"', "model.depth = 10", "model.base_channels = 2")
CNN = (*IMAGES, 'model.kind = "cnn"', "model.depth = 1",
       'model.layers = ["conv 4 same", "batchnorm", "relu", "maxpool 2 stride 1", '
       '"conv 3 valid stride 2", "relu", "flatten", "dense 6", "relu"]')
# Batches drawn and changed at every step.
SGD = ("data.batch = 8", 'data.augment = ["flip", "crop", "mixup"]', "data.crop_padding = 2",
       "measure.kernel_samples = 12", "train.momentum = 0.5", "train.l2 = 0.001")

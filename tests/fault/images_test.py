"""Convolutional networks with batch norm on augmented batches, killed and continued bit for bit."""

import unittest

from faults import SHORT, Disturbed
from image_decks import CNN, SGD, WRN

KILLED = (*SHORT, *SGD, 'linearize.at = [2]', 'linearize.models = ["linear", "quadratic"]')


class Killed:
    def test_continues_bit_for_bit_with_its_twins(self):
        process = self.start(CATAPULT_FAULT="checkpoint-written:*:2")
        self.assertEqual(process.end(), 137, process.told)
        self.assertEqual(self.steps(), [4])
        self.assert_continues(4)


class WideResidual(Killed, Disturbed):
    lines = (*KILLED, *WRN)
    ranks = 3  # groups are spread over them


class Convolutional(Killed, Disturbed):
    lines = (*KILLED, *CNN)
    ranks = 2  # groups are whole


if __name__ == "__main__":
    unittest.main()

"""Measures a program of PyTorch: for each line of the input, so many seconds of steps.

The program is called with the sizes as JSON and the number of threads. For each number of seconds that it
reads, it prints how many seconds it took and how many units were done in them.
"""
import json
import sys
import time

import torch


def sizes():
    """What to measure; threads and seed are set on the way."""
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(1)
    return json.loads(sys.argv[1])


def answer(step):
    """step(i) makes the i-th step and gives the units that it did."""
    made = 0
    for line in sys.stdin:
        units = 0
        start = time.perf_counter()
        while True:
            units += step(made)
            made += 1
            seconds = time.perf_counter() - start
            if seconds >= float(line):
                break
        print(seconds, units, flush=True)

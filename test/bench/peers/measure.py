"""Measures a program of PyTorch: for each line of the input, so many seconds of steps.

The program is called with the sizes as JSON, the number of threads, and the device: cpu, as it is where none is
named, or cuda. For each number of seconds that it reads, it prints how many seconds it took and how many units
were done in them.
"""
import json
import sys
import time

import torch

device = sys.argv[3] if len(sys.argv) > 3 else "cpu"


def sizes():
    """What to measure; threads and seed are set on the way."""
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(1)
    return json.loads(sys.argv[1])


def wait():
    """Steps on a GPU are only asked for: until they are made, the clock says nothing."""
    if device == "cuda":
        torch.cuda.synchronize()


def answer(step):
    """step(i) makes the i-th step and gives the units that it did."""
    made = 0
    for line in sys.stdin:
        units = 0
        wait()
        start = time.perf_counter()
        while True:
            units += step(made)
            made += 1
            if time.perf_counter() - start >= float(line):
                break
        wait()
        print(time.perf_counter() - start, units, flush=True)

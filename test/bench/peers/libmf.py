"""LIBMF's shared library, called as its program mf-train is.

    libmf.py LIBRARY -f 0 -k FACTORS -t PASSES -s THREADS --quiet RATINGS MODEL

The first argument names the library; the model is not written. Without options it only loads the library.
"""
import ctypes
import sys


class Problem(ctypes.Structure):
    _fields_ = [("m", ctypes.c_int), ("n", ctypes.c_int), ("nnz", ctypes.c_long), ("r", ctypes.c_void_p)]


class Parameter(ctypes.Structure):
    _fields_ = (
        [(name, ctypes.c_int) for name in ("fun", "k", "nr_threads", "nr_bins", "nr_iters")]
        + [(name, ctypes.c_float) for name in ("lambda_p1", "lambda_p2", "lambda_q1", "lambda_q2", "eta", "alpha", "c")]
        + [(name, ctypes.c_bool) for name in ("do_nmf", "quiet", "copy_data")]
    )


library = ctypes.CDLL(sys.argv[1])
library.mf_get_default_param.restype = Parameter
library.mf_read_problem.restype = Problem
library.mf_read_problem.argtypes = [ctypes.c_char_p]
library.mf_train.restype = ctypes.c_void_p
library.mf_train.argtypes = [ctypes.POINTER(Problem), Parameter]

options = sys.argv[2:]
if options:
    value = lambda name: int(options[options.index(name) + 1])
    parameter = library.mf_get_default_param()
    parameter.fun = value("-f")
    parameter.k = value("-k")
    parameter.nr_iters = value("-t")
    parameter.nr_threads = value("-s")
    parameter.quiet = True
    problem = library.mf_read_problem(options[-2].encode())
    if not library.mf_train(ctypes.byref(problem), parameter):
        sys.exit("expected LIBMF to train, found that it did not")

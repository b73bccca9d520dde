"""Ratings as a mean, two biases and a product, by squared error and a penalty of all that a rating uses.

Plain descent or Adagrad; the gradients of the tables are dense.
"""
import torch
from measure import answer, device, sizes

s = sizes()
R, C, N, d, B = (s[name] for name in ("rows", "columns", "pairs", "dimensions", "batch"))
rows, columns = torch.nn.Embedding(R, d, device=device), torch.nn.Embedding(C, d, device=device)
row_bias, column_bias = (torch.nn.Parameter(torch.zeros(n, device=device)) for n in (R, C))
for table in rows, columns:
    torch.nn.init.normal_(table.weight, std=0.1)
optimiser = {"sgd": torch.optim.SGD, "adagrad": torch.optim.Adagrad}[s["optimiser"]](
    [*rows.parameters(), *columns.parameters(), row_bias, column_bias], lr=0.005
)
pair_rows, pair_columns = (torch.randint(0, n, (N,), device=device) for n in (R, C))
ratings = 1.0 + torch.arange(N, device=device) % 5


def step(i):
    first = i % (N // B) * B
    batch = slice(first, first + B)
    r, c = pair_rows[batch], pair_columns[batch]
    u, v, b, a = rows(r), columns(c), row_bias[r], column_bias[c]
    error = 3 + b + a + (u * v).sum(-1) - ratings[batch]
    penalty = u.square().sum() + v.square().sum() + b.square().sum() + a.square().sum()
    loss = error.square().mean() + 0.1 / B * penalty
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return B


answer(step)

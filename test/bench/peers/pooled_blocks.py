"""Rows as sums of vectors of their columns, cosines with a block of columns, softmax over the block; dense Adam.

The blocks lie ready: which rows, columns and cells they have is not drawn anew at each step.
"""
import torch
from measure import answer, device, sizes

s = sizes()
C, d = (s[name] for name in ("columns", "dimensions"))
inputs, columns = torch.nn.Embedding(C, d, device=device), torch.nn.Embedding(C, d, device=device)
bias = torch.nn.Parameter(torch.zeros(C, device=device))
adam = torch.optim.Adam([*inputs.parameters(), *columns.parameters(), bias], lr=0.01)
unit = torch.nn.functional.normalize
blocks = [
    (
        B,
        torch.randperm(C, device=device)[:K],
        *(torch.randint(0, n, (P,), device=device) for n in (B, K)),
        *(torch.randint(0, n, (J,), device=device) for n in (B, C)),
    )
    for B, K, P, J in s["blocks"]
]


def step(i):
    B, c, positive_rows, positive_columns, input_rows, input_columns = blocks[i % len(blocks)]
    pooled = torch.zeros(B, d, device=device).index_add(0, input_rows, inputs(input_columns))
    scores = 10 * unit(pooled, dim=1) @ unit(columns(c), dim=1).T + bias[c]
    loss = -torch.log_softmax(scores, 1)[positive_rows, positive_columns].mean()
    adam.zero_grad()
    loss.backward()
    adam.step()
    return scores.numel()


answer(step)

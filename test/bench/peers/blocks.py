"""Products of a block of rows with a block of columns, by binary cross-entropy over all its cells; dense Adam.

The blocks lie ready: which rows, columns and cells they have is not drawn anew at each step.
"""
import torch
from measure import answer, device, sizes

s = sizes()
R, C, d = (s[name] for name in ("rows", "columns", "dimensions"))
rows, columns = torch.nn.Embedding(R, d, device=device), torch.nn.Embedding(C, d, device=device)
adam = torch.optim.Adam([*rows.parameters(), *columns.parameters()], lr=1e-3)
loss_of = torch.nn.BCEWithLogitsLoss()
blocks = [
    (
        torch.randperm(R, device=device)[:B],
        torch.randperm(C, device=device)[:K],
        *(torch.randint(0, n, (P,), device=device) for n in (B, K)),
    )
    for B, K, P, _ in s["blocks"]
]


def step(i):
    r, c, positive_rows, positive_columns = blocks[i % len(blocks)]
    targets = torch.zeros(len(r), len(c), device=device)
    targets[positive_rows, positive_columns] = 1
    loss = loss_of(rows(r) @ columns(c).T, targets)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return targets.numel()


answer(step)

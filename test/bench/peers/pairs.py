"""Dot products of two embeddings by binary cross-entropy, each pair beside columns drawn at random; dense Adam."""
import torch
from measure import answer, device, sizes

s = sizes()
R, C, N, d, B, negatives = (s[name] for name in ("rows", "columns", "pairs", "dimensions", "batch", "negatives"))
rows, columns = torch.nn.Embedding(R, d, device=device), torch.nn.Embedding(C, d, device=device)
adam = torch.optim.Adam([*rows.parameters(), *columns.parameters()], lr=1e-3)
loss_of = torch.nn.BCEWithLogitsLoss()
pair_rows, pair_columns = (torch.randint(0, n, (N,), device=device) for n in (R, C))
targets = torch.zeros(B, 1 + negatives, device=device)
targets[:, 0] = 1


def step(i):
    first = i % (N // B) * B
    batch = slice(first, first + B)
    c = torch.cat([pair_columns[batch, None], torch.randint(0, C, (B, negatives), device=device)], 1)
    scores = (rows(pair_rows[batch])[:, None, :] * columns(c)).sum(-1)
    loss = loss_of(scores, targets)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return c.numel()


answer(step)

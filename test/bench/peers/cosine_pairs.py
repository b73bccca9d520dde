"""Cosines of two embeddings with a learned line on them, by binary cross-entropy; pairs drawn at random; dense Adam."""
import torch
from measure import answer, device, sizes

s = sizes()
R, C, N, d, B, negatives = (s[name] for name in ("rows", "columns", "pairs", "dimensions", "batch", "negatives"))
rows, columns = torch.nn.Embedding(R, d, device=device), torch.nn.Embedding(C, d, device=device)
line = torch.nn.Linear(1, 1, device=device)
adam = torch.optim.Adam([*rows.parameters(), *columns.parameters(), *line.parameters()], lr=1e-3, eps=1e-7)
loss_of = torch.nn.BCEWithLogitsLoss()
cosine = torch.nn.functional.cosine_similarity
pair_rows, pair_columns = (torch.randint(0, n, (N,), device=device) for n in (R, C))
targets = torch.zeros(B * (1 + negatives), device=device)
targets[:B] = 1


def step(i):
    first = i % (N // B) * B
    batch = slice(first, first + B)
    r = torch.cat([pair_rows[batch], torch.randint(0, R, (B * negatives,), device=device)])
    c = torch.cat([pair_columns[batch], torch.randint(0, C, (B * negatives,), device=device)])
    scores = line(cosine(rows(r), columns(c))[:, None])[:, 0]
    loss = loss_of(scores, targets)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return r.numel()


answer(step)

"""Two embeddings side by side through three dense layers with dropout, by squared error of ratings; dense Adam."""
import torch
from measure import answer, device, sizes

s = sizes()
R, C, N, d, B = (s[name] for name in ("rows", "columns", "pairs", "dimensions", "batch"))
rows, columns = torch.nn.Embedding(R, d, device=device), torch.nn.Embedding(C, d, device=device)
layers = [torch.nn.Dropout(0.05)]
width = 2 * d
for units, dropout in (500, 0.5), (500, 0.5), (500, 0.25):
    layers += [torch.nn.Linear(width, units), torch.nn.ReLU(), torch.nn.Dropout(dropout)]
    width = units
net = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1), torch.nn.Sigmoid()).to(device)
parameters = [*rows.parameters(), *columns.parameters(), *net.parameters()]
adam = torch.optim.Adam(parameters, lr=1e-3, weight_decay=1e-5)
loss_of = torch.nn.MSELoss()
pair_rows, pair_columns = (torch.randint(0, n, (N,), device=device) for n in (R, C))
ratings = 1.0 + torch.arange(N, device=device) % 5


def step(i):
    first = i % (N // B) * B
    batch = slice(first, first + B)
    predicted = 5 * net(torch.cat([columns(pair_columns[batch]), rows(pair_rows[batch])], 1))[:, 0] + 0.5
    loss = loss_of(predicted, ratings[batch])
    adam.zero_grad()
    loss.backward()
    adam.step()
    return B


answer(step)

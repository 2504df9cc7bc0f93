"""Ten steps of PyTorch's optimizers on a quadratic: the numbers in torch_steps.json.

    python3 torch_steps.py > torch_steps.json        (PyTorch 2.15.0, CPU)

The loss is ½ Σ c (θ − 1)², computed in double precision, from one start; gradients are clipped where `clip` or `value`
says so.
"""

import json

import torch

CURVATURES = [1.0, 0.1, 10.0, 3.0]
START = [1.5, -2.0, 0.5, 0.0]

CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.05), {}),
    "sgd-momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9), {}),
    "sgd-nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True), {}),
    "sgd-penalty": (torch.optim.SGD, dict(lr=0.05, momentum=0.5, weight_decay=0.1), {}),
    "adam": (torch.optim.Adam, dict(lr=0.05), {}),
    "adam-betas": (torch.optim.Adam, dict(lr=0.05, betas=(0.5, 0.9), eps=1e-3), {}),
    "adam-penalty": (torch.optim.Adam, dict(lr=0.05, weight_decay=0.1), {}),
    "adamw": (torch.optim.AdamW, dict(lr=0.05, weight_decay=0.1), {}),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01), {}),
    "rmsprop-momentum": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, momentum=0.8), {}),
    "rmsprop-centered": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.9, centered=True), {}),
    "clip-norm": (torch.optim.SGD, dict(lr=0.05), dict(clip=2.0)),
    "clip-value": (torch.optim.SGD, dict(lr=0.05), dict(value=0.7)),
    "warm-up": (torch.optim.SGD, dict(lr=0.05), dict(schedule="warm-up")),
    "cosine": (torch.optim.SGD, dict(lr=0.05), dict(schedule="cosine")),
    "linear": (torch.optim.SGD, dict(lr=0.05), dict(schedule="linear")),
    "steps": (torch.optim.SGD, dict(lr=0.05), dict(schedule="steps")),
    "warm-up-cosine": (torch.optim.SGD, dict(lr=0.05), dict(schedule="warm-up-cosine")),
}


def schedule(name, optimizer):
    rates = torch.optim.lr_scheduler
    if name == "warm-up":
        return rates.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    if name == "cosine":
        return rates.CosineAnnealingLR(optimizer, T_max=9, eta_min=0.005)
    if name == "linear":
        return rates.LinearLR(optimizer, start_factor=1.0, end_factor=0.1, total_iters=9)
    if name == "steps":
        return rates.MultiStepLR(optimizer, milestones=[5, 8], gamma=0.3)
    warm = rates.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    return rates.SequentialLR(optimizer, [warm, rates.CosineAnnealingLR(optimizer, T_max=5, eta_min=0.005)], [4])


def run(make, settings, extra):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    curvatures = torch.tensor(CURVATURES, dtype=torch.float64)
    optimizer = make([theta], **settings)
    rates = schedule(extra["schedule"], optimizer) if "schedule" in extra else None
    steps = []
    for _ in range(10):
        optimizer.zero_grad()
        (0.5 * curvatures * (theta - 1) ** 2).sum().backward()
        if "clip" in extra:
            torch.nn.utils.clip_grad_norm_([theta], extra["clip"])
        if "value" in extra:
            torch.nn.utils.clip_grad_value_([theta], extra["value"])
        optimizer.step()
        if rates:
            rates.step()
        steps.append(theta.tolist())
    return steps


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(run(*case))}" for name, case in CASES.items()]
    print("{\n" + ",\n".join(lines) + "\n}")

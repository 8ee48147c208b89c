"""The forces and steps of the paper in float64 PyTorch, on a small pair whose weights and random numbers are given.

python reference.py < inputs.json > expected.json

Written from the formulas alone: potentials are differentiated by autograd with respect to the latents, nothing is shared with the
TypeScript. `inputs` and `expected` of fixture.json are what goes in and comes out.
"""

import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def tensors(value):
    if isinstance(value, dict):
        if "shape" in value:
            return torch.tensor(value["data"]).reshape(value["shape"])
        return {name: tensors(entry) for name, entry in value.items()}
    return value


given = tensors(json.load(sys.stdin))
W = given["weights"]
w_avg = given["average"]


def embed(w):
    """e = F(crop(G(w))), a unit vector; the two images have the same framing and size, so that the crop changes nothing."""
    hidden = torch.tanh(w @ W["g1"] + W["g1_bias"])
    image = torch.tanh(hidden @ W["g2"] + W["g2_bias"]).reshape(-1, 3, 8, 8)
    unit = (image + 1) / 2
    mean, std = (torch.tensor(given["standardised"][name]).reshape(1, 3, 1, 1) for name in ("mean", "std"))
    x = (unit - mean) / std
    x = torch.nn.functional.conv2d(x, W["r1"], W["r1_bias"], stride=2, padding=1)
    x = torch.nn.functional.leaky_relu(x, 0.2).flatten(1)
    e = x @ W["r2"] + W["r2_bias"]
    return e / e.norm(dim=1, keepdim=True)


def angles(a, b):
    return torch.arccos(a @ b.T)


def descent(potential, w):
    """-dU/dw."""
    w = w.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(potential(w), w)
    return -gradient


def interaction(w, k, d0):
    """Every other identity is held fixed while one is differentiated."""
    held = embed(w).detach()
    # Chosen before the arccos, whose derivative at 1 is infinite.
    others = ~torch.eye(len(w), dtype=torch.bool)
    theta = lambda w: torch.arccos((embed(w) @ held.T)[others])
    return descent(lambda w: (k / 2 * torch.relu(d0 - theta(w)) ** 2).sum(), w)


def gallery_force(w, gallery, k, d_c):
    return descent(lambda w: (k / 2 * torch.relu(d_c - angles(embed(w), gallery)) ** 2).sum(), w)


def least_distance(w):
    return min((w[i] - w[j]).norm() for i in range(len(w)) for j in range(i))


def langevin(w, p, noise, timestep):
    k = p["repulsionCoefficient"]
    force = interaction(w, k, p["repulsionRadius"])
    force = force + gallery_force(w, given["gallery"], k, p["constantDistance"])
    force = force + p["latentForce"] * (w_avg - w)
    mu = p["viscousCoefficient"]
    dt = timestep
    if timestep < 0:
        dt = float(-timestep * mu * least_distance(w) / force.norm(dim=1).max())
    moved = w + dt / mu * force + dt**0.5 / mu * p["randomForce"] * noise
    return {"latents": moved, "timestep": dt}


def dispersion_forces(w, reference, p):
    """Of the variations [A, D] of one identity."""
    theta = lambda w: angles(embed(w), embed(reference[None]).detach())
    pairs = [(a, b) for a in range(len(w)) for b in range(a)]
    apart = lambda w: sum(
        p["latentCoefficient"] / 2 * torch.relu(p["latentRadius"] - (w[a] - w[b]).norm()) ** 2 for a, b in pairs
    )
    return {
        "embedding": descent(lambda w: (p["embeddingCoefficient"] / 4 * theta(w) ** 2).sum(), w),
        "repulsion": descent(apart, w),
        "global": p["latentGlobalCoefficient"] * (w_avg - w),
    }


def dispersion(w, reference, p, noise, timestep):
    force = sum(dispersion_forces(w, reference, p).values())
    mu = p["viscousCoefficient"]
    dt = timestep
    if timestep < 0:
        dt = float(-timestep * mu * least_distance(w) / force.norm(dim=1).max())
    return w + dt / mu * (force + p["randomForce"] * noise)


def disco_initial(reference, p, noise, uniform):
    """noise [A, D], uniform [A, K] on (0, 1)."""
    w = reference + p["initialNoise"] * noise
    for d, direction in enumerate(given["directions"]):
        scaling = p[direction["covariate"] + "Scaling"]
        c = scaling * max(-direction["negativeMean"], direction["positiveMean"]) * torch.tensor(direction["normal"])
        w = w + (uniform[:, d : d + 1] - 0.5) * c
    return w


def neutral(w):
    """The nearest latent whose components along the directions are 0, 0 and the neutral mean of smile."""
    wanted = [(d, 0.0) for d in given["directions"] if d["covariate"] != "expression"]
    wanted += [(d, d["negativeMean"]) for d in given["directions"] if d["positive"] == "smile"]
    N = torch.tensor([d["normal"] for d, _ in wanted])
    targets = torch.tensor([value for _, value in wanted])
    return w + (torch.linalg.pinv(N) @ (targets - w @ N.T).T).T


w = given["latents"]
lp, dp, rp = given["langevin"], given["dispersion"], given["repulse"]
references = w[:2]
variations = given["variations"]
groups = [dispersion_forces(variations[i], references[i], dp) for i in range(2)]
expected = {
    "embeddings": embed(w),
    "interaction": interaction(w, lp["repulsionCoefficient"], lp["repulsionRadius"]),
    "gallery": gallery_force(w, given["gallery"], lp["repulsionCoefficient"], lp["constantDistance"]),
    "latent": lp["latentForce"] * (w_avg - w),
    "langevinFixed": langevin(w, lp, given["langevinNoise"], lp["timestep"]),
    "langevinAdaptive": langevin(w, lp, given["langevinNoise"], lp["adaptive"]),
    "repulse": gallery_force(w[4:], embed(w[:4]), rp["repulsionCoefficient"], rp["interClassThreshold"]),
    **{f"dispersion{name.title()}": torch.stack([g[name] for g in groups]) for name in groups[0]},
    **{
        f"dispersion{name}": torch.stack(
            [dispersion(variations[i], references[i], dp, given["dispersionNoise"][i], dp[key]) for i in range(2)]
        )
        for name, key in (("Fixed", "timestep"), ("Adaptive", "adaptive"))
    },
    "disco": torch.stack(
        [disco_initial(references[i], dp, given["initialNoise"][i], given["initialUniform"][i]) for i in range(2)]
    ),
    "neutral": neutral(w),
}


def plain(value):
    if isinstance(value, torch.Tensor):
        return {"shape": list(value.shape), "data": value.flatten().tolist()}
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    return value


json.dump(plain(expected), sys.stdout)

"""A neural network from scratch: the playground's default network and training, in NumPy and nothing else.

Dense layers with tanh, one sigmoid unit at the end, binary cross-entropy, backpropagation, and stochastic
gradient descent on mini-batches. Run it with `python examples/from_scratch.py`.
"""

import numpy as np

UNITS = [2, 4, 2, 1]
LEARNING_RATE, BATCH_SIZE = 0.03, 10
POINTS, SPLIT, WEIGHTS, SHUFFLE = 0, 1, 2, 4  # what random numbers are for; each purpose has its own


def generator(purpose, epoch=0, layer=0, seed=0):
    return np.random.default_rng(np.array([seed, purpose, epoch, layer], np.uint32))


def samples(n=500):
    """A disc (class 1) within a ring (class 0); half of the points, as many of each class, for training."""
    t, rng = np.arange(n) % 2, generator(POINTS)
    inner, outer = np.where(t == 1, 0, 3.5), np.where(t == 1, 2.5, 5)
    radius, angle = np.sqrt(rng.uniform(inner**2, outer**2)), rng.uniform(0, 2 * np.pi, n)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    order = generator(SPLIT).permutation(n)
    rank = np.where(t[order] == 1, np.cumsum(t[order]), np.cumsum(1 - t[order]))
    train = order[np.argsort(rank, kind="stable")][: n // 2]
    return x[train].astype(np.float32), t[train, None].astype(np.float32)


def initial(layer, inputs, units):
    """Weights uniform within ``sqrt(6 / (inputs + units))`` of 0 (Glorot and Bengio 2010), biases 0."""
    limit = np.sqrt(6 / (inputs + units))
    W = generator(WEIGHTS, layer=layer).uniform(-limit, limit, (inputs, units))
    return W.astype(np.float32), np.zeros((1, units), np.float32)


def forward(network, x):
    """Outputs of each layer, the inputs first; of the last one, its sums z."""
    a = [x]
    for i, (W, b) in enumerate(network):
        z = a[-1] @ W + b
        a.append(np.tanh(z) if i < len(network) - 1 else z)
    return a


def loss(z, t):
    """Binary cross-entropy, ``-t log p - (1 - t) log(1 - p)`` with ``p = sigmoid(z)``, without overflow."""
    return np.mean(np.logaddexp(0, z) - t * z)


def step(network, x, t):
    """Backpropagation: from dloss/dz of the last layer down to the first; each moves against its gradient."""
    a = forward(network, x)
    dz = (1 / (1 + np.exp(-a[-1])) - t) / len(x)  # sigmoid and cross-entropy together: p - t
    for i in reversed(range(len(network))):
        W, b = network[i]
        dW, db, da = a[i].T @ dz, dz.sum(axis=0), dz @ W.T
        dz = da * (1 - a[i] ** 2)  # the slope of tanh, for the layer below
        W -= LEARNING_RATE * dW
        b -= LEARNING_RATE * db


def train(epochs):
    """Loss of the training samples after each epoch."""
    (x, t), losses = samples(), []
    network = [initial(i, *UNITS[i : i + 2]) for i in range(len(UNITS) - 1)]
    for epoch in range(epochs):
        order = generator(SHUFFLE, epoch).permutation(len(x))
        for batch in np.split(order, len(x) // BATCH_SIZE):
            step(network, x[batch], t[batch])
        losses.append(loss(forward(network, x)[-1], t))
    return losses


if __name__ == "__main__":
    for epoch, value in enumerate(train(100), 1):
        if epoch % 10 == 0:
            print(f"epoch {epoch:3}: loss {value:.4f}")

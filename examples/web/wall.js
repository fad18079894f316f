/* wall.js - the model of the paper's figure 6, and gradient descent on its error
 *
 * A single unit without input, x_t = w s(x_{t-1}) + b with the logistic function s, starts from
 * x_0 = 0.5. After 50 steps its error is E = (s(x_50) - 0.7)^2 (the paper's equation 8). Model,
 * rate and starts are those of `srnn figure wall` (src/commands/figure_maps.c). */
'use strict';

const WALL = { STEPS: 50, START: 0.5, TARGET: 0.7, RATE: 0.1, W: [4.6, 5.4], B: [-2.8, -2.0] };

function logistic(x) {
    return 1 / (1 + Math.exp(-x));
}

/* The error at (w, b), and its derivatives. */
function errorAt(w, b) {
    let [x, byW, byB] = [WALL.START, 0, 0];
    for (let t = 0; t < WALL.STEPS; t++) {
        const s = logistic(x);
        const slope = w * s * (1 - s);
        byW = s + slope * byW;
        byB = 1 + slope * byB;
        x = w * s + b;
    }
    const s = logistic(x);
    const outer = 2 * (s - WALL.TARGET) * s * (1 - s);
    return { error: (s - WALL.TARGET) ** 2, byW: outer * byW, byB: outer * byB };
}

/* The b of the wall at w: there the start is the border between the two basins of attraction, the
 * unstable point of rest 0.5 = w s(0.5) + b. */
function wallAt(w) {
    return WALL.START - w * logistic(WALL.START);
}

/* The points of gradient descent from (w, b): { w, b, error, norm }, `count` + 1 of them. A
 * gradient whose norm is at least `threshold` is shortened to it. */
function descend(w, b, threshold, count) {
    const points = [];
    for (let i = 0; i <= count; i++) {
        const { error, byW, byB } = errorAt(w, b);
        const norm = Math.hypot(byW, byB);
        points.push({ w, b, error, norm });
        const factor = norm >= threshold ? threshold / norm : 1;
        w -= WALL.RATE * factor * byW;
        b -= WALL.RATE * factor * byB;
    }
    return points;
}

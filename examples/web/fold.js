/* fold.js - the paper's figure 3: where a unit comes to rest, as its bias moves
 *
 * A single logistic unit, x_{t+1} = 5 s(x_t) + b. Its points of rest for a bias are those x with
 * b = x - 5 s(x); one is stable where the slope 5 s'(x) of a step is below 1. The numbers are those
 * of `srnn figure bifurcation`. */
'use strict';

const FOLD = { WEIGHT: 5, B: [-4, -1], X: [-4, 4] };

const biasOf = (x) => x - FOLD.WEIGHT * logistic(x);
const nextState = (x, b) => FOLD.WEIGHT * logistic(x) + b;
const slopeAt = (x) => FOLD.WEIGHT * logistic(x) * (1 - logistic(x));

/* The x > 0 where the slope is 1. The branches meet there and at -x. */
function foldState() {
    const s = (1 + Math.sqrt(1 - 4 / FOLD.WEIGHT)) / 2;
    return Math.log(s / (1 - s));
}

/* The points of rest at a bias, in ascending order: one, or three of which the second is unstable.
 * biasOf rises, falls and rises again, so that each part has at most one. */
function pointsOfRest(b) {
    const turn = foldState();
    const found = [];
    for (let [low, high] of [
        [-9, -turn],
        [turn, -turn],
        [turn, 9],
    ]) {
        if ((biasOf(low) - b) * (biasOf(high) - b) > 0) {
            continue;
        }
        for (let i = 0; i < 60; i++) {
            const middle = (low + high) / 2;
            biasOf(low) < b === biasOf(middle) < b ? (low = middle) : (high = middle);
        }
        found.push((low + high) / 2);
    }
    return found;
}

/* The derivative of the state after `steps` steps by the state now. */
function derivativeThrough(x, b, steps) {
    let product = 1;
    for (let t = 0; t < steps; t++) {
        product *= slopeAt(x);
        x = nextState(x, b);
    }
    return product;
}

/* The part of the curve of points of rest between two states, as the line of a chart. */
function branch(from, to) {
    const states = Array.from({ length: 101 }, (_, i) => from + ((to - from) * i) / 100);
    return [states.map(biasOf), states];
}

const SETTLED = 1e-4; /* the least step that is still shown */
const PACE = 60; /* milliseconds a step */

class Fold {
    b = -2;
    x = pointsOfRest(-2)[0];
    states = [this.x]; /* since bias or state were last moved by hand */
    timer = 0;

    constructor(motion) {
        this.motion = motion;
        const turn = foldState();
        this.branches = [branch(-4.2, -turn), branch(-turn, turn), branch(turn, 4.2)];
        this.diagram = new Chart(this.part('canvas'), () => this.drawDiagram());
        this.map = new Chart(this.part('map'), () => this.drawMap());
        const value = (id) => Number(this.part(id).value);
        this.part('bias').addEventListener('input', () => this.move(value('bias'), this.x));
        this.part('state').addEventListener('input', () => this.move(this.b, value('state')));
        this.part('border').addEventListener('click', () =>
            this.move(this.b, pointsOfRest(this.b)[1]),
        );
        onDrag(this.part('canvas'), {
            begin: (at) => {
                this.move(this.biasAt(at), this.x);
                return this.b;
            },
            move: (b, across) => this.move(b + this.biasAt(across) - this.biasAt(0), this.x),
        });
        this.show();
    }

    part(id) {
        return document.getElementById(`fold-${id}`);
    }

    biasAt(across) {
        const { left, right } = this.diagram.area;
        return FOLD.B[0] + ((across - left) / (right - left)) * (FOLD.B[1] - FOLD.B[0]);
    }

    move(b, x) {
        const within = (value, [low, high]) => Math.min(high, Math.max(low, value));
        this.b = within(b, FOLD.B);
        this.x = within(x, FOLD.X);
        this.states = [this.x];
        if (!this.timer) {
            this.settle();
        }
        this.show();
    }

    /* Take steps until the unit rests: one now and then, or all at once without motion. */
    settle() {
        this.timer = 0;
        while (Math.abs(nextState(this.x, this.b) - this.x) >= SETTLED && !this.timer) {
            this.x = nextState(this.x, this.b);
            this.states.push(this.x);
            if (!this.motion.reduced()) {
                this.timer = setTimeout(() => this.settle(), PACE);
            }
        }
        this.show();
    }

    show() {
        const rest = pointsOfRest(this.b);
        const number = (value) => plainNumber(value, 0.001);
        this.part('bias').value = this.b;
        this.part('state').value = this.x;
        this.part('bias-value').textContent = number(this.b);
        this.part('state-value').textContent = number(this.x);
        this.part('border').disabled = rest.length < 3;
        this.part('rest').textContent =
            rest.length === 3
                ? `${number(rest[0])} and ${number(rest[2])}, with the border at ${number(rest[1])}`
                : number(rest[0]);
        this.part('derivative').textContent = roughNumber(derivativeThrough(this.x, this.b, 50));
        this.diagram.refresh();
        this.map.refresh();
    }

    drawDiagram() {
        const [low, middle, high] = this.branches;
        const turn = foldState();
        const name = (text, bias, state, more) => ({
            text,
            at: [bias, state],
            colour: 'ink',
            ...more,
        });
        const left = { align: 'right', right: -9, up: -4 };
        return {
            x: { label: 'bias b', low: FOLD.B[0], high: FOLD.B[1] },
            y: { label: 'state x', low: FOLD.X[0], high: FOLD.X[1] },
            marks: [
                { upright: this.b, colour: 'accent' },
                { line: low },
                { line: high },
                { line: middle, dash: [5, 4] },
                { points: [[-turn, turn].map(biasOf), [-turn, turn]], radius: 4 },
                name('stable', -3.3, -2.9, { up: -18 }),
                name('stable', -1.6, 3.2, { align: 'right', up: 8 }),
                name('unstable', -2.5, 0, left),
                name('b₁', biasOf(-turn), -turn, { right: 9, up: -4 }),
                name('b₂', biasOf(turn), turn, left),
                { points: [[this.b], [this.x]], colour: 'accent', radius: 7 },
            ],
        };
    }

    drawMap() {
        const [low, high] = FOLD.X;
        const xs = Array.from({ length: 81 }, (_, i) => low + ((high - low) * i) / 80);
        const rest = pointsOfRest(this.b);
        /* Up or down to the curve, then across to the diagonal: a step. */
        const web = [[], []];
        this.states.slice(-30).forEach((state, i, last) => {
            web[0].push(state, state);
            web[1].push(state, last[i + 1] ?? state);
        });
        return {
            x: { label: 'state x', low, high },
            y: { label: 'state after one more step, 5 s(x) + b', low, high },
            marks: [
                { line: [FOLD.X, FOLD.X], colour: 'muted', width: 1.5, dash: [5, 4] },
                { line: [xs, xs.map((x) => nextState(x, this.b))] },
                { line: web, colour: 'accent', width: 1.5 },
                { points: [rest, rest], radius: 4 },
                { points: [[this.x], [this.x]], colour: 'accent', radius: 7 },
            ],
        };
    }
}

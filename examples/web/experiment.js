/* experiment.js - examples/train.c in JavaScript, with other settings too
 *
 * With the default settings it draws the same numbers and calls the same functions as the C
 * program, and so ends in the same bits. What is measured besides has a generator of its own. */
'use strict';

const BATCH = 20,
    TEST = 1000,
    HIDDEN = 50,
    SYMBOLS = 6,
    CLASSES = 4;
const UPDATES = 20000; /* the most of them */
const TEST_EVERY = 500; /* updates */
const PROBE = 100; /* sequences on which the gradient is measured by lag */
const MOST_LOSS = 1e30; /* the largest that srnn_clipper_tell accepts */

/* Starts: activation and initialiser, as srnn.h names them. */
const STARTS_OF_TRAINING = {
    'smart-tanh': ['HIDDEN_TANH', 'START_SMART_TANH'],
    'basic-tanh': ['HIDDEN_TANH', 'START_BASIC_TANH'],
    'basic-sigmoid': ['HIDDEN_SIGMOID', 'START_BASIC_SIGMOID'],
    orthogonal: ['HIDDEN_TANH', 'START_ORTHOGONAL'],
    identity: ['HIDDEN_RELU', 'START_IDENTITY'],
};

/* ids [steps x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and one
 * just after the middle; 2 to 5 distract. */
function drawSequences(random, steps, count) {
    const ids = Uint32Array.from({ length: steps * count }, () => 2 + random.below(4));
    const classes = new Uint32Array(count);
    const tenth = Math.floor(steps / 10);
    for (let s = 0; s < count; s++) {
        const first = random.below(2);
        const second = random.below(2);
        ids[(tenth + random.below(tenth)) * count + s] = first;
        ids[(Math.floor(steps / 2) + random.below(tenth)) * count + s] = second;
        classes[s] = first + 2 * second;
    }
    return { ids, classes };
}

/* FNV-1a of 64 bits over the values as 32-bit words, least significant byte first. */
function hashOf(values) {
    let hash = 0xcbf29ce484222325n;
    for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length)) {
        for (let shift = 0; shift < 32; shift += 8) {
            hash = BigInt.asUintN(64, (hash ^ BigInt((word >>> shift) & 255)) * 0x100000001b3n);
        }
    }
    return hash.toString(16).padStart(16, '0');
}

/* settings: { steps, seed, start, radius, clip, threshold, omega, rate }. `radius` scales w_rec to
 * that spectral radius; null leaves it as drawn. `clip` is 'fixed', 'auto' or 'off'. The last four
 * may change between updates, by adjust(). */
class Experiment {
    constructor(srnn, settings) {
        const { steps, seed, start, radius } = settings;
        const [activation, initializer] = STARTS_OF_TRAINING[start].map((name) => srnn[name]);
        this.srnn = srnn;
        this.steps = steps;
        this.model = new srnn.Model(SYMBOLS, HIDDEN, CLASSES, activation, srnn.OUTPUT_SOFTMAX);
        this.random = new srnn.Random(seed, 0);
        this.model.initialize(initializer, this.random);
        const flags = srnn.WORKSPACE_LAST_OUTPUT;
        this.workspace = new srnn.Workspace(this.model, steps, BATCH, flags);
        this.tester = new srnn.Workspace(
            this.model,
            steps,
            TEST,
            flags | srnn.WORKSPACE_FORWARD_ONLY,
        );
        this.prober = new srnn.Workspace(
            this.model,
            steps,
            PROBE,
            flags | srnn.WORKSPACE_KEEP_FLOW,
        );
        this.batch = new srnn.Batch();
        this.regularizer = new srnn.Regularizer(this.model, srnn.OMEGA_PAPER);
        this.clipper = new srnn.Clipper(srnn.CLIP_NORM);
        this.optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, this.model.parameterCount);
        this.gradient = new srnn.Floats(this.model.parameterCount);
        this.unused = new srnn.Floats(this.model.parameterCount); /* the gradient of a probe */
        const other = new srnn.Random(seed, 1);
        this.probed = drawSequences(other, steps, PROBE);
        other.dispose();
        this.updates = 0;
        this.wrong = TEST;
        if (radius !== null) {
            this.scaleTo(radius);
        }
        this.adjust(settings);
    }

    dispose() {
        Object.values(this).forEach((object) => object?.dispose?.());
    }

    adjust({ clip, threshold, omega, rate }) {
        const { srnn, clipper } = this;
        clipper.set(srnn.CLIP_RULE, clip === 'auto' ? srnn.CLIP_RULE_AUTO : srnn.CLIP_RULE_FIXED);
        clipper.set(srnn.CLIP_THRESHOLD, clip === 'off' ? Infinity : threshold);
        this.regularizer.set(srnn.OMEGA_WEIGHT, omega);
        this.optimizer.set(srnn.OPTIMIZER_RATE, rate);
    }

    /* The recurrent matrix [HIDDEN x HIDDEN], in the module's memory. */
    recurrent() {
        const { offset } = this.model.tensors.find(({ name }) => name === 'w_rec');
        return this.model.parameters.subarray(offset, offset + HIDDEN * HIDDEN);
    }

    spectrum() {
        return this.srnn.spectrum(this.recurrent(), HIDDEN);
    }

    scaleTo(radius) {
        const { radius: drawn } = this.spectrum();
        const matrix = this.recurrent();
        matrix.forEach((weight, i) => (matrix[i] = (weight * radius) / drawn));
    }

    show(workspace, { ids, classes }) {
        this.batch.begin(this.steps, classes.length);
        this.batch.inputIds(ids, classes.length, 1);
        this.batch.targetIds(classes, 0, 1);
        workspace.forward(this.model, this.batch);
    }

    /* One update. Returns its mean loss, the gradient's norm before clipping, the threshold that it
     * met, and Omega. Throws an SrnnError of code E_NONFINITE when the gradient is no number. */
    update() {
        const { srnn, model, batch, workspace, clipper, gradient, optimizer } = this;
        this.show(workspace, drawSequences(this.random, this.steps, BATCH));
        gradient.array.fill(0);
        const { loss, weight } = workspace.loss(model, batch, 1 / BATCH);
        workspace.backward(model, this.regularizer, gradient);
        const omega = this.regularizer.apply(model, gradient);
        if (clipper.get(srnn.CLIP_RULE) !== srnn.CLIP_RULE_FIXED) {
            /* A loss that the clipper refuses does not end the run: the gradient decides that. */
            const told = loss / weight <= MOST_LOSS ? loss / weight : MOST_LOSS;
            clipper.tell(told, optimizer.get(srnn.OPTIMIZER_RATE), this.steps);
        }
        const norm = clipper.apply(model, gradient);
        optimizer.step(model.parameters, gradient);
        this.updates++;
        return { loss: loss / weight, norm, threshold: clipper.get(srnn.CLIP_USED), omega };
    }

    /* Returns how many of TEST new sequences are answered wrongly. */
    test() {
        this.show(this.tester, drawSequences(this.random, this.steps, TEST));
        this.wrong = this.tester.countErrors(this.model, this.batch).wrongSequences;
        return this.wrong;
    }

    finished() {
        return this.wrong === 0 || this.updates >= UPDATES;
    }

    /* The norm of the error by lag, |dE/dh_{T-lag}| / |dE/dh_T|: three arrays [steps] with the
     * quantiles 10 %, 50 % and 90 % over the sequences of the probe. */
    flow() {
        const { model, batch, prober, steps } = this;
        this.show(prober, this.probed);
        prober.loss(model, batch, 1);
        prober.backward(model, null, this.unused);
        const { data, stepStride, sequenceStride } = prober.view(this.srnn.VIEW_FLOW);
        const quantiles = [0.1, 0.5, 0.9].map(() => new Float32Array(steps));
        const ratios = new Float32Array(PROBE);
        for (let lag = 0; lag < steps; lag++) {
            for (let s = 0; s < PROBE; s++) {
                const last = data[(steps - 1) * stepStride + s * sequenceStride];
                ratios[s] = data[(steps - 1 - lag) * stepStride + s * sequenceStride] / last;
            }
            ratios.sort();
            [0.1, 0.5, 0.9].forEach(
                (share, i) => (quantiles[i][lag] = ratios[Math.floor(share * PROBE)]),
            );
        }
        return quantiles;
    }

    hash() {
        return hashOf(this.model.parameters);
    }
}

/* train_hash.mjs - tests/exact/train_hash.c with the WebAssembly module: the same hash
 *
 *     node tests/wasm/train_hash.mjs PACKAGE
 *
 * Prints what a line of train_hash.c begins with. The courses are read from that file. There are no
 * threads, which the hash does not depend on. */
import { readFileSync } from 'node:fs';
import { HASH_START, hashDoubles, hashFloats } from './hash.mjs';
import { loadPackage } from './package.mjs';

const srnn = await loadPackage(process.argv[2]);
const MAX_STEPS = 12, SEQUENCES = 4, PAIRS = MAX_STEPS * SEQUENCES;

/* The fields of `struct course` and the rows of `courses`, as an array of objects. */
function readCourses() {
    const code = readFileSync(new URL('../exact/train_hash.c', import.meta.url), 'utf8')
        .replace(/\/\*[^]*?\*\//g, '');
    const fields = code
        .match(/struct course {([^}]*)}/)[1]
        .replace(/\[2\]/g, '')
        .match(/\w+(?=[,;])/g);
    const rows = code
        .match(/courses\[\] = {([^]*?)\n};/)[1]
        .replace(/SRNN_/g, 'srnn.')
        .replace(/{/g, '[')
        .replace(/}/g, ']');
    return Function('srnn', `return [${rows}];`)(srnn).map((row) =>
        Object.fromEntries(fields.map((field, i) => [field, row[i]])),
    );
}

/* What is drawn for each step of training, time-major and dense. */
function draw(course, random) {
    const { inputs, outputs } = course;
    const steps = MAX_STEPS - random.below(3);
    const data = {
        steps,
        input: new Float32Array(PAIRS * inputs).map(() => 2 * random.uniform() - 1),
        ids: new Uint32Array(PAIRS),
        mask: new Uint8Array(PAIRS),
        weights: new Float32Array(PAIRS),
        target: new Float32Array(PAIRS * outputs),
    };
    for (let i = 0; i < PAIRS; i++) {
        data.ids[i] = random.below(inputs);
        data.mask[i] = random.below(8);
        data.weights[i] = 0.5 + random.uniform();
    }
    data.lengths = new Uint32Array(SEQUENCES).map(() => random.below(steps + 1));
    const before = (i) => (i >= 2 * SEQUENCES ? i - 2 * SEQUENCES : i);
    data.targetIds = data.ids.map((_, i) => data.ids[before(i)] % outputs);
    data.target.forEach((_, k) => {
        const at = before(Math.floor(k / outputs)) * inputs + ((k % outputs) % inputs);
        data.target[k] = 0.5 + 0.5 * data.input[at];
    });
    return data;
}

function describe(batch, data, course, step) {
    const targetStep = step % 4 === 3 ? 0 : SEQUENCES;
    batch.begin(data.steps, SEQUENCES);
    if (step % 2 === 0) {
        batch.inputIds(data.ids, SEQUENCES, 1);
    } else {
        batch.input(data.input, SEQUENCES * course.inputs, course.inputs);
    }
    if (step % 3 === 0) {
        batch.lengths(data.lengths);
    }
    if (step % 5 === 0) {
        batch.mask(data.mask, SEQUENCES, 1);
    }
    if (step % 7 === 0) {
        batch.weights(data.weights, targetStep, 1);
    }
    if (course.output === srnn.OUTPUT_SOFTMAX && step % 6 < 3) {
        batch.targetIds(data.targetIds, targetStep, 1);
    } else {
        batch.target(data.target, targetStep * course.outputs, course.outputs);
    }
}

/* A whole course; goes on from `hash` with the results, the parameters and their spectrum. */
function take(course, hash) {
    const random = new srnn.Random(20130616, course.hidden);
    const { inputs, hidden, outputs } = course;
    const kinds = [course.activation, course.output, course.flags];
    const model = new srnn.Model(inputs, hidden, outputs, ...kinds);
    model.initialize(course.initializer, random);
    const batch = new srnn.Batch();
    const flags =
        srnn.WORKSPACE_KEEP_HIDDEN_GRADIENT |
        srnn.WORKSPACE_KEEP_INPUT_GRADIENT |
        srnn.WORKSPACE_KEEP_FLOW |
        course.frugal;
    const workspace = new srnn.Workspace(model, MAX_STEPS, SEQUENCES, flags);
    if (course.error_limit > 0) {
        workspace.set(srnn.WORKSPACE_ERROR_LIMIT, course.error_limit);
    }
    const regularizer = course.omega === 0 ? null : new srnn.Regularizer(model, course.omega);
    regularizer?.set(srnn.OMEGA_WEIGHT, 0.5);
    const clipper = new srnn.Clipper(course.clipper);
    clipper.set(srnn.CLIP_THRESHOLD, course.threshold);
    const optimizers = course.optimizer.map((kind, half) => {
        const optimizer = new srnn.Optimizer(kind, model.parameterCount);
        optimizer.set(srnn.OPTIMIZER_RATE, course.rate[half]);
        return optimizer;
    });
    const gradient = new Float32Array(model.parameterCount);
    for (let step = 0; step < course.steps; step++) {
        describe(batch, draw(course, random), course, step);
        gradient.fill(0);
        if (step % 8 === 7) {
            workspace.forwardContinue(model, batch);
        } else {
            workspace.forward(model, batch);
        }
        const { loss, weight } = workspace.loss(model, batch, 0.25);
        workspace.backward(model, regularizer, gradient);
        const omega = regularizer ? regularizer.apply(model, gradient) : 0;
        const norm = clipper.apply(model, gradient);
        optimizers[step >= course.steps / 2 ? 1 : 0].step(model.parameters, gradient);
        hash = hashDoubles(hash, [loss, weight, omega, norm]);
    }
    hash = hashFloats(hash, model.parameters);
    if (hidden < 100) {
        const recurrent = model.tensors.find(({ name }) => name === 'w_rec');
        const matrix = model.parameters.subarray(recurrent.offset, recurrent.offset + hidden ** 2);
        hash = hashDoubles(hash, [srnn.spectrum(matrix, hidden).radius]);
    }
    const objects = [random, model, batch, workspace, regularizer, clipper, ...optimizers];
    objects.forEach((object) => object?.dispose());
    return hash;
}

const hash = readCourses().reduce((before, course) => take(course, before), HASH_START);
const family = srnn.arithmetic() === srnn.ARITHMETIC_SEPARATE ? 'separate' : 'fused';
console.log(`${family} 0x${hash.toString(16).padStart(16, '0')}`);

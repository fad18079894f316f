/* classes.mjs - what the classes of the WebAssembly module do that no other test here sees
 *
 *     node tests/wasm/classes.mjs PACKAGE
 *
 * Fails too when a method or property of a class is not used by this program. */
import assert from 'node:assert';
import { loadPackage } from './package.mjs';

const srnn = await loadPackage(process.argv[2]);
const { throws, deepStrictEqual: same, strictEqual: equal } = assert;
const STEPS = 3, COUNT = 2, HIDDEN = 4, PAIRS = STEPS * COUNT;

/* Counts the uses of every method and property of the classes. */
const uses = new Map();
for (const name of Object.keys(srnn).filter((it) => /^[A-Z][a-z]/.test(it))) {
    let at = srnn[name].prototype;
    for (; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        for (const [method, what] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
            const kind = what.get ? 'get' : 'value';
            if (method !== 'constructor' && !what[kind].isCounted) {
                const original = what[kind];
                const label = `${name}.${method}`;
                uses.set(label, 0);
                what[kind] = function (...rest) {
                    uses.set(label, uses.get(label) + 1);
                    return original.apply(this, rest);
                };
                what[kind].isCounted = true;
                Object.defineProperty(at, method, what);
            }
        }
    }
}

const code = (name) => ({ code: srnn[name] });

function tryRandom() {
    const random = new srnn.Random(2 ** 53 - 1, 2n ** 64n - 1n);
    const { state, stream } = random.getState();
    equal(stream, 2n ** 63n - 1n); /* the highest bit does not count */
    const first = [random.u32(), random.below(10), random.uniform(), random.normal()];
    const other = new srnn.Random(0n, 0n);
    other.setState(state, stream);
    same([other.u32(), other.below(10), other.uniform(), other.normal()], first);
    for (const bad of [-1, 1.5, 2 ** 53, -1n, 2n ** 64n, '1', undefined]) {
        throws(() => new srnn.Random(bad, 0), code('E_RANGE'));
    }
    /* The first numbers of PCG32's own demonstration, of which srnn.h promises the algorithm. */
    const published = new srnn.Random(42, 54);
    same([published.u32(), published.u32(), published.u32()], [0xa15c02b7, 0x7b47f409, 0xba1d3330]);
    return random;
}

function tryModel(random) {
    const create = (flags) =>
        new srnn.Model(3, HIDDEN, 2, srnn.HIDDEN_RELU, srnn.OUTPUT_SIGMOID, flags);
    const model = create();
    model.initialize(srnn.START_GLOROT, random);
    same(model.tensors, [
        { name: 'w_in', offset: 0, rows: 3, columns: 4 },
        { name: 'w_rec', offset: 12, rows: 4, columns: 4 },
        { name: 'b_rec', offset: 28, rows: 1, columns: 4 },
        { name: 'w_out', offset: 32, rows: 4, columns: 2 },
        { name: 'b_out', offset: 40, rows: 1, columns: 2 },
    ]);
    equal(model.parameterCount, 42);
    same(model.parametersConst, model.parameters);

    const external = create(srnn.MODEL_EXTERNAL);
    equal(external.parameters, null);
    equal(external.parametersConst, null);
    const floats = new srnn.Floats(42);
    external.bind(floats);
    external.copy(model);
    same(floats.array, model.parameters);
    external.parameters[0] = 7;
    equal(floats.array[0], 7);
    external.bindConst(floats);
    equal(external.parameters, null);
    equal(external.parametersConst[0], 7);
    throws(() => external.initialize(srnn.START_GLOROT, random), code('E_READ_ONLY'));
    throws(() => external.bind(new Float32Array(42)), code('E_ARGUMENT'));
    throws(() => external.bind(new srnn.Floats(41)), code('E_SHAPE'));
    floats.dispose(); /* the model holds what it is bound to */
    new srnn.Floats(42);
    equal(external.parametersConst[0], 7);
    throws(() => floats.array, code('E_ARGUMENT'));

    const file = model.save();
    for (const flags of [0, srnn.LOAD_VIEW]) {
        const loaded = srnn.Model.load(file, flags);
        new srnn.Floats(file.length / 4).array.fill(7); /* it holds a copy */
        same(loaded.parametersConst, model.parametersConst);
        equal(loaded.parameters === null, flags !== 0);
    }
    same(srnn.Model.pytorchLoad(model.pytorchSave()).parameters, model.parameters);
    throws(() => srnn.Model.pytorchLoad(file), code('E_UNSUPPORTED'));
    same(srnn.outputs(model, Float32Array.of(0, 0, 1000, -1000)), Float32Array.of(0.5, 0.5, 1, 0));
    throws(() => srnn.outputs(model, new Float32Array(3)), code('E_SHAPE'));
    for (const wrong of [null, random]) {
        throws(() => srnn.outputs(wrong, new Float32Array(2)), code('E_ARGUMENT'));
    }
    const turn = srnn.spectrum(Float32Array.of(0, 2, -2, 0), 2);
    assert(Math.abs(turn.radius - 2) < 1e-5 && Math.abs(turn.singularValue - 2) < 1e-5);
    throws(() => srnn.spectrum(new Float32Array(3), 2), code('E_SHAPE'));
    for (const bad of [-1, 1.5, NaN, 2 ** 32, '3', null]) {
        throws(() => new srnn.Model(bad, 1, 1, 11, 21), code('E_RANGE'));
    }
    return model;
}

const count = (from, n, Type) => Type.from({ length: n }, (_, i) => from(i));

/* Each array of a batch counts as srnn.h says. */
function tryBatch(model, workspace) {
    const batch = new srnn.Batch();
    equal(batch.steps, 0);
    batch.begin(STEPS, COUNT);
    same([batch.steps, batch.sequences], [STEPS, COUNT]);
    const values = count((i) => Math.sin(i), PAIRS * 3, Float32Array);
    const strides = [COUNT * 3, 3];
    batch.input(values.subarray(0, -1), ...strides);
    throws(() => workspace.forward(model, batch), code('E_SHAPE'));
    batch.input(values, ...strides);
    values.fill(NaN); /* it has a copy */
    batch.target(new Float32Array(PAIRS * 2 - 1), COUNT * 2, 2);
    workspace.forward(model, batch);
    throws(() => workspace.loss(model, batch, 1), code('E_SHAPE'));
    throws(() => workspace.countErrors(model, batch, 0.5), code('E_SHAPE'));
    batch.target(new Float32Array(PAIRS * 2), COUNT * 2, 2);
    batch.weights(Float32Array.of(1, 2, 0.5, 1, 1, 1), COUNT, 1);
    equal(workspace.loss(model, batch, 1).weight, 6.5);
    batch.weights(null);
    equal(workspace.loss(model, batch, 1).weight, 6);
    same(workspace.countErrors(model, batch, 1), {
        wrongSteps: 0, steps: 6, wrongSequences: 0, sequences: 2,
    });
    equal(workspace.countErrors(model, batch).wrongSteps, 6);
    batch.targetMask(new Uint8Array(PAIRS * 2 - 1), COUNT * 2, 2);
    throws(() => workspace.loss(model, batch, 1), code('E_SHAPE'));
    batch.targetMask(new Uint8Array(PAIRS * 2), COUNT * 2, 2);
    equal(workspace.loss(model, batch, 1).loss, 0);
    batch.targetMask(null);

    batch.mask(Uint8Array.of(1, 1, 1, 0, 1, 1), COUNT, 1);
    workspace.forward(model, batch);
    equal(workspace.loss(model, batch, 1).weight, 5);
    batch.mask(null);
    throws(() => batch.lengths(Uint32Array.of(3)), code('E_SHAPE'));
    batch.lengths(Uint32Array.of(3, 1));
    workspace.forward(model, batch);
    equal(workspace.loss(model, batch, 1).weight, 4);
    batch.lengths(null);

    /* Ids are one-hot inputs, and no targets of sigmoid outputs. */
    const forward = (input) => {
        input();
        workspace.forward(model, batch);
        return workspace.view(srnn.VIEW_LOGIT).data.slice();
    };
    const ids = Uint32Array.of(0, 1, 2, 2, 1, 0);
    const hot = count((i) => Number(ids[Math.floor(i / 3)] === i % 3), PAIRS * 3, Float32Array);
    same(forward(() => batch.inputIds(ids, COUNT, 1)), forward(() => batch.input(hot, ...strides)));
    batch.targetIds(new Uint32Array(PAIRS), COUNT, 1);
    throws(() => workspace.loss(model, batch, 1), code('E_UNSUPPORTED'));
    batch.target(new Float32Array(PAIRS * 2), COUNT * 2, 2);
    batch.input(count((i) => Math.sin(i), PAIRS * 3, Float32Array), ...strides);
    for (const name of ['mask', 'targetMask', 'weights']) {
        const Type = name === 'weights' ? Float32Array : Uint8Array;
        throws(() => batch[name](new Type(PAIRS)), code('E_RANGE')); /* without strides */
        throws(() => batch[name](new Type(PAIRS - 1), COUNT, 1), code('E_SHAPE'));
        throws(() => batch[name]([1, 1, 1, 1, 1, 1], COUNT, 1), TypeError);
    }
    return batch;
}

/* Two sequences go on as one does, and one that starts anew does not. */
function tryStates(model, workspace, batch) {
    const [state, other] = [new srnn.Floats(HIDDEN * COUNT), new Float32Array(HIDDEN * COUNT)];
    workspace.forward(model, batch);
    workspace.getState(state, HIDDEN, COUNT);
    batch.restarts(Uint8Array.of(0, 1));
    workspace.forwardContinue(model, batch);
    workspace.getState(other, HIDDEN, COUNT);
    const restarted = state.array.slice(HIDDEN);
    same(other.slice(HIDDEN), restarted);
    assert.notDeepStrictEqual(other.slice(0, HIDDEN), state.array.slice(0, HIDDEN));
    batch.restarts(null);

    /* A stream from the same state. */
    const streamed = [state.array.slice(0, HIDDEN), new Float32Array(HIDDEN)];
    const logits = new Float32Array(2);
    const inputs = count((i) => Math.sin(i), PAIRS * 3, Float32Array);
    for (let t = 0; t < STEPS; t++) {
        const at = t * COUNT * 3;
        model.step(inputs.subarray(at, at + 3), streamed[t % 2], streamed[(t + 1) % 2], logits);
    }
    same(streamed[STEPS % 2], other.slice(0, HIDDEN));
    const [zero, next] = [new Float32Array(HIDDEN), new Float32Array(HIDDEN)];
    model.initialState(zero);
    same(zero, new Float32Array(HIDDEN));
    const hot = new Float32Array(HIDDEN);
    model.stepId(1, zero, next, logits);
    model.step(Float32Array.of(0, 1, 0), zero, hot);
    same(next, hot);
    throws(() => model.stepId(2 ** 32 + 1, zero, next), code('E_RANGE'));
    throws(() => model.step(new Float32Array(2), zero, next), code('E_SHAPE'));
    throws(() => model.stepId(1, zero, next, next.subarray(0, 2)), code('E_ARGUMENT'));
    throws(() => model.stepId(1, zero, next, new Float32Array(1)), code('E_SHAPE'));
    throws(() => model.stepId(1, null, next), TypeError);

    workspace.setState(state, HIDDEN, COUNT);
    workspace.forwardContinue(model, batch);
    workspace.reset();
    throws(() => workspace.forwardContinue(model, batch), code('E_STATE'));
    throws(() => workspace.setState(new Float32Array(HIDDEN), HIDDEN, 2), code('E_SHAPE'));
    throws(() => workspace.setState(other, HIDDEN, 0), code('E_RANGE'));
    throws(() => workspace.getState(other, 2 ** 31, 2), code('E_SHAPE'));
}

/* The views, and a loss of one's own that equals the library's. */
function tryViews(model, workspace, batch) {
    const [gradient, own] = [new srnn.Floats(42), new Float32Array(42)];
    const regularizer = new srnn.Regularizer(model, srnn.OMEGA_SCRIPT);
    workspace.forward(model, batch);
    throws(() => workspace.view(srnn.VIEW_FLOW), code('E_STATE'));
    workspace.loss(model, batch, 1);
    const slope = workspace.view(srnn.VIEW_LOGIT_GRADIENT);
    same([slope.data.length, slope.stepStride, slope.sequenceStride, slope.width], [12, 4, 2, 2]);
    const kept = slope.data.slice();
    workspace.backward(model, regularizer, gradient);
    workspace.lossBegin();
    same(workspace.view(srnn.VIEW_LOGIT_GRADIENT).data, new Float32Array(12));
    workspace.view(srnn.VIEW_LOGIT_GRADIENT).data.set(kept);
    workspace.backward(model, null, own);
    same(own, gradient.array.slice());

    const shapes = {
        HIDDEN: [PAIRS * HIDDEN, HIDDEN], LOGIT: [PAIRS * 2, 2], FLOW: [PAIRS, 1],
        HIDDEN_GRADIENT: [PAIRS * HIDDEN, HIDDEN], INPUT_GRADIENT: [PAIRS * 3, 3],
        INITIAL_GRADIENT: [COUNT * HIDDEN, HIDDEN],
    };
    for (const [name, [length, width]] of Object.entries(shapes)) {
        const view = workspace.view(srnn[`VIEW_${name}`]);
        same([name, view.data.length, view.width], [name, length, width]);
    }
    const { matrix, sums } = regularizer.gathered();
    same([matrix.length, sums.length, sums[3]], [HIDDEN ** 2, 4, COUNT]);
    const omega = regularizer.apply(model, gradient);
    equal(omega, regularizer.get(srnn.OMEGA_VALUE));
    regularizer.reset();
    equal(regularizer.get(srnn.OMEGA_VALUE), 0);
    throws(() => workspace.backward(model, undefined, gradient), code('E_ARGUMENT'));
    regularizer.dispose();
    throws(() => workspace.backward(model, regularizer, gradient), code('E_ARGUMENT'));
    return gradient;
}

function tryUpdates(model, gradient) {
    const [clipper, other] = [srnn.CLIP_NORM, srnn.CLIP_NORM].map((it) => new srnn.Clipper(it));
    const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, 42);
    clipper.set(srnn.CLIP_THRESHOLD, 1e-3);
    clipper.tell(1, 0.1, 3);
    const before = gradient.array.slice();
    const norm = clipper.apply(model, gradient);
    assert(Math.abs(norm - Math.hypot(...before)) < 1e-5 * norm);
    assert(Math.abs(Math.hypot(...gradient.array) - 1e-3) < 1e-8);
    clipper.apply(null, gradient);
    other.copy(clipper);
    equal(other.get(srnn.CLIP_STEPS), 2);
    clipper.reset();
    equal(clipper.get(srnn.CLIP_STEPS), 0);
    throws(() => clipper.copy(new srnn.Clipper(srnn.CLIP_VALUE)), code('E_SHAPE'));

    const old = model.parameters.slice();
    optimizer.set(srnn.OPTIMIZER_RATE, 0.5);
    optimizer.step(model.parameters, before);
    same(model.parameters.slice(), old.map((w, i) => w - Math.fround(0.5 * before[i])));
    const away = Float32Array.of(1, 2);
    optimizer.decay(away, 0.5);
    same(away, Float32Array.of(0.75, 1.5));
    throws(() => optimizer.step(model.parameters, model.parameters), code('E_ARGUMENT'));
    const both = new Float32Array(43);
    throws(() => optimizer.step(both.subarray(1), both.subarray(0, 42)), code('E_ARGUMENT'));
    const copy = new srnn.Optimizer(srnn.OPTIMIZER_SGD, 42);
    copy.copy(optimizer);
    equal(copy.get(srnn.OPTIMIZER_UPDATES), 1);
    optimizer.reset();
    equal(optimizer.get(srnn.OPTIMIZER_UPDATES), 0);
    for (const bad of [new Float64Array(42), [0, 0], 0, null, undefined]) {
        throws(() => clipper.apply(model, bad), TypeError);
    }
    return { clipper, optimizer };
}

/* What the library tells of options is what new objects have, but for what they are made with. */
function tryOptions(objects) {
    const madeWith = {
        SRNN_MODEL_ACTIVATION: srnn.HIDDEN_RELU, SRNN_MODEL_OUTPUT_KIND: srnn.OUTPUT_SIGMOID,
        SRNN_WORKSPACE_MAX_STEPS: STEPS, SRNN_WORKSPACE_MAX_SEQUENCES: COUNT,
        SRNN_WORKSPACE_FLAGS: objects.workspace.get(srnn.WORKSPACE_FLAGS),
        SRNN_WORKSPACE_HIDDEN: HIDDEN, SRNN_OMEGA_HIDDEN: HIDDEN,
        SRNN_OPTIMIZER_COUNT: 42, SRNN_OPTIMIZER_RATE: 0.5,
        SRNN_CLIP_THRESHOLD: 1e-3,
    };
    let options = 0;
    for (let key; (key = srnn.optionKey(options)) !== 0; options++) {
        const option = srnn.optionInfo(key);
        equal(option.key, key);
        equal(srnn[option.name.replace('SRNN_', '')], key);
        const value = objects[option.handle].get(key);
        /* float, in the object, is not what was set */
        const expected = madeWith[option.name] ?? option.preset;
        assert(Math.abs(value - expected) <= 1e-7 * Math.abs(expected) || value === expected,
            `${option.name}: ${value}`);
        const isReadOnly = (option.traits & srnn.OPTION_READ_ONLY) !== 0;
        if (isReadOnly) {
            throws(() => objects[option.handle].set(key, value), code('E_READ_ONLY'));
        } else {
            objects[option.handle].set(key, value);
        }
    }
    assert(options > 40);
    throws(() => srnn.optionInfo(1), code('E_OPTION'));
}

/* What WebAssembly would convert to a number is none: null to 0, '1' to 1. */
function tryNumbers({ random, model, workspace, clipper, optimizer }, batch) {
    const [saved, opened] = [new srnn.Checkpoint(1), new srnn.Checkpoint(0)];
    saved.addText('labels', '');
    opened.open(saved.save());
    const calls = [
        (it) => clipper.set(srnn.CLIP_THRESHOLD, it),
        (it) => clipper.tell(it, 0.1, 1),
        (it) => clipper.tell(1, it, 1),
        (it) => optimizer.decay(new Float32Array(1), it),
        (it) => workspace.loss(model, batch, it),
        (it) => workspace.countErrors(model, batch, it),
        (it) => srnn.statusName(it),
        (it) => srnn.statusText(it),
    ];
    for (const call of calls) {
        for (const bad of [null, '1', true, [], 1n]) {
            throws(() => call(bad), code('E_RANGE'));
        }
    }

    /* Whole numbers, each call with one that it takes. */
    const [state, archive, weights] = [new Float32Array(8), model.save(), model.pytorchSave()];
    const wholes = [
        [srnn.CLIP_STEPS, (it) => clipper.get(it)],
        [srnn.CLIP_NORM, (it) => new srnn.Clipper(it)],
        [srnn.OPTIMIZER_SGD, (it) => new srnn.Optimizer(it, 42)],
        [srnn.OMEGA_PAPER, (it) => new srnn.Regularizer(model, it)],
        [srnn.START_GLOROT, (it) => model.initialize(it, random)],
        [srnn.LOAD_VIEW, (it) => srnn.Model.load(archive, it)],
        [srnn.HIDDEN_RELU, (it) => srnn.Model.pytorchLoad(weights, it, srnn.OUTPUT_SIGMOID)],
        [srnn.OUTPUT_SIGMOID, (it) => srnn.Model.pytorchLoad(weights, srnn.HIDDEN_RELU, it)],
        [COUNT, (it) => batch.begin(STEPS, it)],
        [COUNT, (it) => workspace.getState(state, HIDDEN, it)],
        [HIDDEN, (it) => workspace.getState(state, it, COUNT)],
        [srnn.VIEW_HIDDEN, (it) => workspace.view(it)],
        [srnn.STORED_KIND, (it) => opened.get('labels', it)],
        [0, (it) => srnn.optionKey(it)],
        [srnn.CLIP_THRESHOLD, (it) => srnn.optionInfo(it)],
        [2, (it) => srnn.spectrum(new Float32Array(4), it)],
        [3, (it) => new srnn.Floats(it)],
    ];
    for (const [good, call] of wholes) {
        for (const bad of [null, `${good}`, [good], good + 2 ** 32, good + 0.5, -1]) {
            throws(() => call(bad), code('E_RANGE'));
        }
    }
    for (const bad of [null, '1', [1], 1.5, -1, 2n ** 64n]) {
        throws(() => random.setState(bad, 1n), code('E_RANGE'));
        throws(() => random.setState(1n, bad), code('E_RANGE'));
    }
}

/* The library's own numbers and texts. */
function tryPlain() {
    equal(srnn.versionNumber(), srnn.VERSION_NUMBER);
    const numbers = [srnn.VERSION_MAJOR, srnn.VERSION_MINOR, srnn.VERSION_PATCH];
    equal(srnn.versionString(), numbers.join('.'));
    equal(srnn.arithmetic(), srnn.ARITHMETIC_SEPARATE);
    assert.match(srnn.buildInfo(), /separate/);
    assert(srnn.alignment() <= 16);
    equal(srnn.statusName(srnn.E_SHAPE), 'SRNN_E_SHAPE');
    equal(srnn.statusName(1), 'SRNN_E_UNKNOWN');
    equal(srnn.statusText(srnn.OK), 'success');
}

const random = tryRandom();
const model = tryModel(random);
const keep =
    srnn.WORKSPACE_KEEP_HIDDEN_GRADIENT +
    srnn.WORKSPACE_KEEP_INPUT_GRADIENT +
    srnn.WORKSPACE_KEEP_FLOW;
const workspace = new srnn.Workspace(model, STEPS, COUNT, keep);
const batch = tryBatch(model, workspace);
tryStates(model, workspace, batch);
const gradient = tryViews(model, workspace, batch);
const { clipper, optimizer } = tryUpdates(model, gradient);
const regularizer = new srnn.Regularizer(model, srnn.OMEGA_PAPER);
tryNumbers({ random, model, workspace, clipper, optimizer }, batch);
workspace.reset(); /* its statistics are those of a new one again */
tryOptions({ model, workspace, clipper, optimizer, regularizer });
tryPlain();

/* What refusals.mjs uses. */
const elsewhere = /^Checkpoint\.(?!dispose)/;
const unused = [...uses].filter(([label, n]) => n === 0 && !elsewhere.test(label));
same(unused.map(([label]) => label), [], 'methods without a test');
console.log(`classes: ${uses.size} methods and properties do what srnn.h says`);

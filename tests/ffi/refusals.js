/* refusals.js - bad input to examples/ffi/node/srnn.js is an SrnnError with the reason */
'use strict';
const assert = require('assert');
const srnn = require('srnn');

const STEPS = 4, COUNT = 3;

function refused(what, attempt) {
    assert.throws(attempt, (error) => {
        assert(error instanceof srnn.SrnnError, `${what}: ${error.stack}`);
        console.log(`${what}: ${error.message}`);
        return true;
    });
}

const random = new srnn.Random(null, 1, 0);
const create = (hidden) =>
    new srnn.Model(null, 6, hidden, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, srnn.MODEL_EXTERNAL);
const model = create(5);
const n = model.parameterCount;
model.bind(new Float32Array(n));
model.initialize(srnn.START_SMART_TANH, random);
const workspace = new srnn.Workspace(null, model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT);
const regularizer = new srnn.Regularizer(null, model, srnn.OMEGA_PAPER);
const clipper = new srnn.Clipper(null, srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(null, srnn.OPTIMIZER_SGD, n);
const batch = new srnn.Batch(null);

function show(symbol = 0, category = 0, steps = STEPS) {
    batch.begin(steps, COUNT);
    batch.inputIds(new Uint32Array(steps * COUNT).fill(symbol), COUNT, 1);
    batch.targetIds(new Uint32Array(COUNT).fill(category), 0, 1);
    workspace.forward(model, batch);
}

function train() {
    const gradient = new Float32Array(n);
    show();
    workspace.loss(model, batch, 1 / COUNT);
    workspace.backward(model, regularizer, gradient);
    regularizer.apply(model, gradient);
    clipper.apply(model, gradient);
    optimizer.step(model.parameters, gradient);
}

refused('a model without hidden units', () => create(0));
const closed = create(5);
closed.close();
closed.close();
refused('a handle that is closed', () => workspace.forward(closed, batch));
refused('no handle', () => workspace.forward(null, batch));
show();
refused('backward before loss', () =>
    workspace.backward(model, regularizer, new Float32Array(n)));
refused('ids before begin', () =>
    new srnn.Batch(null).inputIds(new Uint32Array(1), 1, 1));
refused('a negative number of steps', () => batch.begin(-1, COUNT));
batch.begin(STEPS, COUNT);
refused('too few ids for the batch', () =>
    batch.inputIds(new Uint32Array(STEPS * COUNT - 1), COUNT, 1));
refused('strides beyond the ids', () =>
    batch.inputIds(new Uint32Array(STEPS * COUNT), COUNT, -1));
refused('an id beyond the inputs', () => show(6));
show(0, 4);
refused('a class beyond the outputs', () => workspace.loss(model, batch, 1));
refused('more steps than the workspace has', () => show(0, 0, STEPS + 1));
train();
const other = create(7);
other.bind(new Float32Array(other.parameterCount));
refused('a model of another shape', () => workspace.loss(other, batch, 1));
show();
workspace.loss(model, batch, 1);
refused('a gradient that is too short', () =>
    workspace.backward(model, regularizer, new Float32Array(n - 1)));
refused('a gradient that is not a number', () =>
    clipper.apply(model, new Float32Array(n).fill(NaN)));
refused('a gradient and parameters of different lengths', () =>
    optimizer.step(model.parameters, new Float32Array(n - 1)));
refused('an option of another handle', () => clipper.set(srnn.OPTIMIZER_RATE, 1));
refused('a threshold that is not a number', () => clipper.set(srnn.CLIP_THRESHOLD, NaN));
refused('a loss below zero', () => clipper.tell(-1, 0.01, 10));
const ruled = new srnn.Clipper(null, srnn.CLIP_NORM);
ruled.set(srnn.CLIP_RULE, srnn.CLIP_RULE_POLYAK);
ruled.tell(1, 0.01, 10);
ruled.apply(model, new Float32Array(n));
refused('a rule that was told nothing', () => ruled.apply(model, new Float32Array(n)));
ruled.close();
const failing = srnn.allocator(() => {
    throw new Error('my own');
});
refused('an allocator that fails', () =>
    new srnn.Model(failing, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, 0));
train();

/* What JavaScript's types refuse: another kind of handle, other arrays. */
assert.throws(() => workspace.forward(clipper, batch), TypeError);
for (const bad of [new Float64Array(n), new Uint32Array(n), [0, 0], 0, null]) {
    assert.throws(() => clipper.apply(model, bad), TypeError);
}

/* Objects that nobody refers to go back to the allocator, and the ids that only a workspace refers
 * to are still there for backward: --expose-gc. */
const koffi = require('koffi');
const malloc = koffi.load(null).func('void *malloc(size_t size)');
const free = koffi.load(null).func('void free(void *block)');
let left = 0;
const allocator = srnn.allocator((block, oldSize, newSize) => {
    left += block ? -1 : 1;
    return block ? (free(block), null) : malloc(newSize);
});
const gradientOf = (disturb) => {
    const gradient = new Float32Array(n);
    show(1, 2);
    workspace.loss(model, batch, 1);
    disturb();
    workspace.backward(model, null, gradient);
    return gradient;
};
const undisturbed = gradientOf(() => {});
const disturbed = gradientOf(() => {
    batch.begin(1, 1);
    for (let i = 0; i < 1000; i++) {
        new Uint32Array(STEPS * COUNT).fill(5);
        if (i % 100 === 0) {
            gc();
        }
    }
});
assert.deepStrictEqual(disturbed, undisturbed);
for (let i = 0; i < 100; i++) {
    new srnn.Clipper(allocator, srnn.CLIP_NORM);
}
assert.strictEqual(left, 100);
(function wait(tries) {
    gc();
    assert(tries > 0, `${left} objects were not ended`);
    if (left > 0) {
        setTimeout(wait, 10, tries - 1);
    }
})(1000);

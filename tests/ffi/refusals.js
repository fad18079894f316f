/* refusals.js - bad input to examples/ffi/node/srnn.js is an SrnnError with the reason */
'use strict';
const assert = require('assert');
const fs = require('fs');
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
    new srnn.Model(null, 6, hidden, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
const model = create(5);
const n = model.parameterCount;
model.bind(new Float32Array(n));
model.initialize(srnn.START_SMART_TANH, random);
const workspace = new srnn.Workspace(null, model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT);
const regularizer = new srnn.Regularizer(null, model, srnn.OMEGA_PAPER);
const clipper = new srnn.Clipper(null, srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(null, srnn.OPTIMIZER_SGD, n);
const batch = new srnn.Batch(null);

/* New objects have the presets that the library tells, but for what they are made with. */
const objects = { model, workspace, regularizer, clipper, optimizer };
const madeWith = new Map(Object.entries({
    MODEL_ACTIVATION: srnn.HIDDEN_TANH, MODEL_OUTPUT_KIND: srnn.OUTPUT_SOFTMAX,
    MODEL_FLAGS: srnn.MODEL_EXTERNAL, WORKSPACE_MAX_STEPS: STEPS,
    WORKSPACE_MAX_SEQUENCES: COUNT, WORKSPACE_FLAGS: srnn.WORKSPACE_LAST_OUTPUT,
    OMEGA_KIND: srnn.OMEGA_PAPER, CLIP_KIND: srnn.CLIP_NORM,
    OPTIMIZER_KIND: srnn.OPTIMIZER_SGD, OPTIMIZER_COUNT: n,
    WORKSPACE_HIDDEN: 5, OMEGA_HIDDEN: 5,
}));
for (const [name, option] of Object.entries(srnn.options)) {
    const expected = madeWith.get(name) ?? option.preset;
    assert.strictEqual(objects[option.handle].get(option.key), expected, name);
    assert.strictEqual(srnn[name], option.key);
    madeWith.delete(name);
}
assert.strictEqual(madeWith.size, 0);
assert.deepStrictEqual([model.inputs, model.hidden, model.outputs], [6, 5, 4]);

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

function refuseStreams() {
    let [state, next] = [new Float32Array(5), new Float32Array(5)];
    const logits = new Float32Array(4);
    model.initialState(state);
    refused('a state that is too short', () =>
        model.stepId(1, new Float32Array(4), next, logits));
    refused('a next state that is too short', () =>
        model.stepId(1, state, new Float32Array(4), logits));
    refused('logits that are too short', () => model.stepId(1, state, next, new Float32Array(3)));
    refused('an input that is too short', () => model.step(new Float32Array(5), state, next));
    refused('a step into the state that it reads', () => model.stepId(1, state, state));
    refused('an id beyond the inputs in a stream', () => model.stepId(6, state, next, logits));
    for (let i = 0; i < STEPS; i++) {
        model.step(Float32Array.of(0, 1, 0, 0, 0, 0), state, next, logits);
        [state, next] = [next, state];
    }
    show(1);
    refused('states of another number of sequences', () => workspace.getState(next));
    const states = new Float32Array(5 * COUNT);
    workspace.getState(states);
    assert.deepStrictEqual([...states], [...state, ...state, ...state]);
}

function refuseFiles() {
    const file = model.save();
    assert.deepStrictEqual(srnn.Model.load(null, file).save(), file);
    refused('a file that ends too early', () => srnn.Model.load(null, file.subarray(0, -1)));
    refused('an empty file', () => srnn.Model.load(null, new Uint8Array(0)));
    file[file.length - 1] ^= 1;
    refused('a damaged file', () => srnn.Model.load(null, file));

    const notes = Uint8Array.from(Buffer.from('to be\0kept'));
    const saved = new srnn.Checkpoint(null, 4);
    saved.add('model', model);
    refused('a name with a space', () => saved.add('my model', optimizer));
    saved.add('optimizer', optimizer);
    saved.addBytes('notes', notes);
    refused('a text with a zero in it', () => saved.addText('labels', 'cat\0dog'));
    refused('a text that is not UTF-8', () => saved.addText('labels', '\ud83d dog'));
    saved.addText('labels', '\u732b dog');
    refused('a part too many', () => saved.add('clipper', clipper));
    refused('a batch in a checkpoint', () => new srnn.Checkpoint(null, 1).add('batch', batch));
    refused('parts before a file is open', () => saved.parts());
    const archive = saved.save();
    saved.close();
    saved.close();

    const opened = () => {
        const checkpoint = new srnn.Checkpoint(null, 2);
        const copied = Buffer.from(archive);
        checkpoint.open(copied);
        copied[0] = 0; /* the checkpoint has one of its own */
        return checkpoint;
    };
    const lacking = opened();
    assert.deepStrictEqual(Object.entries(lacking.parts()).sort(), [
        ['labels', srnn.PART_TEXT], ['model', srnn.PART_MODEL], ['notes', srnn.PART_BYTES],
        ['optimizer', srnn.PART_OPTIMIZER],
    ]);
    assert.strictEqual(lacking.get('model', srnn.STORED_HIDDEN), 5);
    assert.strictEqual(lacking.text('labels'), '\u732b dog');
    assert.deepStrictEqual(lacking.bytes('notes'), notes);
    lacking.add('clipper', clipper);
    refused('a part that the file lacks', () => lacking.restore());

    /* All parts are restored, or none. */
    const fresh = create(5);
    fresh.bind(new Float32Array(n));
    const wrong = opened();
    wrong.add('model', fresh);
    wrong.add('optimizer', new srnn.Optimizer(null, srnn.OPTIMIZER_SGD, n + 1));
    refused('a part of another shape', () => wrong.restore());
    const short = opened();
    short.add('model', fresh);
    short.addBytes('notes', new Uint8Array(3));
    refused('bytes of another length', () => short.restore());
    refused('bytes that are read as a text', () => short.text('notes'));
    assert.deepStrictEqual(fresh.parameters, new Float32Array(n));
    const restored = new Uint8Array(notes.length);
    const right = opened();
    right.add('model', fresh);
    right.addBytes('notes', restored);
    right.restore();
    assert.deepStrictEqual(fresh.parameters, model.parameters);
    assert.deepStrictEqual(restored, notes);
    fresh.close();
    create(5).bind(new Float32Array(n)); /* it may lie there now */
    refused('a part that is closed', () => right.save());
}

refused('a model without hidden units', () => create(0));
const closed = create(5);
closed.close();
closed.close();
refused('a handle that is closed', () => workspace.forward(closed, batch));
refused('a model that is closed', () => clipper.apply(closed, new Float32Array(n)));
const omega = new srnn.Regularizer(null, model, srnn.OMEGA_PAPER);
omega.close();
refused('a regularizer that is closed', () =>
    workspace.backward(model, omega, new Float32Array(n)));
refused('no handle', () => workspace.forward(null, batch));
show();
refused('backward before loss', () =>
    workspace.backward(model, regularizer, new Float32Array(n)));
refused('ids before begin', () =>
    new srnn.Batch(null).inputIds(new Uint32Array(1), 1, 1));
refused('a negative number of steps', () => batch.begin(-1, COUNT));
refused('a negative bound', () => random.below(-1));
refused('a negative length of a workspace', () => new srnn.Workspace(null, model, -1, COUNT, 0));
refused('a negative number of steps for a clipper', () => clipper.tell(1, 0.01, -1));
refused('a negative number of parts', () => new srnn.Checkpoint(null, -1));
refused('parameters below zero', () => new srnn.Optimizer(null, srnn.OPTIMIZER_SGD, -1));
refused('steps of more than 32 bits', () => batch.begin(2 ** 32 + 1, COUNT));
refused('a bound of more than 32 bits', () => random.below(2 ** 32 + 5));
refused('a width of more than 32 bits', () => create(2 ** 32 + 5));
refused('flags of more than 32 bits', () =>
    new srnn.Model(null, 6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX,
        2 ** 32 + srnn.MODEL_LEARNED_STATE));
refused('a workspace of more than 32 bits', () =>
    new srnn.Workspace(null, model, STEPS, 2 ** 32 + COUNT, 0));
refused('an id of more than 32 bits', () =>
    model.stepId(2 ** 32 + 1, new Float32Array(5), new Float32Array(5)));
refused('a clipper\'s steps of more than 32 bits', () => clipper.tell(1, 0.01, 2 ** 32 + 1));
refused('an option of more than 32 bits', () => clipper.set(2 ** 32 + srnn.CLIP_THRESHOLD, 1));
refused('a seed of more than 64 bits', () => new srnn.Random(null, 2n ** 64n, 0));
refused('a fraction of a step', () => batch.begin(2.5, COUNT));
refused('a fraction of a seed', () => new srnn.Random(null, 1.5, 0));
refused('a fraction of a parameter', () => new srnn.Optimizer(null, srnn.OPTIMIZER_SGD, n + 0.5));
refused('a fraction of a flag', () => new srnn.Workspace(null, model, STEPS, COUNT, 0.5));
new srnn.Random(null, 2 ** 63, 2n ** 64n - 1n).close();
batch.begin(STEPS, COUNT);
refused('too few ids for the batch', () =>
    batch.inputIds(new Uint32Array(STEPS * COUNT - 1), COUNT, 1));
refused('too few classes for the batch', () =>
    batch.targetIds(new Uint32Array(COUNT - 1), 0, 1));
refused('strides beyond the ids', () =>
    batch.inputIds(new Uint32Array(STEPS * COUNT), COUNT, -1));
refused('a fraction of a stride', () => batch.inputIds(new Uint32Array(STEPS * COUNT), 2.5, 1));
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
refuseStreams();
refused('an option that is read only', () => optimizer.set(srnn.OPTIMIZER_UPDATES, 1));
refuseFiles();

/* A class of the caller's, whose name the library does not know. */
class Derived extends srnn.Clipper {}
assert.strictEqual(new Derived(null, srnn.CLIP_NORM).get(srnn.CLIP_KIND), srnn.CLIP_NORM);

/* Bytes that are none, and what is no longer there. */
const empty = new srnn.Checkpoint(null, 1);
empty.addBytes('none', new Uint8Array(0));
empty.open(empty.save());
empty.restore();
assert.strictEqual(empty.bytes('none').length, 0);
const transferred = new Uint8Array(8);
structuredClone(transferred, { transfer: [transferred.buffer] });
assert.throws(() => new srnn.Checkpoint(null, 1).addBytes('gone', transferred), TypeError);
assert.throws(() => empty.open(transferred), TypeError);

/* A file that the library opens and does not write: two parts of one name, an escape in a text. */
const forged = new srnn.Checkpoint(null, 0);
forged.open(fs.readFileSync('tests/ffi/forged.srnn'));
assert.deepStrictEqual(Object.entries(forged.parts()),
    ['__proto__', 'ab', 'cd'].map((name) => [name, srnn.PART_TEXT]));
assert.strictEqual(forged.text('cd'), 'a\u00e9b');

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
const gradientOf = (beforeLoss, beforeBackward) => {
    const gradient = new Float32Array(n);
    show(1, 2);
    beforeLoss();
    workspace.loss(model, batch, 1);
    beforeBackward();
    workspace.backward(model, null, gradient);
    return gradient;
};
/* Arrays outside of V8's heap: there lie those that C has seen. */
const churn = () => {
    for (let i = 0; i < 1000; i++) {
        for (const bytes of [4 * STEPS * COUNT, 4 * COUNT, 300000]) {
            new Uint32Array(new ArrayBuffer(bytes)).fill(5);
        }
        if (i % 100 === 0) {
            gc();
        }
    }
};
const undisturbed = gradientOf(() => {}, () => {});
const disturbed = gradientOf(churn, () => {
    batch.begin(1, 1);
    churn();
});
assert.deepStrictEqual(disturbed, undisturbed);

/* A checkpoint keeps what it was given. */
const kept = new srnn.Checkpoint(null, 3);
const reader = new srnn.Checkpoint(null, 0);
kept.addText('text', 'cat'.repeat(100000));
(() => kept.addBytes('bytes', new Uint8Array(300000).fill(7)))(); /* no frame refers to it */
churn();
reader.open(kept.save());
churn();
assert.strictEqual(reader.text('text'), 'cat'.repeat(100000));
assert.deepStrictEqual(reader.bytes('bytes'), new Uint8Array(300000).fill(7));

/* The one in the list stays, also where one lay that was closed and has no other end. */
(() => new srnn.Clipper(allocator, srnn.CLIP_NORM).close())();
(() => kept.add('clipper', new srnn.Clipper(allocator, srnn.CLIP_NORM)))();
for (let i = 0; i < 100; i++) {
    new srnn.Clipper(allocator, srnn.CLIP_NORM);
}
assert.strictEqual(left, 101);
(function wait(tries, more) {
    gc();
    assert(tries > 0, `${left} objects were not ended`);
    if (left > 1 || more > 0) {
        setTimeout(wait, 10, tries - 1, left > 1 ? more : more - 1);
        return;
    }
    assert.strictEqual(left, 1);
    kept.save();
})(1000, 5);

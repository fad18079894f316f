/* refusals.mjs - bad input to the WebAssembly module is an SrnnError with the reason
 *
 *     node tests/wasm/refusals.mjs PACKAGE
 *
 * Prints the cases of tests/ffi/refusals.txt with their messages. */
import assert from 'node:assert';
import { importPackage } from './package.mjs';

const { load, SrnnError } = await importPackage(process.argv[2]);
const srnn = await load();
const STEPS = 4, COUNT = 3, HIDDEN = 5;

function refused(what, attempt) {
    assert.throws(attempt, (error) => {
        assert(error instanceof SrnnError, `${what}: ${error.stack}`);
        assert.strictEqual(error.message, `${srnn.statusName(error.code)}: ${error.text}`);
        assert.strictEqual(error.text, srnn.statusText(error.code));
        console.log(`${what}: ${error.message}`);
        return true;
    });
}

const random = new srnn.Random(1, 0);
const create = (hidden) => new srnn.Model(6, hidden, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
const model = create(HIDDEN);
const n = model.parameterCount;
model.initialize(srnn.START_SMART_TANH, random);
const workspace = new srnn.Workspace(model, STEPS, COUNT, srnn.WORKSPACE_LAST_OUTPUT);
const regularizer = new srnn.Regularizer(model, srnn.OMEGA_PAPER);
const clipper = new srnn.Clipper(srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, n);
const batch = new srnn.Batch();

function show(symbol = 0, category = 0, steps = STEPS) {
    batch.begin(steps, COUNT);
    batch.inputIds(new Uint32Array(steps * COUNT).fill(symbol), COUNT, 1);
    batch.targetIds(new Uint32Array(COUNT).fill(category), 0, 1);
    workspace.forward(model, batch);
}

/* Whole numbers that WebAssembly would cut. */
function refuseNumbers() {
    refused('a negative number of steps', () => batch.begin(-1, COUNT));
    refused('a negative bound', () => random.below(-1));
    refused('a negative length of a workspace', () => new srnn.Workspace(model, -1, COUNT, 0));
    refused('a negative number of steps for a clipper', () => clipper.tell(1, 0.01, -1));
    refused('a negative number of parts', () => new srnn.Checkpoint(-1));
    refused('parameters below zero', () => new srnn.Optimizer(srnn.OPTIMIZER_SGD, -1));
    refused('steps of more than 32 bits', () => batch.begin(2 ** 32 + 1, COUNT));
    refused('a bound of more than 32 bits', () => random.below(2 ** 32 + 5));
    refused('a width of more than 32 bits', () => create(2 ** 32 + 5));
    refused('flags of more than 32 bits', () => new srnn.Workspace(model, STEPS, COUNT,
        2 ** 32 + srnn.WORKSPACE_LAST_OUTPUT));
    refused('a workspace of more than 32 bits', () => new srnn.Workspace(model, 2 ** 32 + 3, COUNT, 0));
    const state = new Float32Array(HIDDEN);
    refused('an id of more than 32 bits', () =>
        model.stepId(2 ** 32 + 1, state, new Float32Array(HIDDEN), null));
    refused('a clipper\'s steps of more than 32 bits', () => clipper.tell(1, 0.01, 2 ** 32 + 1));
    refused('an option of more than 32 bits', () => clipper.set(2 ** 32 + srnn.CLIP_THRESHOLD, 1));
    refused('a seed of more than 64 bits', () => new srnn.Random(2n ** 64n, 0));
    refused('a fraction of a step', () => batch.begin(2.5, COUNT));
    refused('a fraction of a seed', () => new srnn.Random(1.5, 0));
    refused('a fraction of a parameter', () => new srnn.Optimizer(srnn.OPTIMIZER_SGD, n + 0.5));
    refused('a fraction of a flag', () => new srnn.Workspace(model, STEPS, COUNT, 0.5));
}

function refusePasses() {
    refused('a model without hidden units', () => create(0));
    const closed = create(HIDDEN);
    closed.dispose();
    closed.dispose();
    refused('a handle that is closed', () => workspace.forward(closed, batch));
    refused('a model that is closed', () => clipper.apply(closed, new Float32Array(n)));
    const omega = new srnn.Regularizer(model, srnn.OMEGA_PAPER);
    omega.dispose();
    refused('a regularizer that is closed', () =>
        workspace.backward(model, omega, new Float32Array(n)));
    refused('no handle', () => workspace.forward(null, batch));
    refused('a handle of another kind', () => workspace.forward(clipper, batch));
    show();
    const gradient = new Float32Array(n);
    refused('backward before loss', () => workspace.backward(model, regularizer, gradient));
    refused('ids before begin', () => new srnn.Batch().inputIds(new Uint32Array(1), 1, 1));
    refuseNumbers();
    batch.begin(STEPS, COUNT);
    const few = new Uint32Array(STEPS * COUNT - 1);
    refused('too few ids for the batch', () => batch.inputIds(few, COUNT, 1));
    refused('too few classes for the batch', () =>
        batch.targetIds(new Uint32Array(COUNT - 1), 0, 1));
    refused('strides beyond the ids', () =>
        batch.inputIds(new Uint32Array(STEPS * COUNT), COUNT + 1, 1));
    refused('a fraction of a stride', () => batch.inputIds(new Uint32Array(STEPS * COUNT), 2.5, 1));
    refused('an id beyond the inputs', () => show(6));
    show(0, 4);
    refused('a class beyond the outputs', () => workspace.loss(model, batch, 1));
    refused('more steps than the workspace has', () => show(0, 0, STEPS + 1));
    show();
    refused('a model of another shape', () => workspace.loss(create(7), batch, 1));
    workspace.loss(model, batch, 1);
    refused('a gradient that is too short', () =>
        workspace.backward(model, regularizer, new Float32Array(n - 1)));
}

function refuseUpdates() {
    refused('a gradient that is not a number', () =>
        clipper.apply(model, new Float32Array(n).fill(NaN)));
    refused('a gradient and parameters of different lengths', () =>
        optimizer.step(model.parameters, new Float32Array(n - 1)));
    refused('an option of another handle', () => clipper.set(srnn.OPTIMIZER_RATE, 1));
    refused('a threshold that is not a number', () => clipper.set(srnn.CLIP_THRESHOLD, NaN));
    refused('a loss below zero', () => clipper.tell(-1, 0.01, 10));
    const ruled = new srnn.Clipper(srnn.CLIP_NORM);
    ruled.set(srnn.CLIP_RULE, srnn.CLIP_RULE_POLYAK);
    ruled.tell(1, 0.01, 10);
    ruled.apply(model, new Float32Array(n));
    refused('a rule that was told nothing', () => ruled.apply(model, new Float32Array(n)));
    refused('an allocator that fails', () => new srnn.Floats(2 ** 30 - 1));
}

function refuseStreams() {
    let [state, next] = [new Float32Array(HIDDEN), new Float32Array(HIDDEN)];
    const logits = new Float32Array(4);
    model.initialState(state);
    refused('a state that is too short', () =>
        model.stepId(1, new Float32Array(HIDDEN - 1), next, logits));
    refused('a next state that is too short', () =>
        model.stepId(1, state, new Float32Array(HIDDEN - 1), logits));
    refused('logits that are too short', () => model.stepId(1, state, next, new Float32Array(3)));
    refused('an input that is too short', () => model.step(new Float32Array(5), state, next));
    refused('a step into the state that it reads', () => model.stepId(1, state, state));
    refused('an id beyond the inputs in a stream', () => model.stepId(6, state, next, logits));
    for (let i = 0; i < STEPS; i++) {
        model.step(Float32Array.of(0, 1, 0, 0, 0, 0), state, next, logits);
        [state, next] = [next, state];
    }
    show(1);
    refused('states of another number of sequences', () => workspace.getState(next, HIDDEN, 1));
    const states = new Float32Array(HIDDEN * COUNT);
    workspace.getState(states, HIDDEN, COUNT);
    assert.deepStrictEqual([...states], [...state, ...state, ...state]);
    refused('an option that is read only', () => optimizer.set(srnn.OPTIMIZER_UPDATES, 1));
}

function refuseFiles() {
    const file = model.save();
    assert.deepStrictEqual(srnn.Model.load(file).save(), file);
    refused('a file that ends too early', () => srnn.Model.load(file.subarray(0, -1)));
    file[file.length - 1] ^= 1;
    refused('an empty file', () => srnn.Model.load(new Uint8Array(0)));
    refused('a damaged file', () => srnn.Model.load(file));

    const notes = new TextEncoder().encode('to be\0kept');
    const saved = new srnn.Checkpoint(4);
    saved.add('model', model);
    refused('a name with a space', () => saved.add('my model', optimizer));
    saved.add('optimizer', optimizer);
    saved.addBytes('notes', notes);
    notes[0]++; /* they are saved as they are then */
    refused('a text with a zero in it', () => saved.addText('labels', 'cat\0dog'));
    refused('a text that is not UTF-8', () => saved.addText('labels', '\ud83d dog'));
    saved.addText('labels', '\ufeff\u732b dog');
    refused('a part too many', () => saved.add('clipper', clipper));
    refused('a batch in a checkpoint', () => new srnn.Checkpoint(1).add('batch', batch));
    refused('parts before a file is open', () => saved.parts());
    const archive = saved.save();
    saved.dispose();

    const opened = () => {
        const checkpoint = new srnn.Checkpoint(2);
        const copied = archive.slice();
        checkpoint.open(copied);
        copied[0] = 0; /* the checkpoint holds one of its own */
        new srnn.Floats(archive.length >> 2).array.fill(7);
        return checkpoint;
    };
    const lacking = opened();
    assert.deepStrictEqual(lacking.parts().map(({ name, kind }) => `${name} ${kind}`).sort(), [
        `labels ${srnn.PART_TEXT}`, `model ${srnn.PART_MODEL}`, `notes ${srnn.PART_BYTES}`,
        `optimizer ${srnn.PART_OPTIMIZER}`,
    ]);
    assert.strictEqual(lacking.get('model', srnn.STORED_HIDDEN), HIDDEN);
    assert.strictEqual(lacking.text('labels'), '\ufeff\u732b dog');
    assert.deepStrictEqual(lacking.bytes('notes'), notes);
    lacking.add('clipper', clipper);
    refused('a part that the file lacks', () => lacking.restore());

    /* All parts are restored, or none. */
    const fresh = create(HIDDEN);
    const wrong = opened();
    wrong.add('model', fresh);
    wrong.add('optimizer', new srnn.Optimizer(srnn.OPTIMIZER_SGD, n + 1));
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
    fresh.dispose();
    create(HIDDEN); /* it may lie there now */
    refused('a part that is closed', () => right.save());
}

refusePasses();
refuseUpdates();
refuseStreams();
refuseFiles();

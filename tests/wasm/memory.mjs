/* memory.mjs - the memory of the WebAssembly module: what grows, moves, ends and is freed
 *
 *     node --expose-gc tests/wasm/memory.mjs PACKAGE */
import assert from 'node:assert';
import { Heap } from '../../lib/delivery/wasm/memory.mjs';
import { loadPackage } from './package.mjs';

const folder = process.argv[2];
const srnn = await loadPackage(folder);
const { throws, deepStrictEqual: same, strictEqual: equal } = assert;
const code = (name) => ({ code: srnn[name] });
const bytesNow = () => srnn.memory.buffer.byteLength;

/* Ranges taken from a heap do not overlap, all come back, and the memory grows no further then. */
function tryHeap() {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 100 });
    const start = 1000;
    const heap = new Heap(memory, start);
    const random = new srnn.Random(1, 0);
    const taken = [];
    let largest = 0;
    for (let i = 0; i < 5000; i++) {
        if (taken.length > 0 && random.below(100) < (i < 2500 ? 45 : 60)) {
            const [{ at, end }] = taken.splice(random.below(taken.length), 1);
            heap.give(at, end);
        } else {
            const size = 16 * (1 + random.below(random.below(10) ? 20 : 4000));
            const at = heap.take(size);
            assert(at >= start && at % 16 === 0 && at + size <= memory.buffer.byteLength);
            assert(taken.every((other) => at + size <= other.at || other.end <= at));
            taken.push({ at, end: at + size });
        }
        const sorted = [...heap.free];
        assert(sorted.every(({ at, end }, k) => at < end && (k === 0 || sorted[k - 1].end < at)));
        largest = Math.max(largest, heap.free.length);
    }
    assert(largest > 5 && memory.buffer.byteLength > 2 * 65536);
    taken.forEach(({ at, end }) => heap.give(at, end));
    same(heap.free, [{ at: 1008, end: memory.buffer.byteLength }]);

    /* A memory that can grow no more, and what is left of it. */
    equal(heap.take(100 * 65536), 0);
    const all = memory.buffer.byteLength - 1008;
    equal(heap.take(all), 1008);
    same(heap.free, []);
    assert(heap.take(16) !== 0);

    /* Near its limit a memory grows by no more than is needed. */
    const small = new Heap(new WebAssembly.Memory({ initial: 2, maximum: 5 }), start);
    equal(small.take(4 * 65536), 1008);
    equal(small.memory.buffer.byteLength, 5 * 65536);
}

/* Arrays that are held while the memory grows end; the same taken anew are what they were. */
function tryGrowth() {
    const model = new srnn.Model(2, 3, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
    const floats = new srnn.Floats(3);
    const workspace = new srnn.Workspace(model, 2, 1);
    const batch = new srnn.Batch();
    model.parameters.fill(0.25);
    batch.begin(2, 1);
    batch.input(Float32Array.of(1, 2, 3, 4), 2, 2);
    workspace.forward(model, batch);
    const take = () => [
        model.parameters, floats.array, workspace.view(srnn.VIEW_HIDDEN).data,
    ];
    floats.array.set([1, 2, 3]);
    const held = take();
    const copies = held.map((it) => it.slice());
    const before = bytesNow();
    const large = new srnn.Floats(before / 4);
    assert(bytesNow() > before);
    same(held.map((it) => it.length), [0, 0, 0]);
    same(take().map((it) => it.slice()), copies);
    const ended = { name: 'TypeError', message: /ended/ };
    throws(() => model.initialState(held[1]), ended);
    throws(() => new srnn.Clipper(srnn.CLIP_NORM).apply(model, held[0]), ended);
    throws(() => batch.input(held[2], 2, 2), ended);
    throws(() => model.initialState(new Float32Array(3).subarray(3)), code('E_SHAPE'));

    /* Freed memory is used again. */
    large.dispose();
    const after = bytesNow();
    for (let i = 0; i < 10; i++) {
        new srnn.Floats(before / 4).dispose();
    }
    equal(bytesNow(), after);
}

/* A call that copies one array to a memory that must grow for it, while another lies there. */
function tryGrowthInCall() {
    const n = bytesNow();
    const parameters = new srnn.Floats(n);
    const gradient = new Float32Array(n).fill(-2);
    const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, n);
    optimizer.set(srnn.OPTIMIZER_RATE, 0.5);
    const before = bytesNow();
    optimizer.step(parameters.array, gradient);
    assert(bytesNow() > before);
    assert(parameters.array.every((it) => it === 1));

    /* A copy of what lies there. */
    const batch = new srnn.Batch();
    const inputs = new srnn.Floats(bytesNow() / 4);
    inputs.array.fill(3);
    batch.begin(1, 1);
    batch.input(inputs, 1, 1);
    const model = new srnn.Model(2, 1, 1, srnn.HIDDEN_LINEAR, srnn.OUTPUT_LINEAR);
    const workspace = new srnn.Workspace(model, 1, 1);
    model.parameters[0] = 2;
    workspace.forward(model, batch);
    equal(workspace.view(srnn.VIEW_HIDDEN).data[0], 6);
}

/* What a call takes is freed after it, also when it fails. */
function tryLeaks() {
    const model = new srnn.Model(2, 3, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
    const gradient = new Float32Array(model.parameterCount).fill(NaN);
    const clipper = new srnn.Clipper(srnn.CLIP_NORM);
    const checkpoint = new srnn.Checkpoint(1);
    const file = model.save();
    const shown = new srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
    const workspace = new srnn.Workspace(shown, 4, 3);
    const unbegun = new srnn.Batch();
    const before = bytesNow();
    for (let i = 0; i < 2000; i++) {
        const batch = new srnn.Batch();
        gradientOf(shown, batch, workspace, () => {});
        batch.dispose();
        throws(() => unbegun.inputIds(new Uint32Array(12), 3, 1), code('E_STATE'));
        throws(() => clipper.apply(model, gradient), code('E_NONFINITE'));
        throws(() => new srnn.Clipper(1), code('E_RANGE'));
        throws(() => srnn.Model.load(file.subarray(1)), code('E_FORMAT'));
        throws(() => checkpoint.open(file.subarray(1)), code('E_FORMAT'));
        throws(() => checkpoint.addText('a b'.repeat(300), 'c'.repeat(1000)), code('E_RANGE'));
        srnn.Model.load(file).dispose();
        checkpoint.open(file);
    }
    equal(bytesNow(), before);
}

/* A checkpoint refuses an array that ended or has another length since it was added: it would write
 * past its copy, or restore some parts and then fail. */
function tryParts() {
    const model = new srnn.Model(1, 1, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
    /* add(checkpoint) adds an array, and returns what changes it. */
    const refuses = (reason, add) => {
        const checkpoint = new srnn.Checkpoint(2);
        checkpoint.add('model', model);
        model.parameters.fill(1);
        const change = add(checkpoint);
        checkpoint.open(checkpoint.save());
        model.parameters.fill(2);
        const others = new srnn.Floats(1000);
        change();
        throws(() => checkpoint.save(), reason);
        throws(() => checkpoint.restore(), reason);
        same(model.parameters, new Float32Array(model.parameterCount).fill(2));
        assert(others.array.every((it) => it === 0));
    };
    refuses(code('E_SHAPE'), (checkpoint) => {
        const buffer = new ArrayBuffer(8, { maxByteLength: 4096 });
        const array = new Uint8Array(buffer); /* as long as the buffer */
        checkpoint.addBytes('array', array);
        return () => {
            buffer.resize(4096);
            array.fill(255);
        };
    });
    refuses({ name: 'TypeError', message: /ended/ }, (checkpoint) => {
        const { buffer, byteOffset, byteLength } = new srnn.Floats(4).array;
        checkpoint.addBytes('array', new Uint8Array(buffer, byteOffset, byteLength));
        return () => srnn.memory.grow(1);
    });
}

const gradientOf = (model, batch, workspace, disturb) => {
    const gradient = new Float32Array(model.parameterCount);
    batch.begin(4, 3);
    batch.inputIds(new Uint32Array(12).fill(1), 3, 1);
    batch.targetIds(new Uint32Array(3).fill(2), 0, 1);
    workspace.forward(model, batch);
    workspace.loss(model, batch, 1);
    disturb();
    workspace.backward(model, null, gradient);
    return gradient;
};

/* The ids of the last forward are still there for backward, whatever becomes of the batch. */
function tryBatches() {
    const model = new srnn.Model(6, 5, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
    model.initialize(srnn.START_BASIC_TANH, new srnn.Random(1, 0));
    const workspace = new srnn.Workspace(model, 4, 3);
    const undisturbed = gradientOf(model, new srnn.Batch(), workspace, () => {});
    for (const disturb of [
        (batch) => batch.begin(1, 1),
        (batch) => batch.inputIds(new Uint32Array(12).fill(5), 3, 1),
        (batch) => batch.dispose(),
    ]) {
        const batch = new srnn.Batch();
        const disturbed = gradientOf(model, batch, workspace, () => {
            disturb(batch);
            for (let i = 0; i < 100; i++) {
                new srnn.Floats(12).array.fill(3);
                gc();
            }
        });
        same(disturbed, undisturbed);
    }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

async function collect() {
    for (let tries = 0; tries < 3; tries++) {
        gc();
        await turn();
    }
}

/* Parameters that were taken before their model was bound to other floats. */
async function tryBinding() {
    const external = srnn.MODEL_EXTERNAL;
    const model = new srnn.Model(10, 50, 10, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR, external);
    const n = model.parameterCount;
    new srnn.Floats(20 * n).dispose(); /* room for all, so that the memory does not grow */
    const bind = () => {
        model.bind(new srnn.Floats(n));
        return model.parameters.fill(7);
    };
    const taken = bind();
    model.bind(new srnn.Floats(n));
    await collect();
    const others = Array.from({ length: 10 }, () => new srnn.Floats(n));
    others.forEach(({ array }) => array.fill(1));
    assert(taken.length === n && taken.every((it) => it === 7));
}

/* An object stays as long as an array of its memory, or a checkpoint with it in its list. */
async function tryOwners() {
    const make = () => {
        const model = new srnn.Model(1, 1, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
        const workspace = new srnn.Workspace(model, 1, 1);
        const [one, other] = [0, 1].map(() => new srnn.Regularizer(model, srnn.OMEGA_PAPER));
        const [batch, clipper] = [new srnn.Batch(), new srnn.Clipper(srnn.CLIP_NORM)];
        const checkpoint = new srnn.Checkpoint(1);
        batch.begin(1, 1);
        batch.input(Float32Array.of(1), 1, 1);
        workspace.forward(model, batch);
        checkpoint.add('clipper', clipper);
        return [
            [model.parameters, model], [workspace.view(srnn.VIEW_HIDDEN).data, workspace],
            [one.gathered().matrix, one], [other.gathered().sums, other], [checkpoint, clipper],
        ].map(([kept, owner]) => ({ kept, owner: new WeakRef(owner) }));
    };
    const made = make();
    await collect();
    assert(made.every(({ kept, owner }) => kept && owner.deref()));
}

/* Objects that nothing refers to are freed, and their memory is used again; one of which there is
 * an array is not. */
async function tryCollection() {
    new srnn.Floats(10 * 2 ** 20).dispose(); /* room for the 14 MB of a turn */
    const before = bytesNow();
    const array = new srnn.Floats(1000).array;
    array.fill(7);
    for (let i = 0; i < 40; i++) {
        for (let k = 0; k < 11; k++) {
            const model = new srnn.Model(10, 500, 10, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
            model.parameters.fill(1); /* 1 MB */
            const batch = new srnn.Batch();
            batch.begin(1, 1);
            batch.input(new Float32Array(2 ** 16), 1, 1); /* 256 KB */
        }
        await collect();
    }
    equal(bytesNow(), before);
    assert(array.every((it) => it === 7) && array.length === 1000);
}

tryHeap();
tryLeaks(); /* as long as there is little memory */
tryParts();
tryGrowth();
tryGrowthInCall();
tryBatches();
await tryBinding();
await tryOwners();
await tryCollection();
console.log('memory: it grows under views, and what is disposed of or collected is freed');

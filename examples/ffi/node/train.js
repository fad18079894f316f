/* train.js - examples/train.c in Node.js: the temporal order problem
 *
 * Every object lies in memory of this program's own allocator, which counts. Ends in the same bits
 * as the C program. With koffi installed where node finds it:
 *
 *     SRNN_HEADER=include/srnn.h LD_LIBRARY_PATH=build node examples/ffi/node/train.js */
'use strict';
const koffi = require('koffi');
const srnn = require('./srnn');

const STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000;

const malloc = koffi.load(null).func('void *malloc(size_t size)');
const free = koffi.load(null).func('void free(void *block)');
let blocks = 0;
let bytes = 0;

const allocator = srnn.allocator((block, oldSize, newSize) => {
    bytes += newSize - oldSize;
    if (block) {
        blocks--;
        free(block);
        return null;
    }
    blocks++;
    return malloc(newSize);
});

/* ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and one
 * just after the middle; 2 to 5 distract. */
function draw(random, count) {
    const ids = Uint32Array.from({ length: STEPS * count }, () => 2 + random.below(4));
    const classes = new Uint32Array(count);
    const tenth = STEPS / 10;
    for (let s = 0; s < count; s++) {
        const first = random.below(2);
        const second = random.below(2);
        ids[(tenth + random.below(tenth)) * count + s] = first;
        ids[(STEPS / 2 + random.below(tenth)) * count + s] = second;
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

const random = new srnn.Random(allocator, 1, 0);
const model = new srnn.Model(allocator, 6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX,
    srnn.MODEL_EXTERNAL);
const n = model.parameterCount;
model.bind(new Float32Array(n));
model.initialize(srnn.START_SMART_TANH, random);
const batch = new srnn.Batch(allocator);
const workspace = new srnn.Workspace(allocator, model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT);
const regularizer = new srnn.Regularizer(allocator, model, srnn.OMEGA_PAPER);
const clipper = new srnn.Clipper(allocator, srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(allocator, srnn.OPTIMIZER_SGD, n);
const taken = `${blocks} blocks, ${bytes} bytes`;

/* Run the network forward on a batch of sequences. */
function show({ ids, classes }) {
    batch.begin(STEPS, classes.length);
    batch.inputIds(ids, classes.length, 1);
    batch.targetIds(classes, 0, 1);
    workspace.forward(model, batch);
}

const gradient = new Float32Array(n);
let wrong = TEST;
for (let update = 1; update <= UPDATES && wrong > 0; update++) {
    gradient.fill(0);
    show(draw(random, BATCH));
    const [loss, weight] = workspace.loss(model, batch, 1 / BATCH);
    workspace.backward(model, regularizer, gradient);
    const omega = regularizer.apply(model, gradient);
    const norm = clipper.apply(model, gradient);
    optimizer.step(model.parameters, gradient);
    if (update % 500 === 0) {
        show(draw(random, TEST));
        wrong = workspace.countErrors(model, batch);
        console.log(
            `update ${String(update).padStart(5)}  loss ${(loss / weight).toFixed(3)}  ` +
                `norm ${norm.toFixed(3)}  Omega ${omega.toFixed(4)}  ` +
                `wrong ${String(wrong).padStart(4)} of ${TEST}`,
        );
    }
}
console.log(`hash ${hashOf(model.parameters)}`);

for (const object of [optimizer, clipper, regularizer, workspace, batch, model, random]) {
    object.close();
}
console.log(`allocator: ${taken}; left: ${blocks} blocks, ${bytes} bytes`);
process.exitCode = wrong === 0 ? 0 : 1;

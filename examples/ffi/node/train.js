/* train.js - examples/train.c in Node.js: the temporal order problem
 *
 * Every object lies in memory of this program's own allocator, which counts. At update 1000 the run
 * is saved and restored into new objects. It ends in the same bits as the C program, which is not
 * interrupted. In the end the trained model is saved, loaded and shown a sequence step by step.
 * With koffi installed where node finds it:
 *
 *     SRNN_HEADER=include/srnn.h LD_LIBRARY_PATH=build node examples/ffi/node/train.js */
'use strict';
const koffi = require('koffi');
const srnn = require('./srnn');

const STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000;
const INTERRUPTION = 1000; /* where the run is saved, and new objects go on */

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

/* What a run is made of. Its state, from the parameters to the generator, goes into a file. */
class Run {
    random = new srnn.Random(allocator, 1, 0);
    model = new srnn.Model(allocator, 6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
    batch = new srnn.Batch(allocator);
    workspace = new srnn.Workspace(allocator, this.model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT);
    regularizer = new srnn.Regularizer(allocator, this.model, srnn.OMEGA_PAPER);
    clipper = new srnn.Clipper(allocator, srnn.CLIP_NORM);
    optimizer = new srnn.Optimizer(allocator, srnn.OPTIMIZER_SGD, this.model.parameterCount);

    constructor() {
        this.model.bind(new Float32Array(this.model.parameterCount));
        this.model.initialize(srnn.START_SMART_TANH, this.random);
        this.clipper.set(srnn.CLIP_RULE, srnn.CLIP_RULE_AUTO);
    }

    close() {
        Object.values(this).forEach((object) => object.close());
    }

    /* Run the network forward on a batch of sequences. */
    show({ ids, classes }) {
        this.batch.begin(STEPS, classes.length);
        this.batch.inputIds(ids, classes.length, 1);
        this.batch.targetIds(classes, 0, 1);
        this.workspace.forward(this.model, this.batch);
    }

    /* Returns the mean loss, the norm of the gradient, and Omega. */
    update() {
        const { model, batch, workspace } = this;
        const gradient = new Float32Array(model.parameterCount);
        this.show(draw(this.random, BATCH));
        const [loss, weight] = workspace.loss(model, batch, 1 / BATCH);
        workspace.backward(model, this.regularizer, gradient);
        const omega = this.regularizer.apply(model, gradient);
        this.clipper.tell(loss / BATCH, this.optimizer.get(srnn.OPTIMIZER_RATE), STEPS);
        const norm = this.clipper.apply(model, gradient);
        this.optimizer.step(model.parameters, gradient);
        return [loss / weight, norm, omega];
    }

    /* The list of parts that saves a run, and restores one into the objects of another. */
    checkpoint() {
        const checkpoint = new srnn.Checkpoint(allocator, 7);
        for (const [name, object] of Object.entries(this)) {
            if (name !== 'batch') {
                checkpoint.add(name, object);
            }
        }
        checkpoint.addText('classes', '00 10 01 11');
        return checkpoint;
    }

    save() {
        const checkpoint = this.checkpoint();
        const archive = checkpoint.save();
        checkpoint.close();
        return archive;
    }

    /* Returns a run of new objects that goes on where the file was saved, with the same bits. */
    static resume(archive) {
        const run = new Run();
        const checkpoint = run.checkpoint();
        checkpoint.open(archive);
        checkpoint.restore();
        const parts = Object.keys(checkpoint.parts()).length;
        const update = run.optimizer.get(srnn.OPTIMIZER_UPDATES);
        const classes = checkpoint.text('classes');
        console.log(`restored: ${parts} parts at update ${update}, classes ${classes}`);
        checkpoint.close();
        return run;
    }
}

/* Load the model of a file, show it a sequence step by step, and compare it with forward. */
function stream(archive, run) {
    const model = srnn.Model.load(allocator, archive);
    const sequence = draw(run.random, 1);
    let state = new Float32Array(HIDDEN);
    let next = new Float32Array(HIDDEN);
    const logits = new Float32Array(4);
    model.initialState(state);
    for (const id of sequence.ids) {
        model.stepId(id, state, next, logits);
        [state, next] = [next, state];
    }
    model.close();
    run.show(sequence);
    const whole = new Float32Array(HIDDEN);
    run.workspace.getState(whole);
    const same = hashOf(state) === hashOf(whole);
    console.log(
        `streamed: class ${logits.indexOf(Math.max(...logits))} for ${sequence.classes[0]}, ` +
            `the state is ${same ? 'that' : 'NOT THAT'} of forward`,
    );
    return same;
}

let run = new Run();
const taken = `${blocks} blocks, ${bytes} bytes`;
let wrong = TEST;
for (let update = 1; update <= UPDATES && wrong > 0; update++) {
    const [loss, norm, omega] = run.update();
    if (update % 500 === 0) {
        run.show(draw(run.random, TEST));
        wrong = run.workspace.countErrors(run.model, run.batch);
        console.log(
            `update ${String(update).padStart(5)}  loss ${loss.toFixed(3)}  ` +
                `norm ${norm.toFixed(3)}  Omega ${omega.toFixed(4)}  ` +
                `wrong ${String(wrong).padStart(4)} of ${TEST}`,
        );
    }
    if (update === INTERRUPTION) {
        const archive = run.save();
        run.close();
        run = Run.resume(archive);
    }
}
console.log(`hash ${hashOf(run.model.parameters)}`);
const same = stream(run.model.save(), run);
run.close();
console.log(`allocator: ${taken}; left: ${blocks} blocks, ${bytes} bytes`);
process.exitCode = wrong === 0 && same ? 0 : 1;

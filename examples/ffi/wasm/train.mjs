/* train.mjs - examples/train.c with the WebAssembly module: the temporal order problem
 *
 * At update 1000 the run is saved and restored into new objects. It ends in the same bits as the C
 * program of the separate arithmetic family, which is not interrupted. In the end the trained model
 * is saved, loaded and shown a sequence step by step.
 *
 *     make wasm && npm install --no-save ./build/wasm && node examples/ffi/wasm/train.mjs */
import { load } from 'srnn';

const srnn = await load();
const STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000;
const INTERRUPTION = 1000; /* where the run is saved, and new objects go on */

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
    for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
        hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
    return hash.toString(16).padStart(16, '0');
}

/* What a run is made of. Its state, from the parameters to the generator, goes into a file. */
class Run {
    random = new srnn.Random(1, 0);
    model = new srnn.Model(6, HIDDEN, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
    batch = new srnn.Batch();
    workspace = new srnn.Workspace(this.model, STEPS, TEST, srnn.WORKSPACE_LAST_OUTPUT);
    regularizer = new srnn.Regularizer(this.model, srnn.OMEGA_PAPER);
    clipper = new srnn.Clipper(srnn.CLIP_NORM);
    optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, this.model.parameterCount);
    gradient = new srnn.Floats(this.model.parameterCount);

    constructor() {
        this.model.initialize(srnn.START_SMART_TANH, this.random);
        this.clipper.set(srnn.CLIP_RULE, srnn.CLIP_RULE_AUTO);
    }

    dispose() {
        Object.values(this).forEach((object) => object.dispose());
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
        const { model, batch, workspace, gradient } = this;
        gradient.array.fill(0);
        this.show(draw(this.random, BATCH));
        const { loss, weight } = workspace.loss(model, batch, 1 / BATCH);
        workspace.backward(model, this.regularizer, gradient);
        const omega = this.regularizer.apply(model, gradient);
        this.clipper.tell(loss / BATCH, this.optimizer.get(srnn.OPTIMIZER_RATE), STEPS);
        const norm = this.clipper.apply(model, gradient);
        this.optimizer.step(model.parameters, gradient);
        return [loss / weight, norm, omega];
    }

    /* The list of parts that saves a run, and restores one into the objects of another. */
    checkpoint() {
        const checkpoint = new srnn.Checkpoint(7);
        for (const [name, object] of Object.entries(this)) {
            if (name !== 'batch' && name !== 'gradient') {
                checkpoint.add(name, object);
            }
        }
        checkpoint.addText('classes', '00 10 01 11');
        return checkpoint;
    }

    save() {
        const checkpoint = this.checkpoint();
        const archive = checkpoint.save();
        checkpoint.dispose();
        return archive;
    }

    /* Returns a run of new objects that goes on where the file was saved, with the same bits. */
    static resume(archive) {
        const run = new Run();
        const checkpoint = run.checkpoint();
        checkpoint.open(archive);
        checkpoint.restore();
        const parts = checkpoint.parts().length;
        const update = run.optimizer.get(srnn.OPTIMIZER_UPDATES);
        const classes = checkpoint.text('classes');
        console.log(`restored: ${parts} parts at update ${update}, classes ${classes}`);
        checkpoint.dispose();
        return run;
    }
}

/* Load the model of a file, show it a sequence step by step, and compare it with forward. */
function stream(archive, run) {
    const model = srnn.Model.load(archive);
    const sequence = draw(run.random, 1);
    let state = new Float32Array(HIDDEN);
    let next = new Float32Array(HIDDEN);
    const logits = new Float32Array(4);
    model.initialState(state);
    for (const id of sequence.ids) {
        model.stepId(id, state, next, logits);
        [state, next] = [next, state];
    }
    model.dispose();
    run.show(sequence);
    const whole = new Float32Array(HIDDEN);
    run.workspace.getState(whole, HIDDEN, 1);
    const same = hashOf(state) === hashOf(whole);
    console.log(
        `streamed: class ${logits.indexOf(Math.max(...logits))} for ${sequence.classes[0]}, ` +
            `the state is ${same ? 'that' : 'NOT THAT'} of forward`,
    );
    return same;
}

let run = new Run();
let wrong = TEST;
for (let update = 1; update <= UPDATES && wrong > 0; update++) {
    const [loss, norm, omega] = run.update();
    if (update % 500 === 0) {
        run.show(draw(run.random, TEST));
        wrong = run.workspace.countErrors(run.model, run.batch).wrongSequences;
        console.log(
            `update ${String(update).padStart(5)}  loss ${loss.toFixed(3)}  ` +
                `norm ${norm.toFixed(3)}  Omega ${omega.toFixed(4)}  ` +
                `wrong ${String(wrong).padStart(4)} of ${TEST}`,
        );
    }
    if (update === INTERRUPTION) {
        const archive = run.save();
        run.dispose();
        run = Run.resume(archive);
    }
}
console.log(`hash ${hashOf(run.model.parameters)}`);
const same = stream(run.model.save(), run);
run.dispose();
process.exitCode = wrong === 0 && same ? 0 : 1;

/* step_time.mjs - the time of one step of training: step_time.c with the WebAssembly module
 *
 *     node step_time.mjs PACKAGE STEPS REPEATS */
import { HASH_START, hashFloats } from './hash.mjs';
import { loadPackage } from './package.mjs';

const [folder, steps, repeats] = process.argv.slice(2);
const srnn = await loadPackage(folder);
const SEQUENCES = 20;
const random = new srnn.Random(1, 0);
const model = new srnn.Model(6, 50, 4, srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
model.initialize(srnn.START_SMART_TANH, random);
const batch = new srnn.Batch();
const flags = srnn.WORKSPACE_LAST_OUTPUT;
const workspace = new srnn.Workspace(model, Number(steps), SEQUENCES, flags);
const clipper = new srnn.Clipper(srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, model.parameterCount);
const gradient = new srnn.Floats(model.parameterCount);
const ids = new Uint32Array(steps * SEQUENCES);
const classes = new Uint32Array(SEQUENCES);
const times = new Float64Array(Number(repeats)).map(() => {
    ids.forEach((_, k) => (ids[k] = random.below(6)));
    classes.forEach((_, s) => (classes[s] = random.below(4)));
    const start = process.cpuUsage();
    gradient.array.fill(0);
    batch.begin(Number(steps), SEQUENCES);
    batch.inputIds(ids, SEQUENCES, 1);
    batch.targetIds(classes, 0, 1);
    workspace.forward(model, batch);
    workspace.loss(model, batch, 1 / SEQUENCES);
    workspace.backward(model, null, gradient);
    clipper.apply(model, gradient);
    optimizer.step(model.parameters, gradient);
    const { user, system } = process.cpuUsage(start);
    return user + system;
});
times.sort();
const hash = hashFloats(HASH_START, model.parameters).toString(16).padStart(16, '0');
console.log(`${times[0]} ${times[times.length >> 1]} ${hash}`);

/* types.ts - a program that tsc accepts, with lines that it must refuse; it is not run */
import { load, loadSync, SrnnError, type Model, type Srnn, type View } from 'srnn';

const srnn: Srnn = await load();
loadSync(new Uint8Array(8)).Random;
const kind: 11 = srnn.HIDDEN_TANH;
const model: Model = new srnn.Model(6, 50, 4, kind, srnn.OUTPUT_SOFTMAX);
const gradient = new srnn.Floats(model.parameterCount);
const workspace = new srnn.Workspace(model, 20, 20, srnn.WORKSPACE_LAST_OUTPUT);
const batch = new srnn.Batch();
batch.begin(20, 20);
batch.inputIds(new Uint32Array(400), 20, 1);
batch.mask(null);
workspace.forward(model, batch);
const mean: number = workspace.loss(model, batch, 1 / 20).loss / 20;
workspace.backward(model, null, gradient);
new srnn.Clipper(srnn.CLIP_NORM).apply(null, new Float32Array(3));
const view: View = workspace.view(srnn.VIEW_HIDDEN);
const seed: bigint = new srnn.Random(1, 2n).getState().state;
srnn.Model.load(model.save(), srnn.LOAD_VIEW).dispose();
try {
    model.initialize(srnn.START_GLOROT, new srnn.Random(1, 0));
} catch (error) {
    if (error instanceof SrnnError && error.code === srnn.E_READ_ONLY) {
        console.log(error.text, mean, view.width, seed);
    }
}

/* Every other method, with what it takes and returns. */
const [floats, ids, bytes] = [new Float32Array(6), new Uint32Array(6), new Uint8Array(6)];
const random = new srnn.Random(1n, 2);
const other = srnn.Model.pytorchLoad(model.pytorchSave(), srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX);
const regularizer = new srnn.Regularizer(model, srnn.OMEGA_PAPER);
const clipper = new srnn.Clipper(srnn.CLIP_NORM);
const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_SGD, model.parameterCount);
random.setState(1n, seed);
other.bind(gradient);
other.bindConst(gradient);
other.copy(model);
model.initialState(gradient);
model.step(floats, floats, gradient, null);
model.stepId(1, gradient, floats);
batch.input(gradient, 3, 1);
batch.target(floats, 3, 1);
batch.targetIds(ids, 3, 1);
batch.targetMask(bytes, 3, 1);
batch.mask(bytes, 3, 1);
batch.weights(gradient, 3, 1);
batch.lengths(ids);
batch.restarts(bytes);
workspace.setState(floats, 3, 2);
workspace.getState(gradient, 3, 2);
workspace.forwardContinue(model, batch);
workspace.lossBegin();
workspace.reset();
clipper.tell(1, 0.5, 3);
clipper.copy(clipper);
clipper.reset();
optimizer.step(gradient, floats);
optimizer.decay(floats, 0.5);
optimizer.copy(optimizer);
optimizer.reset();
regularizer.reset();
regularizer.set(srnn.OMEGA_WEIGHT, 1);
const checkpoint = new srnn.Checkpoint(3);
for (const part of [model, optimizer, clipper, regularizer, random, workspace]) {
    checkpoint.add('part', part);
}
checkpoint.addBytes('bytes', bytes);
checkpoint.addText('text', 'text');
checkpoint.open(checkpoint.save());
checkpoint.restore();
const { matrix, sums } = regularizer.gathered();
const { radius, singularValue } = srnn.spectrum(matrix, 2);
const { wrongSteps, steps, wrongSequences, sequences } = workspace.countErrors(model, batch, 0.5);
const option = srnn.optionInfo(srnn.optionKey(0));
const numbers: number[] = [
    random.u32(), random.below(3), random.uniform(), random.normal(),
    model.inputs, model.hidden, model.outputs, batch.steps, batch.sequences, gradient.length,
    regularizer.apply(model, floats), clipper.get(srnn.CLIP_STEPS),
    workspace.loss(model, batch, 1).weight, radius, singularValue,
    wrongSteps, steps, wrongSequences, sequences,
    view.stepStride, view.sequenceStride, view.data[0], gradient.array[0], sums[0],
    model.parametersConst?.[0] ?? 0, srnn.outputs(model, gradient)[0],
    checkpoint.get('part', srnn.STORED_KIND), checkpoint.parts(1)[0].kind,
    checkpoint.bytes('bytes')[0], option.key, option.minimum, option.maximum, option.preset,
    option.traits, srnn.versionNumber(), srnn.arithmetic(), srnn.alignment(),
    srnn.archiveLength(bytes), srnn.memory.buffer.byteLength,
    ...model.tensors.flatMap((it) => [it.offset, it.rows, it.columns]),
];
const texts: string[] = [
    option.name, option.handle, checkpoint.text('text'), checkpoint.parts()[0].name,
    model.tensors[0].name, srnn.versionString(), srnn.buildInfo(), srnn.statusName(srnn.OK),
    srnn.statusText(srnn.OK),
];
console.log(numbers, texts, random.getState().stream + 1n);

/* @ts-expect-error: parameters may be null */
model.parameters.fill(0);
/* @ts-expect-error: doubles are no floats */
workspace.backward(model, null, new Float64Array(3));
/* @ts-expect-error: null is no regularizer that was forgotten */
workspace.backward(model, gradient);
/* @ts-expect-error: strides are needed */
batch.input(gradient);
/* @ts-expect-error: another handle */
workspace.forward(batch, model);
/* @ts-expect-error: constants cannot be set */
srnn.OK = 1;
/* @ts-expect-error: a status is never made */
new SrnnError();
/* @ts-expect-error: no such constant */
srnn.HIDDEN_SOFTMAX;

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

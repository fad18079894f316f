/* files.mjs - the WebAssembly module writes the bytes of C, and reads them
 *
 *     node tests/wasm/files.mjs PACKAGE FOLDER
 *
 * FOLDER has the files of write_files.c, and trained.srnn of `srnn train`, which this program saves
 * again as resaved.srnn. */
import assert from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackage } from './package.mjs';

const [, , folder, files] = process.argv;
const srnn = await loadPackage(folder);
const read = (name) => new Uint8Array(readFileSync(join(files, name)));

const random = new srnn.Random(7, 3);
const kinds = [srnn.HIDDEN_TANH, srnn.OUTPUT_SOFTMAX, srnn.MODEL_LEARNED_STATE];
const model = new srnn.Model(6, 50, 4, ...kinds);
model.initialize(srnn.START_SMART_TANH, random);
const optimizer = new srnn.Optimizer(srnn.OPTIMIZER_ADAM, model.parameterCount);
optimizer.set(srnn.OPTIMIZER_RATE, 0.003);
const checkpoint = new srnn.Checkpoint(6);
checkpoint.add('model', model);
checkpoint.add('optimizer', optimizer);
checkpoint.add('clipper', new srnn.Clipper(srnn.CLIP_NORM));
checkpoint.add('random', random);
checkpoint.addBytes('notes', Uint8Array.of(1, 0, 255, 3, 4));
checkpoint.addText('labels', 'cat\ndog');
assert.deepStrictEqual(model.save(), read('model.srnn'));
assert.deepStrictEqual(model.pytorchSave(), read('model.safetensors'));
assert.deepStrictEqual(checkpoint.save(), read('run.srnn'));

/* A file for PyTorch has not the flag, but the state. */
const back = srnn.Model.pytorchLoad(read('model.safetensors'));
assert.deepStrictEqual(back.parameters, model.parameters);
assert.deepStrictEqual(srnn.Model.load(read('run.srnn')).save(), read('model.srnn'));
const padded = new Uint8Array(read('run.srnn').length + 100);
padded.set(read('run.srnn'));
assert.strictEqual(srnn.archiveLength(padded), read('run.srnn').length);

/* A file that the library opens and does not write: two parts of one name, an escape in a text. */
const opened = new srnn.Checkpoint(0);
opened.open(new Uint8Array(readFileSync(new URL('../ffi/forged.srnn', import.meta.url))));
const names = ['__proto__', 'ab', 'ab', 'cd'];
const listed = names.map((name) => ({ name, kind: srnn.PART_TEXT }));
assert.deepStrictEqual(opened.parts(), listed);
assert.deepStrictEqual(opened.parts(2), listed.slice(0, 2));
assert.throws(() => opened.parts(-1), { code: srnn.E_RANGE });
assert.strictEqual(opened.text('cd'), 'a\u00e9b');

const trained = srnn.Model.load(read('trained.srnn'));
assert.deepStrictEqual([trained.inputs, trained.hidden, trained.outputs], [6, 50, 4]);
writeFileSync(join(files, 'resaved.srnn'), trained.save());
console.log('files: the bytes of C, and what `srnn train` saved is read');

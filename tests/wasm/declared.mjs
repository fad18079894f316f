/* declared.mjs - srnn.d.ts declares what the WebAssembly module has, and nothing else
 *
 *     node tests/wasm/declared.mjs PACKAGE
 *
 * Prints the functions of the library that the module exports, for check_wasm.sh. */
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackage } from './package.mjs';

const folder = process.argv[2];
const srnn = await loadPackage(folder);
const code = readFileSync(join(folder, 'srnn.d.ts'), 'utf8').replace(/\/\*[^]*?\*\//g, '');

/* The names in the braces after `export interface NAME`, but for those in inner braces. */
function members(name) {
    const body = code.match(new RegExp(`export interface ${name}\\b.*{([^]*?)\n}`));
    assert(body, `srnn.d.ts has no ${name}`);
    return [...body[1].matchAll(/^    (?:readonly )?(\w+)[(:]/gm)].map((it) => it[1]).sort();
}

const owned = (prototype) =>
    Object.getOwnPropertyNames(prototype).filter((it) => it !== 'constructor');
const isClass = (name) => /^[A-Z][a-z]/.test(name);
const parent = (prototype) => Object.getPrototypeOf(prototype);
for (const name of Object.keys(srnn).filter(isClass)) {
    const own = name === 'Floats' ? ['length'] : []; /* a property of each object */
    const names = [...owned(srnn[name].prototype), ...own].sort();
    assert.deepStrictEqual(members(name), names, name);
}
assert.deepStrictEqual(members('Handle'), owned(parent(srnn.Batch.prototype)));
assert.deepStrictEqual(members('HandleWithOptions'), owned(parent(srnn.Model.prototype)).sort());
const all = [...members('Srnn'), ...members('Constants')].sort();
assert.deepStrictEqual(all, Object.keys(srnn).sort());
for (const constant of members('Constants')) {
    assert(code.includes(`readonly ${constant}: ${srnn[constant]};`), constant);
}

/* What stands in the braces of a class: functions without an object. */
for (const name of Object.keys(srnn).filter(isClass)) {
    const [, body] = code.match(new RegExp(`readonly ${name}: {([^]*?)};\n`));
    const declared = [...body.matchAll(/(\w+)\(.*\): \w+;?$/gm)].map((it) => it[1]);
    const made = Object.getOwnPropertyNames(srnn[name]);
    const others = ['length', 'name', 'prototype', 'kind'];
    assert.deepStrictEqual(declared.sort(), made.filter((it) => !others.includes(it)).sort(), name);
}

/* What methods return. */
const model = new srnn.Model(1, 1, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
const workspace = new srnn.Workspace(model, 1, 1);
const batch = new srnn.Batch();
batch.begin(1, 1);
batch.input(new Float32Array(1), 1, 1);
batch.target(new Float32Array(1), 1, 1);
workspace.forward(model, batch);
for (const [name, object] of Object.entries({
    Tensor: model.tensors[0],
    View: workspace.view(srnn.VIEW_LOGIT),
    ErrorCounts: workspace.countErrors(model, batch),
    Option: srnn.optionInfo(srnn.CLIP_THRESHOLD),
})) {
    assert.deepStrictEqual(members(name), Object.keys(object).sort(), name);
}

const module = await WebAssembly.compile(readFileSync(join(folder, 'srnn.wasm')));
const names = WebAssembly.Module.exports(module).map((it) => it.name);
assert.deepStrictEqual(names.filter((it) => !it.startsWith('srnn_')), ['memory', '__heap_base']);
console.log(names.filter((it) => it.startsWith('srnn_')).sort().join('\n'));

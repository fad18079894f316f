/* load.mjs - every way to load the WebAssembly module, and what is left of the page around it
 *
 *     node tests/wasm/load.mjs PACKAGE */
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { importPackage } from './package.mjs';

const folder = process.argv[2];
const { load, loadSync, SrnnError } = await importPackage(folder);
const file = join(folder, 'srnn.wasm');
const bytes = readFileSync(file);
const url = pathToFileURL(resolve(file));
const module = await WebAssembly.compile(bytes);

assert.deepStrictEqual(WebAssembly.Module.imports(module), []);

const server = createServer((request, response) => {
    response.statusCode = request.url === '/srnn.wasm' ? 200 : 404;
    response.end(response.statusCode === 200 ? bytes : 'no');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const address = `http://127.0.0.1:${server.address().port}/srnn.wasm`;
const sources = [
    undefined, bytes, Uint8Array.from(bytes).buffer, module, url, url.href, address,
    fetch(address), await fetch(address), Promise.resolve(module),
];
const loaded = await Promise.all(sources.map((source) => load(source)));
loaded.push(loadSync(bytes), loadSync(module));
loaded.forEach((srnn) => assert.strictEqual(srnn.versionNumber(), srnn.VERSION_NUMBER));
await assert.rejects(load(address.replace('srnn', 'other')), /404/);
await assert.rejects(load('not an address'), TypeError);
await assert.rejects(load(new Uint8Array(8)), WebAssembly.CompileError);
await assert.rejects(load(new URL('missing.wasm', url)), { code: 'ENOENT' });
assert.throws(() => loadSync(bytes.subarray(0, 1000)), WebAssembly.CompileError);
server.close();
server.closeAllConnections();

/* Each has objects of its own. */
const [srnn, other] = loaded;
new srnn.Random(1, 0); /* at the same address as the next */
const random = new other.Random(1, 0);
const model = new srnn.Model(1, 1, 1, srnn.HIDDEN_TANH, srnn.OUTPUT_LINEAR);
const wrong = (error) => error instanceof SrnnError && error.code === srnn.E_ARGUMENT;
assert.throws(() => model.initialize(srnn.START_GLOROT, random), wrong);
assert.throws(() => (srnn.HIDDEN_TANH = 1), TypeError);

/* The classic script needs nothing but itself, and leaves one name behind. */
const before = Object.getOwnPropertyNames(globalThis);
vm.runInThisContext(readFileSync(join(folder, 'srnn.js'), 'utf8'));
const after = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
assert.deepStrictEqual(after, ['srnn']);
assert.deepStrictEqual(Object.keys(globalThis.srnn), ['load', 'loadSync', 'SrnnError']);
const classic = await globalThis.srnn.load();
assert.strictEqual(classic.buildInfo(), srnn.buildInfo());
const text = (it) => new it.Model(2, 2, 2, it.HIDDEN_TANH, it.OUTPUT_LINEAR).save();
assert.deepStrictEqual(text(classic), text(srnn));
console.log(`load: ${loaded.length + 1} ways`);

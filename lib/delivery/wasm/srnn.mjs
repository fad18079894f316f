/* srnn.mjs - libsrnn as a WebAssembly module: how it is loaded, and functions without an object
 *
 * srnn.d.ts describes what is exported. `make wasm` joins the files of this folder into one. */
import { checkpointClass } from './checkpoint.mjs';
import { constants } from './constants.mjs';
import { openMemory, SrnnError } from './memory.mjs';
import { objectClasses } from './objects.mjs';
import { passClasses } from './passes.mjs';

/* Where the module is by default. The classic script has its bytes here. */
const home = () => new URL('srnn.wasm', import.meta.url); /* @HOME@ */

/* Compiles what load() accepts. */
async function compile(source) {
    const found = await source;
    if (found instanceof WebAssembly.Module) {
        return found;
    }
    if (found instanceof ArrayBuffer || ArrayBuffer.isView(found)) {
        return WebAssembly.compile(found);
    }
    if (found instanceof Response) {
        if (!found.ok) {
            throw new Error(`${found.url}: ${found.status} ${found.statusText}`);
        }
        return WebAssembly.compile(await found.arrayBuffer());
    }
    const url = new URL(found, globalThis.location?.href);
    /* Node fetches no files. */
    const files = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs');
    return compile(files ? files.promises.readFile(url) : fetch(url));
}

async function load(source = home()) {
    return start(await compile(source));
}

function loadSync(source) {
    return start(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source));
}

function start(module) {
    const m = openMemory(new WebAssembly.Instance(module).exports);
    const objects = objectClasses(m);
    return Object.freeze({
        memory: m.memory,
        ...constants,
        ...plainFunctions(m, objects),
        ...objects.classes,
        ...passClasses(m, objects),
        Checkpoint: checkpointClass(m, objects),
    });
}

function plainFunctions(m, { address, arrayOf }) {
    const { c, lend, check, demand, whole, real, stringAt, slot, slots, wordAt, numberAt } = m;

    return {
        versionNumber: () => c.srnn_version_number() >>> 0,
        versionString: () => stringAt(c.srnn_version_string()),
        arithmetic: () => c.srnn_arithmetic() >>> 0,
        buildInfo: () => stringAt(c.srnn_build_info()),
        statusName: (status) => stringAt(c.srnn_status_name(real(status))),
        statusText: (status) => stringAt(c.srnn_status_text(real(status))),
        alignment: () => c.srnn_alignment() >>> 0,
        optionKey: (index) => c.srnn_option_key(whole(index)) >>> 0,

        optionInfo(key) {
            check(c.srnn_option_info(whole(key), ...slots(6)));
            const [handle, name] = [0, 1].map((i) => stringAt(wordAt(i)));
            const [minimum, maximum, preset] = [2, 3, 4].map(numberAt);
            return { key, handle, name, minimum, maximum, preset, traits: wordAt(5) };
        },

        archiveLength(archive) {
            const array = arrayOf(Uint8Array, archive);
            const { length } = array;
            lend([array], (at) => check(c.srnn_archive_length(at, length, slot(0))));
            return wordAt(0);
        },

        outputs(model, logits) {
            const array = arrayOf(Float32Array, logits).slice();
            const width = c.srnn_model_outputs(address(model)) >>> 0;
            const rows = width === 0 ? 0 : array.length / width; /* 0: no model, as C will say */
            demand(Number.isInteger(rows), constants.E_SHAPE);
            lend([array], (at) => check(c.srnn_outputs(address(model), at, rows, at)), [0]);
            return array;
        },

        spectrum(matrix, size) {
            const array = arrayOf(Float32Array, matrix);
            demand(array.length >= whole(size) ** 2, constants.E_SHAPE);
            const scratch = new Float32Array(2 * size);
            lend([array, scratch], (at, free) =>
                check(c.srnn_spectrum(at, size, free, 2 * size, ...slots(2))),
            );
            return { radius: numberAt(0), singularValue: numberAt(1) };
        },
    };
}

export { load, loadSync, SrnnError };

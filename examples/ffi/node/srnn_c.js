/* srnn_c.js - what srnn.js uses of srnn.h: its constants, functions and options
 *
 * The declarations and constants are those of srnn.h itself, which is read when this module is
 * loaded: SRNN_HEADER names the file, if it is not /usr/local/include/srnn.h. */
'use strict';
const fs = require('fs');
const koffi = require('koffi');

const library = koffi.load('libsrnn.so.0.2');
const header = fs
    .readFileSync(process.env.SRNN_HEADER || '/usr/local/include/srnn.h', 'utf8')
    .replace(/\/\*[^]*?\*\//g, '');

const constants = {};
for (const [, name, value] of header.matchAll(/^#define SRNN_(\w+) \(?(-?\d+)u?\)?\s*$/gm)) {
    constants[name] = Number(value);
}

class SrnnError extends Error {
    constructor(status, options) {
        super(`${C.srnn_status_name(status)}: ${C.srnn_status_text(status)}`, options);
        this.status = status;
        this.statusName = C.srnn_status_name(status); /* 'SRNN_E_SHAPE' */
    }
}

function check(status) {
    if (status !== constants.OK) {
        throw new SrnnError(status);
    }
}

/* Refuses a number with a fraction, and one that is not below the limit: koffi would cut it. */
function checkWhole(number, limit) {
    const hasFraction = typeof number === 'number' && !Number.isInteger(number);
    if (hasFraction || number < 0 || number >= limit) {
        throw new SrnnError(constants.E_RANGE);
    }
}

/* Returns a function of C that checks its whole numbers. */
function withWholeNumbers(call, parameters) {
    const limits = [];
    parameters.split(',').forEach((parameter, place) => {
        const kind = parameter.match(/^ ?(uint32_t|uint64_t|size_t) \w+$/);
        if (kind) {
            limits.push([place, 256 ** koffi.sizeof(kind[1])]);
        }
    });
    return (...values) => {
        limits.forEach(([place, limit]) => checkWhole(values[place], limit));
        return call(...values);
    };
}

/* The functions, under their names in C. A pointer to a pointer or to a size is where a result is
 * put: [null] before, the result in it afterwards. Typed arrays are passed where they lie, results
 * too. */
const C = {};
const code = header
    .replace(/^#ifdef __cplusplus[^]*?^#endif/gm, '')
    .replace(/^#.*$/gm, '')
    .replace(/^SRNN_API$/gm, '');
for (const part of code.split(';')) {
    const declaration = part.replace(/\s+/g, ' ').trim();
    const opaque = declaration.match(/^typedef struct (\w+) \w+$/);
    const callback = declaration.match(/^typedef (.*)\(\*(\w+)\)(\(.*\))$/);
    const plain = declaration.match(/(\w+)\((.*)\)$/);
    if (opaque) {
        koffi.opaque(opaque[1]);
    } else if (callback) {
        const type = koffi.proto(`${callback[1]} ${callback[2]}_type${callback[3]}`);
        koffi.alias(callback[2], koffi.pointer(type));
    } else if (plain) {
        const call = library.func(
            declaration.replace(/(const )?\w+ \*\*|size_t \*/g, '_Out_ $&'),
        );
        C[plain[1]] = withWholeNumbers(call, plain[2]);
    }
}

/* Returns the double that a function of C writes through its last argument. */
function numberFrom(call, ...rest) {
    const value = new Float64Array(1);
    check(call(...rest, value));
    return value[0];
}

/* Every option and statistic by its name, as the library describes it: { key, handle: 'clipper',
 * minimum, maximum, preset, traits }. The keys are constants too: CLIP_THRESHOLD. */
const options = {};
for (let i = 0, key; (key = C.srnn_option_key(i)) !== 0; i++) {
    const [handle, name] = [[null], [null]];
    const [minimum, maximum, preset] = [0, 0, 0].map(() => new Float64Array(1));
    const traits = new Uint32Array(1);
    check(C.srnn_option_info(key, handle, name, minimum, maximum, preset, traits));
    const word = name[0].replace(/^SRNN_/, '');
    constants[word] = key;
    options[word] = {
        key, handle: handle[0], minimum: minimum[0], maximum: maximum[0], preset: preset[0],
        traits: traits[0],
    };
}

module.exports = { C, constants, options, SrnnError, check, checkWhole, numberFrom };

/* srnn.js - libsrnn for Node.js, by koffi (npm install koffi@2)
 *
 * The declarations and constants are those of srnn.h itself, which is read when this module is
 * loaded: SRNN_HEADER names the file, if it is not /usr/local/include/srnn.h. That file describes
 * the functions, their shapes and errors. A status that is not SRNN_OK is thrown as SrnnError.
 *
 * new X(allocator, ...) creates an object with the arguments of srnn_X_create after `user`;
 * `allocator` is null for that of the C library, or made by allocator(). Objects are destroyed some
 * time after the last reference to them, or by close(). Arrays are Float32Array and Uint32Array.
 * They are never copied: a batch keeps those that it views, and a workspace those of its last
 * forward, which must not be changed or transferred before backward. */
'use strict';
const fs = require('fs');
const koffi = require('koffi');

const library = koffi.load('libsrnn.so.0');
const header = fs
    .readFileSync(process.env.SRNN_HEADER || '/usr/local/include/srnn.h', 'utf8')
    .replace(/\/\*[^]*?\*\//g, '');

for (const [, name, value] of header.matchAll(/^#define SRNN_(\w+) \(?(-?\d+)u?\)?\s*$/gm)) {
    exports[name] = Number(value);
}

/* The functions, under their names in C. A pointer to a pointer is where a result is put: [null]
 * before, the result in it afterwards. Typed arrays are passed where they lie, results too. */
const C = {};
const code = header
    .replace(/^#ifdef __cplusplus[^]*?^#endif/gm, '')
    .replace(/^#.*$/gm, '')
    .replace(/^SRNN_API$/gm, '');
for (const part of code.split(';')) {
    const declaration = part.replace(/\s+/g, ' ').trim();
    const opaque = declaration.match(/^typedef struct (\w+) \w+$/);
    const callback = declaration.match(/^typedef (.*)\(\*(\w+)\)(\(.*\))$/);
    const plain = declaration.match(/(\w+)\(.*\)$/);
    if (opaque) {
        koffi.opaque(opaque[1]);
    } else if (callback) {
        const type = koffi.proto(`${callback[1]} ${callback[2]}_type${callback[3]}`);
        koffi.alias(callback[2], koffi.pointer(type));
    } else if (plain) {
        C[plain[1]] = library.func(declaration.replace(/(const )?\w+ \*\*/g, '_Out_ $&'));
    }
}

class SrnnError extends Error {
    constructor(status, options) {
        super(`${C.srnn_status_name(status)}: ${C.srnn_status_text(status)}`, options);
        this.status = status;
    }
}

function check(status) {
    if (status !== exports.OK) {
        throw new SrnnError(status);
    }
}

/* Returns the length of an array of that type, which C could not check. */
function length(type, array) {
    if (!(array instanceof type)) {
        throw new TypeError(`a ${type.name} was expected`);
    }
    return array.length;
}

/* An allocator: allocate(null, 0, size) returns a void pointer of koffi's to `size` bytes, or null
 * when there is no memory; allocate(block, size, 0) frees them. What it throws counts as null.
 * It is never unregistered, since objects may be destroyed after everything else. */
function allocator(allocate) {
    return koffi.register((user, block, oldSize, newSize) => {
        try {
            return allocate(block, oldSize, newSize);
        } catch {
            return null;
        }
    }, 'srnn_allocate_fn');
}

const ended = new FinalizationRegistry((end) => end());

/* The pointer that is passed to C for an object: NULL, which every function refuses, for null or a
 * closed object. */
const handle = (object) => (object ? object.handle : null);

class Handle {
    constructor(allocator, ...rest) {
        const kind = this.constructor.name.toLowerCase();
        const result = [null];
        check(C[`srnn_${kind}_create`](allocator, null, ...rest, result));
        this.handle = result[0];
        this.end = () => C[`srnn_${kind}_destroy`](result[0]);
        ended.register(this, this.end, this);
    }

    close() {
        if (this.handle) {
            ended.unregister(this);
            this.handle = null;
            this.end();
        }
    }
}

class Random extends Handle {
    below(bound) {
        return C.srnn_random_below(this.handle, bound);
    }
}

/* A model's parameters are the array passed to bind: create it with the flag MODEL_EXTERNAL. */
class Model extends Handle {
    get parameterCount() {
        return C.srnn_model_parameter_count(this.handle);
    }

    bind(parameters) {
        check(C.srnn_model_bind(this.handle, parameters, length(Float32Array, parameters)));
        this.parameters = parameters;
    }

    initialize(kind, random) {
        check(C.srnn_model_initialize(this.handle, kind, handle(random)));
    }
}

class Batch extends Handle {
    begin(steps, sequences) {
        if (!(steps >= 0 && steps < 2 ** 32 && sequences >= 0 && sequences < 2 ** 32)) {
            throw new SrnnError(exports.E_RANGE);
        }
        check(C.srnn_batch_begin(this.handle, steps, sequences));
        Object.assign(this, { inputs: null, targets: null });
    }

    inputIds(ids, stepStride, sequenceStride) {
        this.checkReach(ids, stepStride, sequenceStride);
        check(C.srnn_batch_input_ids(this.handle, ids, stepStride, sequenceStride));
        this.inputs = ids;
    }

    targetIds(ids, stepStride, sequenceStride) {
        this.checkReach(ids, stepStride, sequenceStride);
        check(C.srnn_batch_target_ids(this.handle, ids, stepStride, sequenceStride));
        this.targets = ids;
    }

    /* Refuse an array that is shorter than the batch. */
    checkReach(ids, stepStride, sequenceStride) {
        const steps = C.srnn_batch_steps(this.handle);
        const sequences = C.srnn_batch_sequences(this.handle);
        const last = (steps - 1) * stepStride + (sequences - 1) * sequenceStride;
        if (!(last < length(Uint32Array, ids) && stepStride >= 0 && sequenceStride >= 0)) {
            throw new SrnnError(exports.E_SHAPE);
        }
    }
}

class Workspace extends Handle {
    constructor(allocator, model, ...rest) {
        super(allocator, handle(model), ...rest);
    }

    forward(model, batch) {
        check(C.srnn_forward(handle(model), this.handle, handle(batch)));
        this.viewed = [batch.inputs, batch.targets]; /* backward reads them again */
    }

    /* Returns [the sum of the losses, the sum of their weights]. */
    loss(model, batch, scale) {
        const loss = new Float64Array(1);
        const weight = new Float64Array(1);
        check(C.srnn_loss(handle(model), this.handle, handle(batch), scale, loss, weight));
        return [loss[0], weight[0]];
    }

    /* Returns the number of wrong sequences. */
    countErrors(model, batch, tolerance = 0) {
        const wrong = new BigUint64Array(1);
        check(
            C.srnn_count_errors(
                handle(model), this.handle, handle(batch), tolerance, null, null, wrong, null,
            ),
        );
        return Number(wrong[0]);
    }

    backward(model, regularizer, gradient) {
        const count = length(Float32Array, gradient);
        check(C.srnn_backward(handle(model), this.handle, handle(regularizer), gradient, count));
    }
}

class Regularizer extends Handle {
    constructor(allocator, model, kind) {
        super(allocator, handle(model), kind);
    }

    /* Returns Omega. */
    apply(model, gradient) {
        const omega = new Float64Array(1);
        const count = length(Float32Array, gradient);
        check(C.srnn_regularizer_apply(this.handle, handle(model), gradient, count, omega));
        return omega[0];
    }
}

class Clipper extends Handle {
    set(key, value) {
        check(C.srnn_clipper_set(this.handle, key, value));
    }

    /* Says what the next gradient is of, for rules other than FIXED. */
    tell(loss, rate, steps) {
        check(C.srnn_clipper_tell(this.handle, loss, rate, steps));
    }

    /* Returns the norm of the gradient before clipping. */
    apply(model, gradient) {
        const norm = new Float64Array(1);
        const count = length(Float32Array, gradient);
        check(C.srnn_clipper_apply(this.handle, handle(model), gradient, count, norm));
        return norm[0];
    }
}

class Optimizer extends Handle {
    step(parameters, gradient) {
        const count = length(Float32Array, parameters);
        if (length(Float32Array, gradient) !== count) {
            throw new SrnnError(exports.E_SHAPE);
        }
        check(C.srnn_optimizer_step(this.handle, parameters, gradient, count));
    }
}

Object.assign(exports, { SrnnError, allocator });
Object.assign(exports, { Random, Model, Batch, Workspace, Regularizer, Clipper, Optimizer });

/* srnn.js - libsrnn for Node.js, by koffi (npm install koffi@2)
 *
 * A class for each handle of srnn.h, which describes the functions, their shapes and errors.
 * srnn_c.js reads it when this module is loaded, and has the constants and the options. A status
 * that is not SRNN_OK is thrown as SrnnError.
 *
 * new X(allocator, ...) creates an object with the arguments of srnn_X_create after `user`;
 * `allocator` is null for that of the C library, or made by allocator(). Objects are destroyed some
 * time after the last reference to them, or by close(). Arrays are Float32Array and Uint32Array.
 * They are never copied: a batch keeps those that it views, and a workspace those of its last
 * forward, which must not be changed or transferred before backward. */
'use strict';
const koffi = require('koffi');
const { C, constants, options, SrnnError, check, checkWhole, numberFrom } = require('./srnn_c');

Object.assign(exports, constants);

/* Returns the length of an array of that type, at least `least`, which C could not check. */
function length(type, array, least = 0) {
    if (!(array instanceof type)) {
        throw new TypeError(`a ${type.name} was expected`);
    }
    if (array.length < least) {
        throw new SrnnError(exports.E_SHAPE);
    }
    return array.length;
}

/* Returns an array of bytes that has an address: koffi passes NULL, which C refuses, for one without
 * elements. One that was transferred has none either, and is a TypeError. */
function withAddress(array) {
    if (array.length > 0) {
        return array;
    }
    new Uint8Array(array.buffer); /* throws */
    return new Uint8Array(1);
}

/* Returns the file that srnn_X_save makes: first its size, then its bytes. */
function saved(save, handle) {
    const size = [0];
    check(save(handle, null, 0, size));
    const file = Buffer.alloc(size[0]);
    check(save(handle, file, file.length, size));
    return file;
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

/* The pointer that is passed to C for an object: NULL for null. A closed one is refused, as some
 * functions take NULL for none. */
function handle(object) {
    if (object !== null && !(object instanceof Handle)) {
        throw new TypeError('a handle was expected');
    }
    if (object?.handle === null) {
        throw new SrnnError(exports.E_ARGUMENT);
    }
    return object && object.handle;
}

class Handle {
    constructor(allocator, ...rest) {
        const { kind } = this.constructor;
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

class HandleWithOptions extends Handle {
    set(key, value) {
        check(C[`srnn_${this.constructor.kind}_set`](this.handle, key, value));
    }

    get(key) {
        const get = C[`srnn_${this.constructor.kind}_get`];
        return numberFrom(get, this.handle, key);
    }
}

class Random extends Handle {
    static kind = 'random';

    below(bound) {
        return C.srnn_random_below(this.handle, bound);
    }
}

/* Its parameters are the array passed to bind(); until then its use is an error. */
class Model extends HandleWithOptions {
    static kind = 'model';

    constructor(allocator, inputs, hidden, outputs, activation, output, flags = 0) {
        checkWhole(flags, 2 ** 32);
        const external = flags | exports.MODEL_EXTERNAL;
        super(allocator, inputs, hidden, outputs, activation, output, external);
    }

    /* Returns the model of a file, with its parameters in a new array. The one that C makes owns
     * its parameters, which no array may outlive: they are copied. */
    static load(allocator, archive) {
        const [bytes, made] = [length(Uint8Array, archive), [null]];
        check(C.srnn_model_load_create(allocator, null, withAddress(archive), bytes, 0, made));
        try {
            const of = ['inputs', 'hidden', 'outputs'].map((it) => C[`srnn_model_${it}`](made[0]));
            const kinds = ['MODEL_ACTIVATION', 'MODEL_OUTPUT_KIND', 'MODEL_FLAGS'].map((key) =>
                numberFrom(C.srnn_model_get, made[0], exports[key]));
            const model = new Model(allocator, ...of, ...kinds);
            model.bind(new Float32Array(model.parameterCount));
            check(C.srnn_model_copy(model.handle, made[0]));
            return model;
        } finally {
            C.srnn_model_destroy(made[0]);
        }
    }

    /* Returns the model's file, a Buffer. */
    save() {
        return saved(C.srnn_model_save, this.handle);
    }

    get inputs() {
        return C.srnn_model_inputs(this.handle);
    }

    get hidden() {
        return C.srnn_model_hidden(this.handle);
    }

    get outputs() {
        return C.srnn_model_outputs(this.handle);
    }

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

    /* Writes the state [hidden] that a stream starts from. */
    initialState(state) {
        check(C.srnn_initial_state(this.handle, state, length(Float32Array, state)));
    }

    /* One step of a stream: `values` [inputs] and `state` [hidden] give `next` [hidden], another
     * array, and `logits` [outputs]. */
    step(values, state, next, logits = null) {
        length(Float32Array, values, this.inputs);
        this.checkStep(state, next, logits);
        check(C.srnn_step(this.handle, values, state, next, logits));
    }

    /* step() with a one-hot input. */
    stepId(id, state, next, logits = null) {
        this.checkStep(state, next, logits);
        check(C.srnn_step_id(this.handle, id, state, next, logits));
    }

    checkStep(state, next, logits) {
        length(Float32Array, state, this.hidden);
        length(Float32Array, next, this.hidden);
        if (logits !== null) {
            length(Float32Array, logits, this.outputs);
        }
    }
}

class Batch extends Handle {
    static kind = 'batch';

    begin(steps, sequences) {
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

class Workspace extends HandleWithOptions {
    static kind = 'workspace';

    constructor(allocator, model, ...rest) {
        super(allocator, handle(model), ...rest);
    }

    /* Writes the state [sequences x hidden] after the last step of the last forward. */
    getState(state) {
        const hidden = this.get(exports.WORKSPACE_HIDDEN);
        const sequences = length(Float32Array, state) / hidden;
        if (!Number.isInteger(sequences)) {
            throw new SrnnError(exports.E_SHAPE);
        }
        check(C.srnn_workspace_get_state(this.handle, state, hidden, sequences));
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

class Regularizer extends HandleWithOptions {
    static kind = 'regularizer';

    constructor(allocator, model, kind) {
        super(allocator, handle(model), kind);
    }

    /* Returns Omega. */
    apply(model, gradient) {
        const count = length(Float32Array, gradient);
        return numberFrom(C.srnn_regularizer_apply, this.handle, handle(model), gradient, count);
    }
}

class Clipper extends HandleWithOptions {
    static kind = 'clipper';

    /* Says what the next gradient is of, for rules other than FIXED. */
    tell(loss, rate, steps) {
        check(C.srnn_clipper_tell(this.handle, loss, rate, steps));
    }

    /* Returns the norm of the gradient before clipping. */
    apply(model, gradient) {
        const count = length(Float32Array, gradient);
        return numberFrom(C.srnn_clipper_apply, this.handle, handle(model), gradient, count);
    }
}

class Optimizer extends HandleWithOptions {
    static kind = 'optimizer';

    step(parameters, gradient) {
        const count = length(Float32Array, parameters);
        if (length(Float32Array, gradient) !== count) {
            throw new SrnnError(exports.E_SHAPE);
        }
        check(C.srnn_optimizer_step(this.handle, parameters, gradient, count));
    }
}

/* Returns a string for C, which ends at its first zero. Half of a surrogate pair is none. */
function terminated(text) {
    const bytes = Buffer.from(`${text}\0`);
    if (text.includes('\0') || bytes.toString('utf8', 0, bytes.length - 1) !== text) {
        throw new SrnnError(exports.E_RANGE);
    }
    return bytes;
}

/* A list of parts, which it keeps alive, and an open file: the same list saves a run and restores
 * it. */
class Checkpoint extends Handle {
    static kind = 'checkpoint';
    objects = [];
    kept = []; /* C has their addresses */

    /* Add a model, optimizer, clipper, regularizer, generator or workspace. */
    add(name, part) {
        check(C.srnn_checkpoint_add(this.handle, terminated(name), handle(part)));
        this.objects.push(part);
    }

    /* Add a Uint8Array, which restore() writes to. */
    addBytes(name, data) {
        const bytes = length(Uint8Array, data);
        const kept = withAddress(data);
        check(C.srnn_checkpoint_add_bytes(this.handle, terminated(name), kept, bytes));
        this.kept.push(kept);
    }

    addText(name, text) {
        const copied = terminated(text);
        check(C.srnn_checkpoint_add_text(this.handle, terminated(name), copied));
        this.kept.push(copied);
    }

    /* C has the address of every object in the list, also of those that are closed. */
    checkObjects() {
        if (this.objects.some((part) => part.handle === null)) {
            throw new SrnnError(exports.E_ARGUMENT);
        }
    }

    /* Returns the file of all parts in the list, a Buffer. */
    save() {
        this.checkObjects();
        return saved(C.srnn_checkpoint_save, this.handle);
    }

    /* Open a copy of a file. */
    open(archive) {
        const bytes = length(Uint8Array, archive);
        const copied = Buffer.from(withAddress(archive));
        check(C.srnn_checkpoint_open(this.handle, copied, bytes));
        this.archive = copied;
    }

    /* Give all parts of the list what the open file has under their names, or change none. */
    restore() {
        this.checkObjects();
        check(C.srnn_checkpoint_restore(this.handle));
    }

    /* Returns the kind of each part of the open file by its name; 0 for a later version's kind. */
    parts() {
        const parts = Object.create(null); /* a part may be called __proto__ */
        const [kind, name] = [new Uint32Array(1), Buffer.alloc(exports.PART_NAME_BYTES)];
        for (let i = 0; ; i++) {
            const status = C.srnn_checkpoint_part(this.handle, i, kind, name);
            if (status === exports.E_RANGE) {
                return parts; /* i is after the last */
            }
            check(status);
            parts[name.toString('utf8', 0, name.indexOf(0))] = kind[0];
        }
    }

    /* Returns a number about a part of the open file: STORED_HIDDEN, STORED_BYTES. */
    get(name, key) {
        return numberFrom(C.srnn_checkpoint_get, this.handle, terminated(name), key);
    }

    /* Returns a copy of the bytes of a part of the open file, a Uint8Array. */
    bytes(name) {
        const [data, bytes] = [[null], [0]];
        check(C.srnn_checkpoint_bytes(this.handle, terminated(name), data, bytes));
        return Uint8Array.from(koffi.decode(data[0], 'uint8_t', bytes[0]));
    }

    /* Returns a text of the open file. */
    text(name) {
        const size = [0];
        check(C.srnn_checkpoint_text(this.handle, terminated(name), null, 0, size));
        const text = Buffer.alloc(size[0] + 1);
        check(C.srnn_checkpoint_text(this.handle, terminated(name), text, text.length, size));
        return text.toString('utf8', 0, size[0]);
    }
}

Object.assign(exports, { SrnnError, options, allocator });
Object.assign(exports, { Random, Model, Batch, Workspace, Regularizer, Clipper, Optimizer });
Object.assign(exports, { Checkpoint });

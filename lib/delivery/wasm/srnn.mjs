/* srnn.mjs - libsrnn as a WebAssembly module: the classes over its functions
 *
 * srnn.d.ts describes them, and what is said there is not said again here. Memory is managed on
 * this side: an object of the library is one block, whose size is known before it is made. */

/* Where the module is found by default. `make wasm` puts its bytes here for srnn.js. */
const home = () => new URL('srnn.wasm', import.meta.url); /* @HOME@ */

export class SrnnError extends Error {
    constructor(code, name, text) {
        super(`${name}: ${text}`);
        this.name = 'SrnnError';
        this.code = code;
        this.text = text;
    }
}

const constants = {
    /* @CONSTANTS@ */
};

/* Compiles what load() accepts. Node has no fetch() of files. */
async function compile(source) {
    const found = await source;
    if (found instanceof WebAssembly.Module) {
        return found;
    }
    if (found instanceof ArrayBuffer || ArrayBuffer.isView(found)) {
        return WebAssembly.compile(found);
    }
    if (typeof Response === 'function' && found instanceof Response) {
        if (!found.ok) {
            throw new Error(`${found.url}: ${found.status} ${found.statusText}`);
        }
        return WebAssembly.compile(await found.arrayBuffer());
    }
    const url = new URL(found, globalThis.location?.href);
    const files = url.protocol === 'file:' && globalThis.process?.getBuiltinModule?.('node:fs');
    return compile(files ? files.promises.readFile(url) : fetch(url));
}

export async function load(source = home()) {
    return start(await compile(source));
}

export function loadSync(source) {
    return start(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source));
}

/* The private part of an object: { at, held }, where `at` is its address, 0 after dispose(), and
 * `held` are the blocks that it uses, by what they are for. Blocks are freed by `held` alone, which
 * outlives the object. */
const inner = Symbol('inner');

function start(module) {
    const c = new WebAssembly.Instance(module).exports;
    const memory = c.memory;

    /* ------------------------------------------------------------------------
     * Memory
     * ------------------------------------------------------------------------ */

    const UNIT = 16; /* all addresses and sizes of blocks are multiples of it */
    const PAGE = 65536;
    const GROWTH = 1 << 20; /* least bytes that the memory grows by, as growth ends all views */
    const heapStart = Math.ceil(c.__heap_base.value / UNIT) * UNIT;

    /* What is free: ranges [at, end) in ascending order, which do not touch. */
    const free = [{ at: heapStart, end: memory.buffer.byteLength }];

    function giveBack(at, end) {
        const i = free.findIndex((range) => range.at > at);
        const next = i < 0 ? free.length : i;
        const before = free[next - 1];
        const after = free[next];
        if (before?.end === at && after?.at === end) {
            before.end = after.end;
            free.splice(next, 1);
        } else if (before?.end === at) {
            before.end = end;
        } else if (after?.at === end) {
            after.at = at;
        } else {
            free.splice(next, 0, { at, end });
        }
    }

    function obtain(size) {
        let range = free.find((it) => it.end - it.at >= size);
        if (!range) {
            const end = memory.buffer.byteLength;
            try {
                memory.grow(Math.ceil(Math.max(size, GROWTH) / PAGE));
            } catch {
                throw failure(constants.E_MEMORY);
            }
            giveBack(end, memory.buffer.byteLength);
            range = free.find((it) => it.end - it.at >= size);
        }
        const at = range.at;
        range.at += size;
        if (range.at === range.end) {
            free.splice(free.indexOf(range), 1);
        }
        return at;
    }

    /* A block of memory, which is freed when as many releases were made as uses. */
    class Block {
        constructor(bytes) {
            this.size = Math.max(Math.ceil(bytes / UNIT) * UNIT, UNIT);
            this.at = obtain(this.size);
            this.uses = 1;
        }

        use() {
            this.uses++;
            return this;
        }

        release() {
            if (--this.uses === 0) {
                giveBack(this.at, this.at + this.size);
            }
        }
    }

    /* Views of the whole memory, made anew after growth. */
    let viewed = { buffer: null };
    function all() {
        if (viewed.buffer !== memory.buffer) {
            const buffer = memory.buffer;
            viewed = { buffer, bytes: new Uint8Array(buffer), data: new DataView(buffer) };
        }
        return viewed;
    }

    const floatsAt = (at, length) => new Float32Array(memory.buffer, at, length);

    const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

    /* A new block with a copy of an array. */
    function copied(array) {
        const block = new Block(array.byteLength);
        all().bytes.set(bytesOf(array), block.at);
        return block;
    }

    /* Where functions write their results. */
    const results = new Block(8 * 8);
    const slot = (i) => results.at + 8 * i;
    const numberAt = (i) => all().data.getFloat64(slot(i), true);
    const wordAt = (i) => all().data.getUint32(slot(i), true);
    const longAt = (i) => all().data.getBigUint64(slot(i), true);

    /* ------------------------------------------------------------------------
     * Arguments
     * ------------------------------------------------------------------------ */

    function stringAt(at) {
        const { bytes } = all();
        return new TextDecoder().decode(bytes.slice(at, bytes.indexOf(0, at)));
    }

    function failure(code) {
        return new SrnnError(
            code,
            stringAt(c.srnn_status_name(code)),
            stringAt(c.srnn_status_text(code)),
        );
    }

    function check(status) {
        if (status !== constants.OK) {
            throw failure(status);
        }
    }

    function require(condition, code) {
        if (!condition) {
            throw failure(code);
        }
    }

    /* Refuses a number that WebAssembly would cut to its last 32 bits. */
    function whole(number) {
        require(Number.isInteger(number) && number >= 0 && number < 2 ** 32, constants.E_RANGE);
        return number;
    }

    function long(number) {
        const value = BigInt(number);
        require(value === BigInt.asUintN(64, value), constants.E_RANGE);
        return value;
    }

    /* The address of an object of this module; 0 for null, which the library judges. */
    function address(object) {
        if (object === null) {
            return 0;
        }
        require(object instanceof Handle && object[inner].at !== 0, constants.E_ARGUMENT);
        return object[inner].at;
    }

    function arrayOf(Type, array) {
        const found = array instanceof Floats ? array.array : array;
        if (!(found instanceof Type)) {
            throw new TypeError(`a ${Type.name} was expected`);
        }
        return found;
    }

    /* Calls use(...addresses) with arrays that the call reads. Those of the caller's are copied.
     * Arrays in this memory are looked up before any copy is made, which may end them. */
    function lend(arrays, use, written = []) {
        const blocks = [];
        const places = arrays.map((array) =>
            array === null ? 0 : array.buffer === memory.buffer ? array.byteOffset : -1,
        );
        try {
            arrays.forEach((array, i) => {
                if (places[i] === -1) {
                    const block = copied(array);
                    blocks.push(block);
                    places[i] = block.at;
                }
            });
            const result = use(...places);
            for (const i of written) {
                if (arrays[i] && arrays[i].byteLength && arrays[i].buffer !== memory.buffer) {
                    const end = places[i] + arrays[i].byteLength;
                    bytesOf(arrays[i]).set(all().bytes.subarray(places[i], end));
                }
            }
            return result;
        } finally {
            blocks.forEach((block) => block.release());
        }
    }

    const overlap = (one, other) =>
        one.buffer === other.buffer &&
        one.byteOffset < other.byteOffset + other.byteLength &&
        other.byteOffset < one.byteOffset + one.byteLength;

    /* A string for C, which ends at its first zero. */
    function terminated(text) {
        const bytes = new TextEncoder().encode(`${text}\0`);
        require(bytes.indexOf(0) === bytes.length - 1, constants.E_RANGE);
        return bytes;
    }

    /* Returns the file that save(buffer, capacity, size) writes: first its size, then its bytes. */
    function saved(save) {
        check(save(0, 0, slot(0)));
        const size = wordAt(0);
        const block = new Block(size);
        try {
            check(save(block.at, size, slot(0)));
            return all().bytes.slice(block.at, block.at + size);
        } finally {
            block.release();
        }
    }

    /* ------------------------------------------------------------------------
     * Objects
     * ------------------------------------------------------------------------ */

    const ended = new FinalizationRegistry((held) => held.forEach((block) => block.release()));

    /* Makes `object` one that holds a block at which the library's object lies. */
    function settle(object, block, at = block.at) {
        object[inner] = { at, held: new Map([['object', block]]) };
        ended.register(object, object[inner].held, object);
    }

    /* Lets an object hold a block, or none, in the place of what it held for that. */
    function hold(object, what, block) {
        const { held } = object[inner];
        held.get(what)?.release();
        if (block) {
            held.set(what, block);
        } else {
            held.delete(what);
        }
    }

    /* Makes an object of a kind with the functions `size` and `init` of the library. */
    function make(object, size, init, sizeArguments, initArguments = sizeArguments) {
        if (size.length > 0) {
            check(size(...sizeArguments, slot(0)));
        }
        const bytes = size.length > 0 ? wordAt(0) : size() >>> 0;
        const block = new Block(bytes);
        const status = init(block.at, bytes, ...initArguments, slot(0));
        if (status !== constants.OK) {
            block.release();
            throw failure(status);
        }
        settle(object, block, wordAt(0));
    }

    class Handle {
        dispose() {
            const mine = this[inner];
            if (mine.at !== 0) {
                c[`srnn_${this.constructor.kind}_destroy`]?.(mine.at);
                mine.at = 0;
                ended.unregister(this);
                mine.held.forEach((block) => block.release());
                mine.held.clear();
            }
        }
    }

    class HandleWithOptions extends Handle {
        set(key, value) {
            check(c[`srnn_${this.constructor.kind}_set`](address(this), whole(key), value));
        }

        get(key) {
            check(c[`srnn_${this.constructor.kind}_get`](address(this), whole(key), slot(0)));
            return numberAt(0);
        }
    }

    class Floats extends Handle {
        constructor(length) {
            super();
            settle(this, new Block(whole(length) * 4));
            this.length = length;
            this.array.fill(0);
        }

        get array() {
            return floatsAt(address(this), this.length);
        }
    }

    class Random extends Handle {
        static kind = 'random';

        constructor(seed, stream) {
            super();
            make(this, c.srnn_random_size, c.srnn_random_init, [long(seed), long(stream)]);
        }

        u32() {
            return c.srnn_random_u32(address(this)) >>> 0;
        }

        below(bound) {
            return c.srnn_random_below(address(this), whole(bound)) >>> 0;
        }

        uniform() {
            return c.srnn_random_uniform(address(this));
        }

        normal() {
            return c.srnn_random_normal(address(this));
        }

        getState() {
            check(c.srnn_random_get_state(address(this), slot(0), slot(1)));
            return { state: longAt(0), stream: longAt(1) };
        }

        setState(state, stream) {
            check(c.srnn_random_set_state(address(this), long(state), long(stream)));
        }
    }

    class Model extends HandleWithOptions {
        static kind = 'model';

        constructor(inputs, hidden, outputs, activation, output, flags = 0) {
            super();
            const shape = [inputs, hidden, outputs, activation, output, flags].map(whole);
            make(this, c.srnn_model_size, c.srnn_model_init, shape);
        }

        static load(archive, flags = 0) {
            const model = Object.create(Model.prototype);
            const block = copied(arrayOf(Uint8Array, archive));
            const file = [block.at, archive.length, whole(flags)];
            try {
                make(model, c.srnn_model_load_size, c.srnn_model_load, file);
            } catch (error) {
                block.release();
                throw error;
            }
            hold(model, 'parameters', block);
            if (!(flags & constants.LOAD_VIEW)) {
                hold(model, 'parameters', null);
            }
            return model;
        }

        static pytorchLoad(archive, activation = 0, output = 0) {
            const model = Object.create(Model.prototype);
            lend([arrayOf(Uint8Array, archive)], (at) => {
                const file = [at, archive.length, whole(activation), whole(output)];
                make(model, c.srnn_pytorch_load_size, c.srnn_pytorch_load, file);
            });
            return model;
        }

        get inputs() {
            return c.srnn_model_inputs(address(this)) >>> 0;
        }

        get hidden() {
            return c.srnn_model_hidden(address(this)) >>> 0;
        }

        get outputs() {
            return c.srnn_model_outputs(address(this)) >>> 0;
        }

        get parameterCount() {
            return c.srnn_model_parameter_count(address(this)) >>> 0;
        }

        get parameters() {
            const at = c.srnn_model_parameters(address(this));
            return at === 0 ? null : floatsAt(at >>> 0, this.parameterCount);
        }

        get parametersConst() {
            const at = c.srnn_model_parameters_const(address(this));
            return at === 0 ? null : floatsAt(at >>> 0, this.parameterCount);
        }

        get tensors() {
            const tensors = [];
            for (let i = 0; ; i++) {
                const four = [0, 1, 2, 3].map(slot);
                const status = c.srnn_model_tensor(address(this), i, ...four);
                if (status === constants.E_RANGE) {
                    return tensors; /* i is after the last */
                }
                check(status);
                const [name, offset, rows, columns] = [0, 1, 2, 3].map(wordAt);
                tensors.push({ name: stringAt(name), offset, rows, columns });
            }
        }

        bind(parameters) {
            this.bindBy(c.srnn_model_bind, parameters);
        }

        bindConst(parameters) {
            this.bindBy(c.srnn_model_bind_const, parameters);
        }

        bindBy(bind, parameters) {
            require(parameters instanceof Floats, constants.E_ARGUMENT);
            check(bind(address(this), address(parameters), parameters.length));
            hold(this, 'parameters', parameters[inner].held.get('object').use());
        }

        copy(from) {
            check(c.srnn_model_copy(address(this), address(from)));
        }

        initialize(kind, random) {
            check(c.srnn_model_initialize(address(this), whole(kind), address(random)));
        }

        save() {
            return saved((...rest) => c.srnn_model_save(address(this), ...rest));
        }

        pytorchSave() {
            return saved((...rest) => c.srnn_pytorch_save(address(this), ...rest));
        }

        initialState(state) {
            const array = arrayOf(Float32Array, state);
            const { length } = array;
            const write = (at) => check(c.srnn_initial_state(address(this), at, length));
            lend([array], write, [0]);
        }

        step(values, state, next, logits = null) {
            const array = arrayOf(Float32Array, values);
            require(array.length >= this.inputs, constants.E_SHAPE);
            const step = (...rest) => c.srnn_step(address(this), ...rest);
            this.stepBy(step, [array], state, next, logits);
        }

        stepId(id, state, next, logits = null) {
            whole(id);
            const step = (...rest) => c.srnn_step_id(address(this), id, ...rest);
            this.stepBy(step, [], state, next, logits);
        }

        stepBy(step, values, ...rest) {
            const [state, next, logits] = rest.map((it) => it && arrayOf(Float32Array, it));
            require(state.length >= this.hidden && next.length >= this.hidden, constants.E_SHAPE);
            require(!logits || logits.length >= this.outputs, constants.E_SHAPE);
            const others = [...values, state, ...(logits ? [logits] : [])];
            require(!others.some((it) => overlap(it, next)), constants.E_ARGUMENT);
            const n = values.length;
            lend([...values, state, next, logits], (...at) => check(step(...at)), [n + 1, n + 2]);
        }
    }

    /* The arrays of a batch are copied to blocks, which it holds by what they are. A workspace holds
     * those of its last forward too, since backward reads them again. Lengths that only a model can
     * judge are kept in `reach`. */
    class Batch extends Handle {
        static kind = 'batch';

        constructor() {
            super();
            make(this, c.srnn_batch_size, c.srnn_batch_init, []);
            this[inner].reach = {};
        }

        get steps() {
            return c.srnn_batch_steps(address(this)) >>> 0;
        }

        get sequences() {
            return c.srnn_batch_sequences(address(this)) >>> 0;
        }

        begin(steps, sequences) {
            check(c.srnn_batch_begin(address(this), whole(steps), whole(sequences)));
            const { held, reach } = this[inner];
            [...held.keys()].forEach((what) => what !== 'object' && hold(this, what, null));
            Object.keys(reach).forEach((what) => delete reach[what]);
        }

        input(values, stepStride, sequenceStride) {
            const array = arrayOf(Float32Array, values);
            setArray(this, 'input', c.srnn_batch_input, array, [stepStride, sequenceStride]);
        }

        inputIds(ids, stepStride, sequenceStride) {
            const array = arrayOf(Uint32Array, ids);
            setArray(this, 'input', c.srnn_batch_input_ids, array, [stepStride, sequenceStride]);
        }

        restarts(restarts) {
            const array = restarts === null ? null : arrayOf(Uint8Array, restarts);
            setArray(this, 'restarts', c.srnn_batch_restarts, array, []);
        }

        lengths(lengths) {
            const array = lengths === null ? null : arrayOf(Uint32Array, lengths);
            setArray(this, 'lengths', c.srnn_batch_lengths, array, []);
        }

        mask(mask, stepStride = 0, sequenceStride = 0) {
            const array = mask === null ? null : arrayOf(Uint8Array, mask);
            setArray(this, 'mask', c.srnn_batch_mask, array, [stepStride, sequenceStride]);
        }

        target(values, stepStride, sequenceStride) {
            const array = arrayOf(Float32Array, values);
            setArray(this, 'target', c.srnn_batch_target, array, [stepStride, sequenceStride]);
        }

        targetIds(ids, stepStride, sequenceStride) {
            const array = arrayOf(Uint32Array, ids);
            setArray(this, 'target', c.srnn_batch_target_ids, array, [stepStride, sequenceStride]);
        }

        targetMask(mask, stepStride = 0, sequenceStride = 0) {
            const array = mask === null ? null : arrayOf(Uint8Array, mask);
            const strides = [stepStride, sequenceStride];
            setArray(this, 'targetMask', c.srnn_batch_target_mask, array, strides);
        }

        weights(weights, stepStride = 0, sequenceStride = 0) {
            const array = weights === null ? null : arrayOf(Float32Array, weights);
            setArray(this, 'weights', c.srnn_batch_weights, array, [stepStride, sequenceStride]);
        }
    }

    /* Gives a batch a copy of an array. Its elements must reach as far as the batch goes, which is
     * left to checkReach() for rows whose width is a model's. */
    function setArray(batch, what, set, array, strides) {
        const at = address(batch);
        strides.forEach(whole);
        const { steps, sequences } = batch;
        const [step, sequence] = strides.length ? strides : [0, 1];
        const end = Math.max(steps - 1, 0) * step + Math.max(sequences - 1, 0) * sequence;
        require(!array || steps === 0 || end < array.length, constants.E_SHAPE);
        const block = array && copied(array);
        const status = set(at, block ? block.at : 0, ...strides);
        if (status !== constants.OK) {
            block?.release();
            throw failure(status);
        }
        hold(batch, what, block);
        const isWide = ['input', 'target', 'targetMask'].includes(what);
        const isOfIds = what !== 'targetMask' && array instanceof Uint32Array;
        batch[inner].reach[what] = array && isWide && !isOfIds ? array.length - end : Infinity;
    }

    /* Refuses an array whose last row is shorter than the model's. */
    function checkReach(batch, model, what, width) {
        const reach = batch?.[inner]?.reach?.[what] ?? Infinity;
        require(width(address(model)) >>> 0 <= reach, constants.E_SHAPE);
    }

    class Workspace extends HandleWithOptions {
        static kind = 'workspace';

        constructor(model, maxSteps, maxSequences, flags = 0) {
            super();
            const shape = [address(model), ...[maxSteps, maxSequences, flags].map(whole)];
            make(this, c.srnn_workspace_size, c.srnn_workspace_init, shape);
        }

        setState(state, sequenceStride, sequences) {
            const array = arrayOf(Float32Array, state);
            checkStates(this, array, sequenceStride, sequences);
            lend([array], (at) =>
                check(c.srnn_workspace_set_state(address(this), at, sequenceStride, sequences)),
            );
        }

        getState(state, sequenceStride, sequences) {
            const array = arrayOf(Float32Array, state);
            checkStates(this, array, sequenceStride, sequences);
            const get = (at) =>
                check(c.srnn_workspace_get_state(address(this), at, sequenceStride, sequences));
            lend([array], get, [0]);
        }

        reset() {
            check(c.srnn_workspace_reset(address(this)));
        }

        view(view) {
            const four = [0, 1, 2, 3].map(slot);
            check(c.srnn_workspace_view(address(this), whole(view), ...four));
            const [at, stepStride, sequenceStride, width] = [0, 1, 2, 3].map(wordAt);
            const { steps, sequences } = this[inner].last;
            const end = (steps - 1) * stepStride + (sequences - 1) * sequenceStride + width;
            return { data: floatsAt(at, end), stepStride, sequenceStride, width };
        }

        forward(model, batch) {
            forwardBy(c.srnn_forward, this, model, batch);
        }

        forwardContinue(model, batch) {
            forwardBy(c.srnn_forward_continue, this, model, batch);
        }

        loss(model, batch, scale) {
            checkTargets(batch, model);
            const three = [address(model), address(this), address(batch)];
            check(c.srnn_loss(...three, scale, slot(0), slot(1)));
            return { loss: numberAt(0), weight: numberAt(1) };
        }

        lossBegin() {
            check(c.srnn_loss_begin(address(this)));
        }

        countErrors(model, batch, tolerance = 0) {
            checkTargets(batch, model);
            const three = [address(model), address(this), address(batch)];
            check(c.srnn_count_errors(...three, tolerance, ...[0, 1, 2, 3].map(slot)));
            const [wrongSteps, steps, wrongSequences, sequences] = [0, 1, 2, 3].map((i) =>
                Number(longAt(i)),
            );
            return { wrongSteps, steps, wrongSequences, sequences };
        }

        backward(model, regularizer, gradient) {
            const array = arrayOf(Float32Array, gradient);
            const three = [address(model), address(this), address(regularizer)];
            const { length } = array;
            lend([array], (at) => check(c.srnn_backward(...three, at, length)), [0]);
        }
    }

    function forwardBy(forward, workspace, model, batch) {
        checkReach(batch, model, 'input', c.srnn_model_inputs);
        check(forward(address(model), address(workspace), address(batch)));
        const { held } = workspace[inner];
        [...held.keys()].forEach((what) => what !== 'object' && hold(workspace, what, null));
        for (const [what, block] of batch[inner].held) {
            if (what !== 'object') {
                hold(workspace, what, block.use());
            }
        }
        workspace[inner].last = { steps: batch.steps, sequences: batch.sequences };
    }

    function checkTargets(batch, model) {
        checkReach(batch, model, 'target', c.srnn_model_outputs);
        checkReach(batch, model, 'targetMask', c.srnn_model_outputs);
    }

    function checkStates(workspace, array, sequenceStride, sequences) {
        const last = Math.max(whole(sequences) - 1, 0) * whole(sequenceStride);
        const end = last + workspace.get(constants.WORKSPACE_HIDDEN);
        require(sequences === 0 || end <= array.length, constants.E_SHAPE);
    }

    class Regularizer extends HandleWithOptions {
        static kind = 'regularizer';

        constructor(model, kind) {
            super();
            const of = [address(model), whole(kind)];
            make(this, c.srnn_regularizer_size, c.srnn_regularizer_init, of);
            this[inner].hidden = model.hidden;
        }

        gathered() {
            check(c.srnn_regularizer_gathered(address(this), slot(0), slot(1)));
            const matrix = floatsAt(wordAt(0), this[inner].hidden ** 2);
            return { matrix, sums: new Float64Array(memory.buffer, wordAt(1), 4) };
        }

        apply(model, gradient) {
            return applied(c.srnn_regularizer_apply, this, model, gradient);
        }

        reset() {
            check(c.srnn_regularizer_reset(address(this)));
        }
    }

    /* Calls the `apply` of a regularizer or a clipper. Returns what it stores. */
    function applied(apply, object, model, gradient) {
        const array = arrayOf(Float32Array, gradient);
        const two = [address(object), address(model)];
        const { length } = array;
        lend([array], (at) => check(apply(...two, at, length, slot(0))), [0]);
        return numberAt(0);
    }

    class Clipper extends HandleWithOptions {
        static kind = 'clipper';

        constructor(kind) {
            super();
            make(this, c.srnn_clipper_size, c.srnn_clipper_init, [whole(kind)]);
        }

        tell(loss, rate, steps) {
            check(c.srnn_clipper_tell(address(this), loss, rate, whole(steps)));
        }

        apply(model, gradient) {
            return applied(c.srnn_clipper_apply, this, model, gradient);
        }

        reset() {
            check(c.srnn_clipper_reset(address(this)));
        }

        copy(from) {
            check(c.srnn_clipper_copy(address(this), address(from)));
        }
    }

    class Optimizer extends HandleWithOptions {
        static kind = 'optimizer';

        constructor(kind, count) {
            super();
            make(this, c.srnn_optimizer_size, c.srnn_optimizer_init, [whole(kind), whole(count)]);
        }

        step(parameters, gradient) {
            const arrays = [parameters, gradient].map((it) => arrayOf(Float32Array, it));
            require(arrays[0].length === arrays[1].length, constants.E_SHAPE);
            require(!overlap(...arrays), constants.E_ARGUMENT);
            const { length } = arrays[0];
            const step = (...at) => check(c.srnn_optimizer_step(address(this), ...at, length));
            lend(arrays, step, [0]);
        }

        decay(parameters, weightDecay) {
            const array = arrayOf(Float32Array, parameters);
            const { length } = array;
            const decay = (at) =>
                check(c.srnn_optimizer_decay(address(this), at, length, weightDecay));
            lend([array], decay, [0]);
        }

        reset() {
            check(c.srnn_optimizer_reset(address(this)));
        }

        copy(from) {
            check(c.srnn_optimizer_copy(address(this), address(from)));
        }
    }

    /* It has the addresses of its parts, and copies of the arrays in the list. */
    class Checkpoint extends Handle {
        static kind = 'checkpoint';

        constructor(parts) {
            super();
            make(this, c.srnn_checkpoint_size, c.srnn_checkpoint_init, [whole(parts)]);
            Object.assign(this[inner], { parts: [], arrays: [] });
        }

        add(name, part) {
            lend([terminated(name)], (at) =>
                check(c.srnn_checkpoint_add(address(this), at, address(part))),
            );
            this[inner].parts.push(part);
        }

        addBytes(name, data) {
            const array = arrayOf(Uint8Array, data);
            addCopy(this, name, array, (at, block) =>
                c.srnn_checkpoint_add_bytes(address(this), at, block, array.length),
            );
            this[inner].arrays.push({ array, name });
        }

        addText(name, text) {
            addCopy(this, name, terminated(text), (at, block) =>
                c.srnn_checkpoint_add_text(address(this), at, block),
            );
        }

        save() {
            checkParts(this);
            for (const { array, name } of this[inner].arrays) {
                all().bytes.set(array, this[inner].held.get(`part ${name}`).at);
            }
            return saved((...rest) => c.srnn_checkpoint_save(address(this), ...rest));
        }

        open(archive) {
            const array = arrayOf(Uint8Array, archive);
            const block = copied(array);
            const status = c.srnn_checkpoint_open(address(this), block.at, array.length);
            if (status !== constants.OK) {
                block.release();
                throw failure(status);
            }
            hold(this, 'archive', block);
        }

        restore() {
            checkParts(this);
            check(c.srnn_checkpoint_restore(address(this)));
            for (const { array, name } of this[inner].arrays) {
                const { at } = this[inner].held.get(`part ${name}`);
                array.set(all().bytes.subarray(at, at + array.length));
            }
        }

        parts() {
            const parts = [];
            const block = new Block(constants.PART_NAME_BYTES);
            try {
                for (;;) {
                    const i = parts.length;
                    const status = c.srnn_checkpoint_part(address(this), i, slot(0), block.at);
                    if (status === constants.E_RANGE) {
                        return parts; /* i is after the last */
                    }
                    check(status);
                    parts.push({ name: stringAt(block.at), kind: wordAt(0) });
                }
            } finally {
                block.release();
            }
        }

        get(name, key) {
            lend([terminated(name)], (at) =>
                check(c.srnn_checkpoint_get(address(this), at, whole(key), slot(0))),
            );
            return numberAt(0);
        }

        bytes(name) {
            lend([terminated(name)], (at) =>
                check(c.srnn_checkpoint_bytes(address(this), at, slot(0), slot(1))),
            );
            return all().bytes.slice(wordAt(0), wordAt(0) + wordAt(1));
        }

        text(name) {
            return lend([terminated(name)], (at) => {
                check(c.srnn_checkpoint_text(address(this), at, 0, 0, slot(0)));
                const size = wordAt(0) + 1;
                const block = new Block(size);
                try {
                    check(c.srnn_checkpoint_text(address(this), at, block.at, size, slot(0)));
                    return stringAt(block.at);
                } finally {
                    block.release();
                }
            });
        }
    }

    function addCopy(checkpoint, name, array, add) {
        const block = copied(array);
        const status = lend([terminated(name)], (at) => add(at, block.at));
        if (status !== constants.OK) {
            block.release();
            throw failure(status);
        }
        hold(checkpoint, `part ${name}`, block);
    }

    function checkParts(checkpoint) {
        checkpoint[inner].parts.forEach(address);
    }

    /* ------------------------------------------------------------------------
     * Functions without an object
     * ------------------------------------------------------------------------ */

    const functions = {
        versionNumber: () => c.srnn_version_number() >>> 0,
        versionString: () => stringAt(c.srnn_version_string()),
        arithmetic: () => c.srnn_arithmetic() >>> 0,
        buildInfo: () => stringAt(c.srnn_build_info()),
        statusName: (status) => stringAt(c.srnn_status_name(status)),
        statusText: (status) => stringAt(c.srnn_status_text(status)),
        alignment: () => c.srnn_alignment() >>> 0,
        optionKey: (index) => c.srnn_option_key(whole(index)) >>> 0,

        optionInfo(key) {
            check(c.srnn_option_info(whole(key), ...[0, 1, 2, 3, 4, 5].map(slot)));
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
            const rows = array.length / model.outputs;
            require(Number.isInteger(rows), constants.E_SHAPE);
            lend([array], (at) => check(c.srnn_outputs(address(model), at, rows, at)), [0]);
            return array;
        },

        spectrum(matrix, size) {
            const array = arrayOf(Float32Array, matrix);
            require(array.length >= whole(size) ** 2, constants.E_SHAPE);
            const scratch = new Float32Array(2 * size);
            lend([array, scratch], (...at) =>
                check(c.srnn_spectrum(at[0], size, at[1], scratch.length, slot(0), slot(1))),
            );
            return { radius: numberAt(0), singularValue: numberAt(1) };
        },
    };

    const classes = { Floats, Random, Model, Batch, Workspace, Regularizer, Clipper, Optimizer };
    return Object.freeze({ memory, ...constants, ...functions, ...classes, Checkpoint });
}

/* objects.mjs - the classes of the library's handles, but for the passes and checkpoints */
import { constants } from './constants.mjs';

/* The private part of an object: { at, held }, where `at` is its address, 0 after dispose(), and
 * `held` has the blocks that it uses, by what they are for. `held` outlives the object, so that
 * they can be released then. */
export const inner = Symbol('inner');

export function objectClasses(m) {
    const { c, Block, during, all, part, copied, lend, overlap, failure, check, demand } = m;
    const { whole, real, long, stringAt, slot, slots, wordAt, longAt, numberAt, saved } = m;

    const ended = new FinalizationRegistry((held) => held.forEach((block) => block.release()));

    /* Gives `object` its private part: the library's object lies at `at` in a block. */
    function settle(object, block, at = block.at) {
        object[inner] = { at, held: new Map([['object', block]]) };
        ended.register(object, object[inner].held, object);
    }

    /* Lets an object hold a block for `what`, null for none, and releases what it held for that. */
    function hold(object, what, block) {
        const { held } = object[inner];
        held.get(what)?.release();
        if (block === null) {
            held.delete(what);
        } else {
            held.set(what, block);
        }
    }

    /* Releases all blocks that an object holds, but its own. */
    function release(object) {
        [...object[inner].held.keys()].forEach((it) => it !== 'object' && hold(object, it, null));
    }

    /* Makes an object of the library by its functions `size` and `init`, which have the same
     * arguments, or `size` has none. */
    function make(object, size, init, rest) {
        let bytes;
        if (size.length === 0) {
            bytes = size() >>> 0;
        } else {
            check(size(...rest, slot(0)));
            bytes = wordAt(0);
        }
        const block = new Block(bytes);
        const status = init(block.at, bytes, ...rest, slot(0));
        if (status !== constants.OK) {
            block.release();
            throw failure(status);
        }
        settle(object, block, wordAt(0));
    }

    /* The address of an object of this module; 0 for null, which the library judges. */
    function address(object) {
        if (object === null) {
            return 0;
        }
        demand(object instanceof Handle && object[inner].at !== 0, constants.E_ARGUMENT);
        return object[inner].at;
    }

    /* The array itself, or that of Floats. Refuses one that is detached. */
    function arrayOf(Type, array) {
        const found = array instanceof Floats ? array.array : array;
        if (!(found instanceof Type)) {
            throw new TypeError(`a ${Type.name} was expected`);
        }
        try {
            new Uint8Array(found.buffer);
        } catch {
            throw new TypeError('the array ended when the memory grew: take it anew');
        }
        return found;
    }

    class Handle {
        dispose() {
            const mine = this[inner];
            if (mine.at === 0) {
                return;
            }
            c[`srnn_${this.constructor.kind}_destroy`]?.(mine.at);
            mine.at = 0;
            ended.unregister(this);
            mine.held.forEach((block) => block.release());
            mine.held.clear();
        }
    }

    class HandleWithOptions extends Handle {
        set(key, value) {
            check(c[`srnn_${this.constructor.kind}_set`](address(this), whole(key), real(value)));
        }

        get(key) {
            check(c[`srnn_${this.constructor.kind}_get`](address(this), whole(key), slot(0)));
            return numberAt(0);
        }
    }

    class Floats extends Handle {
        static kind = 'floats'; /* not one of the library's */

        constructor(length) {
            super();
            settle(this, new Block(whole(length) * 4));
            this.length = length;
            this.array.fill(0);
        }

        get array() {
            return part(this, Float32Array, address(this), this.length);
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
            check(c.srnn_random_get_state(address(this), ...slots(2)));
            return { state: longAt(0), stream: longAt(1) };
        }

        setState(state, stream) {
            check(c.srnn_random_set_state(address(this), long(state), long(stream)));
        }
    }

    /* The parameters of a model at an address that a function returned. They are a part of the
     * floats that it is bound to, also when it is bound to others later. */
    function parametersAt(model, at) {
        const owners = [model, model[inner].floats];
        return at === 0 ? null : part(owners, Float32Array, at >>> 0, model.parameterCount);
    }

    function bindBy(bind, model, parameters) {
        demand(parameters instanceof Floats, constants.E_ARGUMENT);
        check(bind(address(model), address(parameters), parameters.length));
        hold(model, 'parameters', parameters[inner].held.get('object').use());
        model[inner].floats = parameters;
    }

    /* A step of a stream by `step`, whose arguments after `model` begin with `first`. */
    function stepBy(step, model, first, values, state, next, logits) {
        const rows = [state, next].map((it) => arrayOf(Float32Array, it));
        demand(rows.every(({ length }) => length >= model.hidden), constants.E_SHAPE);
        const last = logits === null ? null : arrayOf(Float32Array, logits);
        demand(last === null || last.length >= model.outputs, constants.E_SHAPE);
        const others = [...values, rows[0], last];
        demand(!others.some((it) => it !== null && overlap(it, rows[1])), constants.E_ARGUMENT);
        const n = values.length;
        const call = (...at) => check(step(address(model), ...first, ...at));
        lend([...values, ...rows, last], call, [n + 1, n + 2]);
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
            const array = arrayOf(Uint8Array, archive);
            const { length } = array;
            whole(flags);
            during(copied(array), (block) => {
                const file = [block.at, length, flags];
                make(model, c.srnn_model_load_size, c.srnn_model_load, file);
                hold(model, 'archive', flags & constants.LOAD_VIEW ? block.use() : null);
            });
            return model;
        }

        static pytorchLoad(archive, activation = 0, output = 0) {
            const model = Object.create(Model.prototype);
            const array = arrayOf(Uint8Array, archive);
            const { length } = array;
            lend([array], (at) => {
                const file = [at, length, whole(activation), whole(output)];
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
            return parametersAt(this, c.srnn_model_parameters(address(this)));
        }

        get parametersConst() {
            return parametersAt(this, c.srnn_model_parameters_const(address(this)));
        }

        get tensors() {
            const tensors = [];
            for (;;) {
                const at = address(this);
                const status = c.srnn_model_tensor(at, tensors.length, ...slots(4));
                if (status === constants.E_RANGE) {
                    return tensors; /* the index is after the last */
                }
                check(status);
                const [name, offset, rows, columns] = [0, 1, 2, 3].map(wordAt);
                tensors.push({ name: stringAt(name), offset, rows, columns });
            }
        }

        bind(parameters) {
            bindBy(c.srnn_model_bind, this, parameters);
        }

        bindConst(parameters) {
            bindBy(c.srnn_model_bind_const, this, parameters);
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
            demand(array.length >= this.inputs, constants.E_SHAPE);
            stepBy(c.srnn_step, this, [], [array], state, next, logits);
        }

        stepId(id, state, next, logits = null) {
            stepBy(c.srnn_step_id, this, [whole(id)], [], state, next, logits);
        }
    }

    /* Calls the `apply` of a regularizer or a clipper. Returns what it stores. */
    function applyBy(apply, object, model, gradient) {
        const array = arrayOf(Float32Array, gradient);
        const handles = [address(object), address(model)];
        const { length } = array;
        lend([array], (at) => check(apply(...handles, at, length, slot(0))), [0]);
        return numberAt(0);
    }

    class Regularizer extends HandleWithOptions {
        static kind = 'regularizer';

        constructor(model, kind) {
            super();
            const rest = [address(model), whole(kind)];
            make(this, c.srnn_regularizer_size, c.srnn_regularizer_init, rest);
            this[inner].hidden = model.hidden;
        }

        gathered() {
            check(c.srnn_regularizer_gathered(address(this), ...slots(2)));
            const matrix = part(this, Float32Array, wordAt(0), this[inner].hidden ** 2);
            return { matrix, sums: part(this, Float64Array, wordAt(1), 4) };
        }

        apply(model, gradient) {
            return applyBy(c.srnn_regularizer_apply, this, model, gradient);
        }

        reset() {
            check(c.srnn_regularizer_reset(address(this)));
        }
    }

    class Clipper extends HandleWithOptions {
        static kind = 'clipper';

        constructor(kind) {
            super();
            make(this, c.srnn_clipper_size, c.srnn_clipper_init, [whole(kind)]);
        }

        tell(loss, rate, steps) {
            check(c.srnn_clipper_tell(address(this), real(loss), real(rate), whole(steps)));
        }

        apply(model, gradient) {
            return applyBy(c.srnn_clipper_apply, this, model, gradient);
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
            const { length } = arrays[0];
            demand(arrays[1].length === length, constants.E_SHAPE);
            demand(!overlap(...arrays), constants.E_ARGUMENT);
            const step = (...at) => check(c.srnn_optimizer_step(address(this), ...at, length));
            lend(arrays, step, [0]);
        }

        decay(parameters, weightDecay) {
            const array = arrayOf(Float32Array, parameters);
            const { length } = array;
            const factor = real(weightDecay);
            const decay = c.srnn_optimizer_decay;
            lend([array], (at) => check(decay(address(this), at, length, factor)), [0]);
        }

        reset() {
            check(c.srnn_optimizer_reset(address(this)));
        }

        copy(from) {
            check(c.srnn_optimizer_copy(address(this), address(from)));
        }
    }

    const classes = { Floats, Random, Model, Regularizer, Clipper, Optimizer };
    return { classes, Handle, HandleWithOptions, make, hold, release, address, arrayOf };
}

/* passes.mjs - Batch and Workspace */
import { constants } from './constants.mjs';
import { inner } from './objects.mjs';

export function passClasses(m, objects) {
    const { c, part, copied, lend, failure, check, demand, whole, real } = m;
    const { slot, slots, wordAt, longAt, numberAt } = m;
    const { Handle, HandleWithOptions, make, hold, release, address, arrayOf } = objects;

    /* Gives a batch a copy of an array, or null, with its strides if it has any. The array must
     * have the first element of the batch's last row. `reach` stores how many it has from there on:
     * the passes compare them with the width of their model. */
    function setArray(set, batch, what, array, ...strides) {
        const at = address(batch);
        const by = strides.map((stride) => (array === null ? 0 : whole(stride)));
        const { steps, sequences } = batch;
        const [step, sequence] = by.length > 0 ? by : [0, 1];
        const last = Math.max(steps - 1, 0) * step + Math.max(sequences - 1, 0) * sequence;
        demand(array === null || steps === 0 || last < array.length, constants.E_SHAPE);
        const reach = array === null ? Infinity : array.length - last;
        const block = array && copied(array);
        const status = set(at, block ? block.at : 0, ...by);
        if (status !== constants.OK) {
            block?.release();
            throw failure(status);
        }
        hold(batch, what, block);
        batch[inner].reach[what] = array instanceof Uint32Array ? Infinity : reach;
    }

    const arrayOrNull = (Type, array) => (array === null ? null : arrayOf(Type, array));

    /* It holds copies of its arrays. */
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
            release(this);
            this[inner].reach = {};
        }

        input(values, stepStride, sequenceStride) {
            const array = arrayOf(Float32Array, values);
            setArray(c.srnn_batch_input, this, 'input', array, stepStride, sequenceStride);
        }

        inputIds(ids, stepStride, sequenceStride) {
            const array = arrayOf(Uint32Array, ids);
            setArray(c.srnn_batch_input_ids, this, 'input', array, stepStride, sequenceStride);
        }

        restarts(restarts) {
            setArray(c.srnn_batch_restarts, this, 'restarts', arrayOrNull(Uint8Array, restarts));
        }

        lengths(lengths) {
            setArray(c.srnn_batch_lengths, this, 'lengths', arrayOrNull(Uint32Array, lengths));
        }

        mask(mask, stepStride, sequenceStride) {
            const array = arrayOrNull(Uint8Array, mask);
            setArray(c.srnn_batch_mask, this, 'mask', array, stepStride, sequenceStride);
        }

        target(values, stepStride, sequenceStride) {
            const array = arrayOf(Float32Array, values);
            setArray(c.srnn_batch_target, this, 'target', array, stepStride, sequenceStride);
        }

        targetIds(ids, stepStride, sequenceStride) {
            const array = arrayOf(Uint32Array, ids);
            setArray(c.srnn_batch_target_ids, this, 'target', array, stepStride, sequenceStride);
        }

        targetMask(mask, stepStride, sequenceStride) {
            const array = arrayOrNull(Uint8Array, mask);
            const set = c.srnn_batch_target_mask;
            setArray(set, this, 'targetMask', array, stepStride, sequenceStride);
        }

        weights(weights, stepStride, sequenceStride) {
            const array = arrayOrNull(Float32Array, weights);
            setArray(c.srnn_batch_weights, this, 'weights', array, stepStride, sequenceStride);
        }
    }

    /* Refuses a batch with an array whose last row is shorter than `width` of the model. */
    function checkReach(batch, what, model, width) {
        const reach = batch?.[inner]?.reach?.[what] ?? Infinity;
        demand(width(address(model)) >>> 0 <= reach, constants.E_SHAPE);
    }

    function checkTargets(batch, model) {
        checkReach(batch, 'target', model, c.srnn_model_outputs);
        checkReach(batch, 'targetMask', model, c.srnn_model_outputs);
    }

    /* backward reads the arrays of the last forward again: the workspace holds them too. */
    function forwardBy(forward, workspace, model, batch) {
        checkReach(batch, 'input', model, c.srnn_model_inputs);
        check(forward(address(model), address(workspace), address(batch)));
        release(workspace);
        for (const [what, block] of batch[inner].held) {
            if (what !== 'object') {
                hold(workspace, what, block.use());
            }
        }
        workspace[inner].last = { steps: batch.steps, sequences: batch.sequences };
    }

    /* Calls `move` with states [sequences x hidden]. */
    function moveStates(move, workspace, state, sequenceStride, sequences, written) {
        const array = arrayOf(Float32Array, state);
        const last = Math.max(whole(sequences) - 1, 0) * whole(sequenceStride);
        const end = sequences === 0 ? 0 : last + workspace.get(constants.WORKSPACE_HIDDEN);
        demand(end <= array.length, constants.E_SHAPE);
        const call = (at) => check(move(address(workspace), at, sequenceStride, sequences));
        lend([array], call, written);
    }

    class Workspace extends HandleWithOptions {
        static kind = 'workspace';

        constructor(model, maxSteps, maxSequences, flags = 0) {
            super();
            const rest = [address(model), ...[maxSteps, maxSequences, flags].map(whole)];
            make(this, c.srnn_workspace_size, c.srnn_workspace_init, rest);
        }

        setState(state, sequenceStride, sequences) {
            moveStates(c.srnn_workspace_set_state, this, state, sequenceStride, sequences, []);
        }

        getState(state, sequenceStride, sequences) {
            moveStates(c.srnn_workspace_get_state, this, state, sequenceStride, sequences, [0]);
        }

        reset() {
            check(c.srnn_workspace_reset(address(this)));
        }

        view(view) {
            check(c.srnn_workspace_view(address(this), whole(view), ...slots(4)));
            const [at, stepStride, sequenceStride, width] = [0, 1, 2, 3].map(wordAt);
            const { steps, sequences } = this[inner].last;
            const end = (steps - 1) * stepStride + (sequences - 1) * sequenceStride + width;
            const data = part(this, Float32Array, at, end);
            return { data, stepStride, sequenceStride, width };
        }

        forward(model, batch) {
            forwardBy(c.srnn_forward, this, model, batch);
        }

        forwardContinue(model, batch) {
            forwardBy(c.srnn_forward_continue, this, model, batch);
        }

        loss(model, batch, scale) {
            checkTargets(batch, model);
            const handles = [address(model), address(this), address(batch)];
            check(c.srnn_loss(...handles, real(scale), ...slots(2)));
            return { loss: numberAt(0), weight: numberAt(1) };
        }

        lossBegin() {
            check(c.srnn_loss_begin(address(this)));
        }

        countErrors(model, batch, tolerance = 0) {
            checkTargets(batch, model);
            const handles = [address(model), address(this), address(batch)];
            check(c.srnn_count_errors(...handles, real(tolerance), ...slots(4)));
            const four = [0, 1, 2, 3].map((i) => Number(longAt(i)));
            const [wrongSteps, steps, wrongSequences, sequences] = four;
            return { wrongSteps, steps, wrongSequences, sequences };
        }

        backward(model, regularizer, gradient) {
            const array = arrayOf(Float32Array, gradient);
            const handles = [address(model), address(this), address(regularizer)];
            const { length } = array;
            lend([array], (at) => check(c.srnn_backward(...handles, at, length)), [0]);
        }
    }

    return { Batch, Workspace };
}

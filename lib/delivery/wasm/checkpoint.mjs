/* checkpoint.mjs - Checkpoint */
import { constants } from './constants.mjs';
import { inner } from './objects.mjs';

export function checkpointClass(m, objects) {
    const { c, Block, during, all, copied, lend, check, demand, whole } = m;
    const { stringAt, terminated, slot, slots, wordAt, numberAt, saved } = m;
    const { Handle, make, hold, address, arrayOf } = objects;

    /* Lets a checkpoint hold a copy of an array as `what`, if call(address) returns OK. */
    function holdCopy(checkpoint, what, array, call) {
        during(copied(array), (block) => {
            check(call(block.at));
            hold(checkpoint, what, block.use());
        });
    }

    /* Refuses a list that changed after it was made: the library still has the addresses of parts
     * that were disposed of, and an array may have ended, or have another length than its copy. */
    function checkList(checkpoint) {
        const { parts, arrays } = checkpoint[inner];
        [checkpoint, ...parts].forEach(address);
        for (const { array, length } of arrays) {
            demand(arrayOf(Uint8Array, array).length === length, constants.E_SHAPE);
        }
    }

    /* It holds copies of the texts and arrays in its list, and of the open file. */
    return class Checkpoint extends Handle {
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
            const { length } = array;
            const what = `part ${name}`;
            const add = c.srnn_checkpoint_add_bytes;
            lend([terminated(name)], (at) =>
                holdCopy(this, what, array, (copy) => add(address(this), at, copy, length)),
            );
            this[inner].arrays.push({ array, length, what });
        }

        addText(name, text) {
            const add = c.srnn_checkpoint_add_text;
            lend([terminated(name)], (at) =>
                holdCopy(this, `part ${name}`, terminated(text), (copy) =>
                    add(address(this), at, copy),
                ),
            );
        }

        save() {
            checkList(this);
            const { at, held, arrays } = this[inner];
            arrays.forEach(({ array, what }) => all().bytes.set(array, held.get(what).at));
            return saved((...rest) => c.srnn_checkpoint_save(at, ...rest));
        }

        open(archive) {
            const array = arrayOf(Uint8Array, archive);
            const { length } = array;
            const open = (at) => c.srnn_checkpoint_open(address(this), at, length);
            holdCopy(this, 'archive', array, open);
        }

        restore() {
            checkList(this);
            const { at, held, arrays } = this[inner];
            check(c.srnn_checkpoint_restore(at));
            for (const { array, length, what } of arrays) {
                const { at: copy } = held.get(what);
                array.set(all().bytes.subarray(copy, copy + length));
            }
        }

        parts(count = 2 ** 32 - 1) {
            const parts = [];
            whole(count);
            return during(new Block(constants.PART_NAME_BYTES), ({ at: name }) => {
                while (parts.length < count) {
                    const at = address(this);
                    const status = c.srnn_checkpoint_part(at, parts.length, slot(0), name);
                    if (status === constants.E_RANGE) {
                        break; /* the index is after the last */
                    }
                    check(status);
                    parts.push({ name: stringAt(name), kind: wordAt(0) });
                }
                return parts;
            });
        }

        get(name, key) {
            lend([terminated(name)], (at) =>
                check(c.srnn_checkpoint_get(address(this), at, whole(key), slot(0))),
            );
            return numberAt(0);
        }

        bytes(name) {
            lend([terminated(name)], (at) =>
                check(c.srnn_checkpoint_bytes(address(this), at, ...slots(2))),
            );
            return all().bytes.slice(wordAt(0), wordAt(0) + wordAt(1));
        }

        text(name) {
            const text = (...rest) => check(c.srnn_checkpoint_text(address(this), ...rest));
            return lend([terminated(name)], (at) => {
                text(at, 0, 0, slot(0));
                const length = wordAt(0);
                return during(new Block(length + 1), (block) => {
                    text(at, block.at, length + 1, slot(0));
                    return stringAt(block.at, length); /* a file may have a zero in it */
                });
            });
        }
    };
}

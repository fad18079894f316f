/* memory.mjs - the module's memory: blocks that are freed, views, and what goes in and out */
import { constants } from './constants.mjs';

const PAGE = 65536;
const UNIT = 16; /* addresses and sizes of blocks are multiples of it */
/* The bytes that the memory grows by, if it can and needs no more: each growth ends all views. */
const GROWTH = 1 << 20;

export class SrnnError extends Error {
    constructor(code, name, text) {
        super(`${name}: ${text}`);
        this.name = 'SrnnError';
        this.code = code;
        this.text = text;
    }
}

/* What is free from `start` on: ranges [at, end) in ascending order, which do not touch. `memory`
 * grows when none is large enough. */
export class Heap {
    constructor(memory, start) {
        this.memory = memory;
        this.free = [];
        this.give(Math.ceil(start / UNIT) * UNIT, memory.buffer.byteLength);
    }

    /* Returns the address of a range, or 0 if the memory cannot grow. `size` is a multiple of
     * UNIT. */
    take(size) {
        const fits = ({ at, end }) => end - at >= size;
        let i = this.free.findIndex(fits);
        if (i < 0) {
            if (!this.grow(size)) {
                return 0;
            }
            i = this.free.length - 1;
        }
        const range = this.free[i];
        const { at } = range;
        range.at += size;
        if (range.at === range.end) {
            this.free.splice(i, 1);
        }
        return at;
    }

    /* Makes the last range one of at least so many bytes. */
    grow(size) {
        const end = this.memory.buffer.byteLength;
        const last = this.free.at(-1);
        const missing = size - (last?.end === end ? end - last.at : 0);
        if (!this.growBy(Math.max(missing, GROWTH)) && !this.growBy(missing)) {
            return false;
        }
        this.give(end, this.memory.buffer.byteLength);
        return true;
    }

    growBy(bytes) {
        try {
            this.memory.grow(Math.ceil(bytes / PAGE));
            return true;
        } catch {
            return false;
        }
    }

    give(at, end) {
        const after = this.free.findIndex((range) => range.at > at);
        const i = after < 0 ? this.free.length : after;
        this.free.splice(i, 0, { at, end });
        this.join(i);
        this.join(i - 1);
    }

    /* Makes one range of range i and the next, if they touch. */
    join(i) {
        const [range, next] = [this.free[i], this.free[i + 1]];
        if (range && range.end === next?.at) {
            range.end = next.end;
            this.free.splice(i + 1, 1);
        }
    }
}

/* The functions below, over the functions `c` of a module. */
export function openMemory(c) {
    const { memory } = c;
    const heap = new Heap(memory, c.__heap_base.value);

    /* The string of `length` bytes at an address; without a length it ends at its first zero. */
    function stringAt(at, length = all().bytes.indexOf(0, at) - at) {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        return decoder.decode(all().bytes.subarray(at, at + length));
    }

    function failure(code) {
        const [name, text] = [c.srnn_status_name(code), c.srnn_status_text(code)];
        return new SrnnError(code, stringAt(name), stringAt(text));
    }

    function check(status) {
        if (status !== constants.OK) {
            throw failure(status);
        }
    }

    function demand(condition, code) {
        if (!condition) {
            throw failure(code);
        }
    }

    /* A block of memory, which is freed when it was released as often as used. */
    class Block {
        constructor(bytes) {
            this.size = Math.max(Math.ceil(bytes / UNIT), 1) * UNIT;
            this.at = heap.take(this.size);
            demand(this.at !== 0, constants.E_MEMORY);
            this.uses = 1;
        }

        use() {
            this.uses++;
            return this;
        }

        release() {
            if (--this.uses === 0) {
                heap.give(this.at, this.at + this.size);
            }
        }
    }

    /* Calls use(block) and then releases the block. */
    function during(block, use) {
        try {
            return use(block);
        } finally {
            block.release();
        }
    }

    /* Views of the whole memory, made anew after growth. */
    let views = { buffer: null };
    function all() {
        if (views.buffer !== memory.buffer) {
            const { buffer } = memory;
            views = { buffer, bytes: new Uint8Array(buffer), data: new DataView(buffer) };
        }
        return views;
    }

    const ownersOf = new WeakMap();

    /* An array that is a part of one or more objects, which live as long as the array. */
    function part(owners, Type, at, length) {
        const array = new Type(memory.buffer, at, length);
        ownersOf.set(array, owners);
        return array;
    }

    const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

    /* A new block with a copy of an array. The array may lie in this memory, which may grow. */
    function copied(array) {
        const isHere = array.buffer === memory.buffer;
        const { byteOffset, byteLength } = array;
        const block = new Block(byteLength);
        const buffer = isHere ? memory.buffer : array.buffer;
        all().bytes.set(new Uint8Array(buffer, byteOffset, byteLength), block.at);
        return block;
    }

    /* Calls use(...addresses) with the addresses of arrays, 0 for null. An array that lies outside
     * of this memory is copied, and copied back if its index is in `written`. Where the others lie
     * is looked up before a copy can make the memory grow. */
    function lend(arrays, use, written = []) {
        const blocks = [];
        const places = arrays.map((array) => {
            const isHere = array?.buffer === memory.buffer;
            return array === null ? 0 : isHere ? array.byteOffset : -1;
        });
        const isAway = places.map((at) => at < 0);
        try {
            arrays.forEach((array, i) => {
                if (isAway[i]) {
                    blocks.push(copied(array));
                    places[i] = blocks.at(-1).at;
                }
            });
            const result = use(...places);
            for (const i of written.filter((it) => isAway[it])) {
                const end = places[i] + arrays[i].byteLength;
                bytesOf(arrays[i]).set(all().bytes.subarray(places[i], end));
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

    /* Refuses a number that WebAssembly would cut to its last 32 bits. */
    function whole(number) {
        demand(Number.isInteger(number) && number >= 0 && number < 2 ** 32, constants.E_RANGE);
        return number;
    }

    /* Refuses what WebAssembly would convert to a number: null to 0, '1' to 1. */
    function real(number) {
        demand(typeof number === 'number', constants.E_RANGE);
        return number;
    }

    function long(number) {
        demand(typeof number === 'bigint' || Number.isSafeInteger(number), constants.E_RANGE);
        const value = BigInt(number);
        demand(value === BigInt.asUintN(64, value), constants.E_RANGE);
        return value;
    }

    /* A string for C, which ends at its first zero. Half of a surrogate pair is none. */
    function terminated(text) {
        if (typeof text !== 'string') {
            throw new TypeError('a string was expected');
        }
        const bytes = new TextEncoder().encode(`${text}\0`);
        const encoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
        demand(!text.includes('\0') && encoded === `${text}\0`, constants.E_RANGE);
        return bytes;
    }

    /* Where functions write their results, by an index below 8. */
    const results = new Block(8 * 8);
    const slot = (i) => results.at + 8 * i;
    const slots = (count) => Array.from({ length: count }, (_, i) => slot(i));
    const wordAt = (i) => all().data.getUint32(slot(i), true);
    const longAt = (i) => all().data.getBigUint64(slot(i), true);
    const numberAt = (i) => all().data.getFloat64(slot(i), true);

    /* Returns the file that save(buffer, capacity, size) writes: first its size, then its bytes. */
    function saved(save) {
        check(save(0, 0, slot(0)));
        const size = wordAt(0);
        return during(new Block(size), ({ at }) => {
            check(save(at, size, slot(0)));
            return all().bytes.slice(at, at + size);
        });
    }

    return {
        c, memory, Block, during, all, part, copied, lend, overlap, failure, check, demand, whole,
        real, long, stringAt, terminated, slot, slots, wordAt, longAt, numberAt, saved,
    };
}

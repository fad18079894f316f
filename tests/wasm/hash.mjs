/* hash.mjs - tests/support/hash.c in JavaScript: one number for many bits */
export const HASH_START = 0xcbf29ce484222325n;

const PRIME_LOW = 0x1b3; /* the prime is 2^40 + 0x1b3 */

/* Goes on from a hash with bytes: FNV-1a, 64 bits. By halves, as BigInt takes many times as long:
 * with hash = high x 2^32 + low, the upper half of hash x prime is high x 0x1b3 + low x 2^8 and the
 * carry of low x 0x1b3. */
export function hashBytes(hash, bytes) {
    let high = Number(hash >> 32n);
    let low = Number(hash & 0xffffffffn);
    for (const byte of bytes) {
        const next = ((low ^ byte) >>> 0) * PRIME_LOW;
        const shifted = (low ^ byte) << 8;
        high = (Math.imul(high, PRIME_LOW) + shifted + Math.floor(next / 2 ** 32)) >>> 0;
        low = next >>> 0;
    }
    return (BigInt(high) << 32n) | BigInt(low);
}

/* Goes on from a hash with floats or doubles. Typed arrays are little-endian where Node runs. */
const hashArray = (hash, array) =>
    hashBytes(hash, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));

export const hashFloats = (hash, values) => hashArray(hash, values);
export const hashDoubles = (hash, values) => hashArray(hash, Float64Array.from(values));

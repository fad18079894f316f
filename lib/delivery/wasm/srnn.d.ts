/* srnn.d.ts - the types of libsrnn as a WebAssembly module
 *
 * srnn.h describes the functions, their shapes and errors; here stands what differs in JavaScript.
 *
 * Errors. A status that is not SRNN_OK is thrown as SrnnError. What is no number, where a number is
 * declared, is SRNN_E_RANGE: null and '1' too. An array of another type than the one declared is a
 * TypeError.
 *
 * Arrays. A typed array that lies elsewhere is copied into the module's memory for a call, and back
 * if the call writes to it. One that lies in the module's memory is used in place: Floats, and what
 * `parameters`, `view` and `gathered` return. Copies are kept by a Batch, a Checkpoint, and a Model
 * that was loaded with LOAD_VIEW.
 *
 * Growth. The memory grows when an object or a copy does not fit. Typed arrays on it then have the
 * length 0, as WebAssembly demands, and a call with one is a TypeError. So take `parameters`,
 * `array` and views anew rather than keep them: the properties return arrays that are valid now.
 *
 * Lifetime. An object's memory is freed by dispose(), or some time after the last reference to the
 * object and to arrays that it returned is gone. That is never before the event loop has its turn:
 * dispose of what a loop without `await` makes. A subarray of such an array is no reference. After
 * dispose() none of these arrays may be used. */

export type Source =
    | ArrayBuffer
    | Uint8Array
    | WebAssembly.Module
    | Response
    | PromiseLike<Response>
    | URL
    | string;

/* Compile and start the module: from its bytes, compiled, from a response or by its address.
 * Without a source: srnn.wasm beside srnn.mjs; srnn.js has it in itself. Each call makes a module
 * with a memory of its own, and objects of one cannot be used in another. */
export function load(source?: Source): Promise<Srnn>;

/* The same at once. Older versions of Chrome refuse more than 4 KB of bytes on the main thread. */
export function loadSync(source: ArrayBuffer | Uint8Array | WebAssembly.Module): Srnn;

export class SrnnError extends Error {
    private constructor();
    /* The status: E_SHAPE. */
    readonly code: number;
    /* What srnn_status_text says of it. */
    readonly text: string;
    /* Its name and its text: "SRNN_E_SHAPE: sizes that do not fit together". */
    readonly message: string;
}

/* The constants of srnn.h without SRNN_: HIDDEN_TANH is SRNN_HIDDEN_TANH. */
export interface Constants {
    /* @CONSTANTS@ */
}

export interface Handle {
    /* Free the object's memory. A second call does nothing; every other use is E_ARGUMENT. */
    dispose(): void;
}

export interface HandleWithOptions extends Handle {
    set(key: number, value: number): void;
    get(key: number): number;
}

/* Floats in the module's memory, zero at first: for gradients and states that calls use without a
 * copy. */
export interface Floats extends Handle {
    readonly length: number;
    /* The floats themselves. Not to be kept (see Growth). */
    readonly array: Float32Array;
}

/* Where a call takes floats. */
export type FloatArray = Float32Array | Floats;

export interface Random extends Handle {
    u32(): number;
    below(bound: number): number;
    uniform(): number;
    normal(): number;
    getState(): { state: bigint; stream: bigint };
    setState(state: bigint, stream: bigint): void;
}

export interface Tensor {
    name: string;
    offset: number;
    rows: number;
    columns: number;
}

export interface Model extends HandleWithOptions {
    readonly inputs: number;
    readonly hidden: number;
    readonly outputs: number;
    readonly parameterCount: number;
    /* The parameters themselves, null where srnn.h says NULL. Not to be kept (see Growth). */
    readonly parameters: Float32Array | null;
    /* The same, to be read only. */
    readonly parametersConst: Float32Array | null;
    /* The tensors of the parameter vector, in its order. */
    readonly tensors: Tensor[];
    /* For a model with MODEL_EXTERNAL, which keeps the floats alive. */
    bind(parameters: Floats): void;
    bindConst(parameters: Floats): void;
    copy(from: Model): void;
    initialize(kind: number, random: Random): void;
    /* The model's file, and its file for PyTorch. */
    save(): Uint8Array;
    pytorchSave(): Uint8Array;
    /* Writes the state [hidden] that a stream starts from. */
    initialState(state: FloatArray): void;
    /* One step of a stream, from `state` to `next`, which is another array. */
    step(values: FloatArray, state: FloatArray, next: FloatArray, logits?: FloatArray | null): void;
    stepId(id: number, state: FloatArray, next: FloatArray, logits?: FloatArray | null): void;
}

/* It copies its arrays: what changes in an array after the call does not count. Strides can be left
 * out with null only. */
export interface Batch extends Handle {
    readonly steps: number;
    readonly sequences: number;
    begin(steps: number, sequences: number): void;
    input(values: FloatArray, stepStride: number, sequenceStride: number): void;
    inputIds(ids: Uint32Array, stepStride: number, sequenceStride: number): void;
    restarts(restarts: Uint8Array | null): void;
    lengths(lengths: Uint32Array | null): void;
    mask(mask: Uint8Array | null, stepStride?: number, sequenceStride?: number): void;
    target(values: FloatArray, stepStride: number, sequenceStride: number): void;
    targetIds(ids: Uint32Array, stepStride: number, sequenceStride: number): void;
    targetMask(mask: Uint8Array | null, stepStride?: number, sequenceStride?: number): void;
    weights(weights: FloatArray | null, stepStride?: number, sequenceStride?: number): void;
}

/* Element (t, s, i) is at data[t * stepStride + s * sequenceStride + i]. Not to be kept (see
 * Growth). */
export interface View {
    data: Float32Array;
    stepStride: number;
    sequenceStride: number;
    width: number;
}

export interface ErrorCounts {
    wrongSteps: number;
    steps: number;
    wrongSequences: number;
    sequences: number;
}

export interface Workspace extends HandleWithOptions {
    /* The carried state [sequences x hidden]. */
    setState(state: FloatArray, sequenceStride: number, sequences: number): void;
    getState(state: FloatArray, sequenceStride: number, sequences: number): void;
    reset(): void;
    view(view: number): View;
    forward(model: Model, batch: Batch): void;
    forwardContinue(model: Model, batch: Batch): void;
    /* Returns the sum of the losses and the sum of their weights. */
    loss(model: Model, batch: Batch, scale: number): { loss: number; weight: number };
    lossBegin(): void;
    countErrors(model: Model, batch: Batch, tolerance?: number): ErrorCounts;
    /* Adds to `gradient`: fill it with 0 first. */
    backward(model: Model, regularizer: Regularizer | null, gradient: FloatArray): void;
}

export interface Regularizer extends HandleWithOptions {
    /* The sums themselves. Not to be kept (see Growth). */
    gathered(): { matrix: Float32Array; sums: Float64Array };
    /* Returns Omega. */
    apply(model: Model, gradient: FloatArray): number;
    reset(): void;
}

export interface Clipper extends HandleWithOptions {
    tell(loss: number, rate: number, steps: number): void;
    /* Returns the norm before clipping. */
    apply(model: Model | null, gradient: FloatArray): number;
    reset(): void;
    copy(from: Clipper): void;
}

export interface Optimizer extends HandleWithOptions {
    step(parameters: FloatArray, gradient: FloatArray): void;
    decay(parameters: FloatArray, weightDecay: number): void;
    reset(): void;
    copy(from: Optimizer): void;
}

export type Part = Model | Optimizer | Clipper | Regularizer | Random | Workspace;

/* It keeps the objects in its list alive, but not against dispose(): then save() and restore() are
 * E_ARGUMENT. */
export interface Checkpoint extends Handle {
    add(name: string, part: Part): void;
    /* save() saves what the array holds then, and restore() writes to it. If its length is another
     * then, both are E_SHAPE. */
    addBytes(name: string, data: Uint8Array): void;
    addText(name: string, text: string): void;
    save(): Uint8Array;
    /* Open a copy of the file. */
    open(archive: Uint8Array): void;
    restore(): void;
    /* The parts of the open file in its order, at most `count` of them. Listing all takes time that
     * grows with the square of their number: give a count if the file may be hostile. */
    parts(count?: number): { name: string; kind: number }[];
    get(name: string, key: number): number;
    bytes(name: string): Uint8Array;
    text(name: string): string;
}

export interface Option {
    key: number;
    handle: string;
    name: string;
    minimum: number;
    maximum: number;
    preset: number;
    traits: number;
}

export interface Srnn extends Constants {
    /* The module's memory, which grows. */
    readonly memory: WebAssembly.Memory;

    versionNumber(): number;
    versionString(): string;
    arithmetic(): number;
    buildInfo(): string;
    statusName(status: number): string;
    statusText(status: number): string;
    alignment(): number;
    optionKey(index: number): number;
    optionInfo(key: number): Option;
    /* The length of the file that begins a block of bytes. */
    archiveLength(archive: Uint8Array): number;
    /* Returns y = g(z) of logits [rows x outputs]. */
    outputs(model: Model, logits: FloatArray): Float32Array;
    /* The spectral radius and the largest singular value of a matrix [size x size]. */
    spectrum(matrix: FloatArray, size: number): { radius: number; singularValue: number };

    readonly Floats: { new (length: number): Floats };
    readonly Random: { new (seed: number | bigint, stream: number | bigint): Random };
    readonly Model: {
        new (
            inputs: number,
            hidden: number,
            outputs: number,
            activation: number,
            output: number,
            flags?: number,
        ): Model;
        /* The model of a file, or of a file of PyTorch's. */
        load(archive: Uint8Array, flags?: number): Model;
        pytorchLoad(archive: Uint8Array, activation?: number, output?: number): Model;
    };
    readonly Batch: { new (): Batch };
    readonly Workspace: {
        new (model: Model, maxSteps: number, maxSequences: number, flags?: number): Workspace;
    };
    readonly Regularizer: { new (model: Model, kind: number): Regularizer };
    readonly Clipper: { new (kind: number): Clipper };
    readonly Optimizer: { new (kind: number, count: number): Optimizer };
    readonly Checkpoint: { new (parts: number): Checkpoint };
}

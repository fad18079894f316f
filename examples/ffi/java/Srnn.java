import com.sun.jna.Callback;
import com.sun.jna.IntegerType;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * libsrnn for Java, by JNA.
 *
 * <p>A class for each handle, with the functions of that handle as methods; srnn.h describes the
 * functions, their shapes and errors. A status that is not SRNN_OK is a Failure. close destroys a
 * handle; a closed one, or null, is refused like any NULL.
 *
 * <p>Arrays are direct buffers, made by floats and ints, which lie outside of the heap and are
 * never copied. A model keeps its parameters, a batch the ids that it views, a workspace those of
 * its last forward, which must not be changed before backward.
 */
public final class Srnn {
    public static final int HIDDEN_TANH = 11, OUTPUT_SOFTMAX = 23, START_SMART_TANH = 33;
    public static final int MODEL_EXTERNAL = 2048, WORKSPACE_LAST_OUTPUT = 4096, OMEGA_PAPER = 61;
    public static final int CLIP_NORM = 71, CLIP_THRESHOLD = 300, CLIP_RULE = 303;
    public static final int CLIP_RULE_POLYAK = 194, OPTIMIZER_SGD = 81, OPTIMIZER_RATE = 400;
    private static final int E_RANGE = -2, E_SHAPE = -3;

    private Srnn() {}

    /** size_t. */
    public static class Size extends IntegerType {
        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }

    /** srnn_task_fn. */
    public interface TaskFunction extends Callback {
        void invoke(Pointer task, int index);
    }

    /** srnn_parallel_fn. */
    public interface ParallelFunction extends Callback {
        int invoke(Pointer user, TaskFunction function, Pointer task, int count);
    }

    /** The functions of srnn.h that are used here. The allocator is always the C library's. */
    private static final class C {
        static native String srnn_status_name(int status);
        static native String srnn_status_text(int status);
        static native int srnn_random_create(Pointer allocate, Pointer user, long seed, long stream,
                PointerByReference random);
        static native void srnn_random_destroy(Pointer random);
        static native int srnn_random_below(Pointer random, int bound);
        static native int srnn_model_create(Pointer allocate, Pointer user, int inputs, int hidden,
                int outputs, int activation, int output, int flags, PointerByReference model);
        static native void srnn_model_destroy(Pointer model);
        static native Size srnn_model_parameter_count(Pointer model);
        static native int srnn_model_bind(Pointer model, FloatBuffer parameters, Size count);
        static native int srnn_model_initialize(Pointer model, int kind, Pointer random);
        static native int srnn_batch_create(Pointer allocate, Pointer user,
                PointerByReference batch);
        static native void srnn_batch_destroy(Pointer batch);
        static native int srnn_batch_begin(Pointer batch, int steps, int sequences);
        static native int srnn_batch_steps(Pointer batch);
        static native int srnn_batch_sequences(Pointer batch);
        static native int srnn_batch_input_ids(Pointer batch, IntBuffer ids, Size stepStride,
                Size sequenceStride);
        static native int srnn_batch_target_ids(Pointer batch, IntBuffer ids, Size stepStride,
                Size sequenceStride);
        static native int srnn_workspace_create(Pointer allocate, Pointer user, Pointer model,
                int maxSteps, int maxSequences, int flags, PointerByReference workspace);
        static native void srnn_workspace_destroy(Pointer workspace);
        static native int srnn_workspace_parallel(Pointer workspace, ParallelFunction run,
                Pointer user, int tasks);
        static native int srnn_forward(Pointer model, Pointer workspace, Pointer batch);
        static native int srnn_loss(Pointer model, Pointer workspace, Pointer batch, double scale,
                DoubleByReference loss, DoubleByReference weight);
        static native int srnn_count_errors(Pointer model, Pointer workspace, Pointer batch,
                double tolerance, LongByReference wrongSteps, LongByReference steps,
                LongByReference wrongSequences, LongByReference sequences);
        static native int srnn_backward(Pointer model, Pointer workspace, Pointer regularizer,
                FloatBuffer gradient, Size count);
        static native int srnn_regularizer_create(Pointer allocate, Pointer user, Pointer model,
                int kind, PointerByReference regularizer);
        static native void srnn_regularizer_destroy(Pointer regularizer);
        static native int srnn_regularizer_apply(Pointer regularizer, Pointer model,
                FloatBuffer gradient, Size count, DoubleByReference omega);
        static native int srnn_clipper_create(Pointer allocate, Pointer user, int kind,
                PointerByReference clipper);
        static native void srnn_clipper_destroy(Pointer clipper);
        static native int srnn_clipper_set(Pointer clipper, int key, double value);
        static native int srnn_clipper_tell(Pointer clipper, double loss, double rate, int steps);
        static native int srnn_clipper_apply(Pointer clipper, Pointer model, FloatBuffer gradient,
                Size count, DoubleByReference norm);
        static native int srnn_optimizer_create(Pointer allocate, Pointer user, int kind,
                Size count, PointerByReference optimizer);
        static native void srnn_optimizer_destroy(Pointer optimizer);
        static native int srnn_optimizer_step(Pointer optimizer, FloatBuffer parameters,
                FloatBuffer gradient, Size count);

        static {
            Native.register(C.class, "srnn");
        }
    }

    /** A status that is not SRNN_OK; its cause is what a parallel-for threw, else null. */
    public static final class Failure extends RuntimeException {
        public final int status;

        Failure(int status, Throwable cause) {
            super(C.srnn_status_name(status) + ": " + C.srnn_status_text(status), cause);
            this.status = status;
        }
    }

    private static void check(int status) {
        if (status != 0) {
            throw new Failure(status, null);
        }
    }

    public static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    public static IntBuffer ints(int count) {
        return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asIntBuffer();
    }

    /** The length of a buffer that C can use. */
    private static Size length(Buffer buffer, ByteOrder order) {
        if (!buffer.isDirect() || buffer.isReadOnly() || order != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a buffer made by Srnn.floats or ints was expected");
        }
        return new Size(buffer.capacity());
    }

    private interface Creation {
        int create(PointerByReference result);
    }

    private abstract static class Handle implements AutoCloseable {
        Pointer pointer;

        Handle(Creation creation) {
            PointerByReference result = new PointerByReference();
            check(creation.create(result));
            pointer = result.getValue();
        }

        abstract void destroy();

        @Override
        public void close() {
            destroy(); // of NULL it does nothing
            pointer = null;
        }

        static Pointer of(Handle handle) {
            return handle == null ? null : handle.pointer;
        }
    }

    public static final class Random extends Handle {
        public Random(long seed, long stream) {
            super(it -> C.srnn_random_create(null, null, seed, stream, it));
        }

        @Override
        void destroy() {
            C.srnn_random_destroy(pointer);
        }

        public int below(int bound) {
            return C.srnn_random_below(pointer, bound);
        }
    }

    /** Its parameters are the buffer passed to bind; until then its use is a Failure. */
    public static final class Model extends Handle {
        private FloatBuffer parameters;

        public Model(int inputs, int hidden, int outputs, int activation, int output, int flags) {
            super(it -> C.srnn_model_create(null, null, inputs, hidden, outputs, activation, output,
                    flags | MODEL_EXTERNAL, it));
        }

        @Override
        void destroy() {
            C.srnn_model_destroy(pointer);
        }

        public int parameterCount() {
            return C.srnn_model_parameter_count(pointer).intValue();
        }

        public void bind(FloatBuffer parameters) {
            check(C.srnn_model_bind(pointer, parameters, length(parameters, parameters.order())));
            this.parameters = parameters;
        }

        public FloatBuffer parameters() {
            return parameters;
        }

        public void initialize(int kind, Random random) {
            check(C.srnn_model_initialize(pointer, kind, of(random)));
        }
    }

    public static final class Batch extends Handle {
        private IntBuffer inputs, targets;

        public Batch() {
            super(it -> C.srnn_batch_create(null, null, it));
        }

        @Override
        void destroy() {
            C.srnn_batch_destroy(pointer);
        }

        public void begin(int steps, int sequences) {
            if (steps < 0 || sequences < 0) { // which C would take for large numbers
                throw new Failure(E_RANGE, null);
            }
            check(C.srnn_batch_begin(pointer, steps, sequences));
            inputs = targets = null;
        }

        public void inputIds(IntBuffer ids, int stepStride, int sequenceStride) {
            checkReach(ids, stepStride, sequenceStride);
            check(C.srnn_batch_input_ids(pointer, ids, new Size(stepStride),
                    new Size(sequenceStride)));
            inputs = ids;
        }

        public void targetIds(IntBuffer ids, int stepStride, int sequenceStride) {
            checkReach(ids, stepStride, sequenceStride);
            check(C.srnn_batch_target_ids(pointer, ids, new Size(stepStride),
                    new Size(sequenceStride)));
            targets = ids;
        }

        /** Refuse a buffer that is shorter than the batch, which C could not check. */
        private void checkReach(IntBuffer ids, int stepStride, int sequenceStride) {
            // Before begin there are none, and C refuses all ids.
            long steps = Math.max(C.srnn_batch_steps(pointer), 1);
            long sequences = Math.max(C.srnn_batch_sequences(pointer), 1);
            long last = (steps - 1) * stepStride + (sequences - 1) * sequenceStride;
            if (stepStride < 0 || sequenceStride < 0 || last < 0
                    || last >= length(ids, ids.order()).longValue()) {
                throw new Failure(E_SHAPE, null);
            }
        }
    }

    /** Calls task(i) once for every i below count, on any threads,
            and returns when all are done. */
    public interface ParallelFor {
        void run(int count, IntConsumer task) throws Exception;
    }

    /** The sum of the losses, and the sum of their weights. */
    public record Loss(double sum, double weight) {}

    public static final class Workspace extends Handle {
        private ParallelFunction callback; // C has only its address
        private Throwable thrown;
        private IntBuffer inputs, targets; // of the last forward: backward reads them again

        public Workspace(Model model, int maxSteps, int maxSequences, int flags) {
            super(it -> C.srnn_workspace_create(null, null, of(model), maxSteps, maxSequences,
                    flags, it));
        }

        @Override
        void destroy() {
            C.srnn_workspace_destroy(pointer);
        }

        /** Runs each stage with run, divided into at most so many tasks. */
        public void parallel(ParallelFor run, int tasks) {
            ParallelFunction function = (user, taskFunction, task, count) -> {
                AtomicInteger done = new AtomicInteger();
                try {
                    run.run(count, index -> {
                        taskFunction.invoke(task, index);
                        done.incrementAndGet();
                    });
                    return done.get() == count ? 0 : 1;
                } catch (Throwable throwable) { // nothing may be thrown through C
                    thrown = throwable;
                    return 1;
                }
            };
            check(C.srnn_workspace_parallel(pointer, function, null, tasks));
            callback = function;
        }

        private void checkStage(int status) {
            Throwable cause = thrown;
            thrown = null;
            if (status != 0) {
                throw new Failure(status, cause);
            }
        }

        public void forward(Model model, Batch batch) {
            checkStage(C.srnn_forward(of(model), pointer, of(batch)));
            inputs = batch.inputs;
            targets = batch.targets;
        }

        public Loss loss(Model model, Batch batch, double scale) {
            DoubleByReference loss = new DoubleByReference(), weight = new DoubleByReference();
            check(C.srnn_loss(of(model), pointer, of(batch), scale, loss, weight));
            return new Loss(loss.getValue(), weight.getValue());
        }

        /** Returns the number of wrong sequences. */
        public long countErrors(Model model, Batch batch, double tolerance) {
            LongByReference wrong = new LongByReference();
            check(C.srnn_count_errors(of(model), pointer, of(batch), tolerance, null, null, wrong,
                    null));
            return wrong.getValue();
        }

        public void backward(Model model, Regularizer regularizer, FloatBuffer gradient) {
            Size count = length(gradient, gradient.order());
            checkStage(C.srnn_backward(of(model), pointer, of(regularizer), gradient, count));
        }
    }

    public static final class Regularizer extends Handle {
        public Regularizer(Model model, int kind) {
            super(it -> C.srnn_regularizer_create(null, null, of(model), kind, it));
        }

        @Override
        void destroy() {
            C.srnn_regularizer_destroy(pointer);
        }

        /** Returns Omega. */
        public double apply(Model model, FloatBuffer gradient) {
            DoubleByReference omega = new DoubleByReference();
            Size count = length(gradient, gradient.order());
            check(C.srnn_regularizer_apply(pointer, of(model), gradient, count, omega));
            return omega.getValue();
        }
    }

    public static final class Clipper extends Handle {
        public Clipper(int kind) {
            super(it -> C.srnn_clipper_create(null, null, kind, it));
        }

        @Override
        void destroy() {
            C.srnn_clipper_destroy(pointer);
        }

        public void set(int key, double value) {
            check(C.srnn_clipper_set(pointer, key, value));
        }

        /** Says what the next gradient is of, for rules other than FIXED. */
        public void tell(double loss, double rate, int steps) {
            check(C.srnn_clipper_tell(pointer, loss, rate, steps));
        }

        /** Returns the norm of the gradient before clipping. */
        public double apply(Model model, FloatBuffer gradient) {
            DoubleByReference norm = new DoubleByReference();
            Size count = length(gradient, gradient.order());
            check(C.srnn_clipper_apply(pointer, of(model), gradient, count, norm));
            return norm.getValue();
        }
    }

    public static final class Optimizer extends Handle {
        public Optimizer(int kind, int count) {
            super(it -> C.srnn_optimizer_create(null, null, kind, new Size(count), it));
        }

        @Override
        void destroy() {
            C.srnn_optimizer_destroy(pointer);
        }

        public void step(FloatBuffer parameters, FloatBuffer gradient) {
            Size count = length(parameters, parameters.order());
            if (!length(gradient, gradient.order()).equals(count)) {
                throw new Failure(E_SHAPE, null);
            }
            check(C.srnn_optimizer_step(pointer, parameters, gradient, count));
        }
    }
}

import com.sun.jna.Pointer;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * libsrnn for Java, by JNA.
 *
 * <p>A class for each handle, with the functions of that handle as methods; srnn.h describes the
 * functions, their shapes and errors. A status that is not SRNN_OK is a Failure. close destroys a
 * handle; a closed one, or null, is refused like any NULL.
 *
 * <p>Arrays are direct buffers, made by floats and ints, which lie outside of the heap and are
 * never copied. A call takes the elements from the position of a buffer up to its limit, and moves
 * neither. A model keeps its parameters, a batch the ids that it views, a workspace those of its
 * last forward, which must not be changed before backward.
 *
 * <p>It is in five files: SrnnCheckpoint.java has the checkpoint, SrnnOption.java the list of
 * options, SrnnConstants.java kinds and flags, SrnnC.java the declarations.
 */
public final class Srnn implements SrnnConstants {
    private Srnn() {}

    /** A status that is not SRNN_OK; its cause is what a parallel-for threw, else null. */
    public static final class Failure extends RuntimeException {
        public final int status;
        public final String name; // "SRNN_E_SHAPE"

        Failure(int status, Throwable cause) {
            super(SrnnC.srnn_status_name(status) + ": " + SrnnC.srnn_status_text(status), cause);
            this.status = status;
            name = SrnnC.srnn_status_name(status);
        }
    }

    static void check(int status) {
        if (status != 0) {
            throw new Failure(status, null);
        }
    }

    /** Refuses a negative number, which C would take for a large one. */
    static int count(int number) {
        if (number < 0) {
            throw new Failure(E_RANGE, null);
        }
        return number;
    }

    private static ByteBuffer words(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(4, count))
                .order(ByteOrder.nativeOrder());
    }

    public static FloatBuffer floats(int count) {
        return words(count).asFloatBuffer();
    }

    public static IntBuffer ints(int count) {
        return words(count).asIntBuffer();
    }

    /** The length of a buffer that C can use. JNA passes its elements from the position on. */
    private static SrnnC.Size length(Buffer buffer, ByteOrder order) {
        if (!buffer.isDirect() || buffer.isReadOnly() || order != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a buffer made by Srnn.floats or ints was expected");
        }
        return new SrnnC.Size(buffer.remaining());
    }

    /** Returns the length of a buffer, which must be as long as C takes it to be. */
    private static SrnnC.Size length(FloatBuffer buffer, int least) {
        if (buffer.remaining() < least) {
            throw new Failure(E_SHAPE, null);
        }
        return length(buffer, buffer.order());
    }

    interface Creation {
        int create(PointerByReference result);
    }

    /** An object of the library. */
    abstract static class Handle implements AutoCloseable {
        private final Consumer<Pointer> destroy;
        Pointer pointer;

        Handle(Creation creation, Consumer<Pointer> destroy) {
            PointerByReference result = new PointerByReference();
            check(creation.create(result));
            pointer = result.getValue();
            this.destroy = destroy;
        }

        @Override
        public void close() {
            destroy.accept(pointer); // of NULL it does nothing
            pointer = null;
        }

        /** NULL for null. A closed one is refused, as some functions take NULL for none. */
        static Pointer of(Handle handle) {
            if (handle != null && handle.pointer == null) {
                throw new Failure(E_ARGUMENT, null);
            }
            return handle == null ? null : handle.pointer;
        }
    }

    private interface Setter {
        int set(Pointer handle, int key, double value);
    }

    private interface Getter {
        int get(Pointer handle, int key, DoubleByReference value);
    }

    /** Such an object with options; their keys are from SrnnOption.key. */
    abstract static class HandleWithOptions extends Handle {
        private final Setter setter;
        private final Getter getter;

        HandleWithOptions(Creation creation, Consumer<Pointer> destroy, Setter setter,
                Getter getter) {
            super(creation, destroy);
            this.setter = setter;
            this.getter = getter;
        }

        public void set(int key, double value) {
            check(setter.set(pointer, key, value));
        }

        public double get(int key) {
            DoubleByReference value = new DoubleByReference();
            check(getter.get(pointer, key, value));
            return value.getValue();
        }
    }

    interface Saving {
        int save(byte[] buffer, SrnnC.Size capacity, SrnnC.SizeByReference bytes);
    }

    /** Returns the file that srnn_X_save makes: first its size, then its bytes. */
    static byte[] saved(Saving saving) {
        SrnnC.SizeByReference bytes = new SrnnC.SizeByReference();
        check(saving.save(null, new SrnnC.Size(0), bytes));
        byte[] file = new byte[bytes.getValue()];
        check(saving.save(file, new SrnnC.Size(file.length), bytes));
        return file;
    }

    public static final class Random extends Handle {
        public Random(long seed, long stream) {
            super(it -> SrnnC.srnn_random_create(null, null, seed, stream, it),
                    SrnnC::srnn_random_destroy);
        }

        public int below(int bound) {
            return SrnnC.srnn_random_below(pointer, count(bound));
        }
    }

    /** Its parameters are the buffer passed to bind; until then its use is a Failure. */
    public static final class Model extends HandleWithOptions {
        private FloatBuffer parameters;

        public Model(int inputs, int hidden, int outputs, int activation, int output, int flags) {
            super(it -> SrnnC.srnn_model_create(null, null, count(inputs), count(hidden),
                    count(outputs), activation, output, flags | MODEL_EXTERNAL, it),
                    SrnnC::srnn_model_destroy, SrnnC::srnn_model_set, SrnnC::srnn_model_get);
        }

        private Model(byte[] archive) {
            super(it -> SrnnC.srnn_model_load_create(null, null, archive,
                    new SrnnC.Size(archive.length), 0, it),
                    SrnnC::srnn_model_destroy, SrnnC::srnn_model_set, SrnnC::srnn_model_get);
        }

        /**
         * Returns the model of a file, with its parameters in a new buffer. The one that C makes
         * owns its parameters, which no buffer may outlive: they are copied.
         */
        public static Model load(byte[] archive) {
            try (Model made = new Model(archive)) {
                Model model = new Model(made.inputs(), made.hidden(), made.outputs(),
                        (int) made.get(SrnnOption.key("MODEL_ACTIVATION")),
                        (int) made.get(SrnnOption.key("MODEL_OUTPUT_KIND")),
                        (int) made.get(SrnnOption.key("MODEL_FLAGS")));
                try {
                    model.bind(floats(made.parameterCount()));
                    check(SrnnC.srnn_model_copy(model.pointer, made.pointer));
                } catch (Throwable throwable) {
                    model.close();
                    throw throwable;
                }
                return model;
            }
        }

        public byte[] save() {
            return saved((buffer, capacity, bytes) ->
                    SrnnC.srnn_model_save(pointer, buffer, capacity, bytes));
        }

        public int inputs() {
            return SrnnC.srnn_model_inputs(pointer);
        }

        public int hidden() {
            return SrnnC.srnn_model_hidden(pointer);
        }

        public int outputs() {
            return SrnnC.srnn_model_outputs(pointer);
        }

        public int parameterCount() {
            return Math.toIntExact(SrnnC.srnn_model_parameter_count(pointer).longValue());
        }

        public void bind(FloatBuffer parameters) {
            check(SrnnC.srnn_model_bind(pointer, parameters, length(parameters, 0)));
            this.parameters = parameters;
        }

        public FloatBuffer parameters() {
            return parameters;
        }

        public void initialize(int kind, Random random) {
            check(SrnnC.srnn_model_initialize(pointer, kind, of(random)));
        }

        /** Writes the state [hidden] that a stream starts from. */
        public void initialState(FloatBuffer state) {
            check(SrnnC.srnn_initial_state(pointer, state, length(state, 0)));
        }

        /**
         * One step of a stream: values [inputs] and state [hidden] give next [hidden], another
         * buffer, and logits [outputs], which may be null.
         */
        public void step(FloatBuffer values, FloatBuffer state, FloatBuffer next,
                FloatBuffer logits) {
            length(values, inputs());
            checkStep(state, next, logits);
            check(SrnnC.srnn_step(pointer, values, state, next, logits));
        }

        /** A step with a one-hot input. */
        public void stepId(int id, FloatBuffer state, FloatBuffer next, FloatBuffer logits) {
            checkStep(state, next, logits);
            check(SrnnC.srnn_step_id(pointer, count(id), state, next, logits));
        }

        private void checkStep(FloatBuffer state, FloatBuffer next, FloatBuffer logits) {
            length(state, hidden());
            length(next, hidden());
            if (logits != null) {
                length(logits, outputs());
            }
        }
    }

    public static final class Batch extends Handle {
        private IntBuffer inputs, targets;

        public Batch() {
            super(it -> SrnnC.srnn_batch_create(null, null, it), SrnnC::srnn_batch_destroy);
        }

        public void begin(int steps, int sequences) {
            check(SrnnC.srnn_batch_begin(pointer, count(steps), count(sequences)));
            inputs = targets = null;
        }

        public void inputIds(IntBuffer ids, int stepStride, int sequenceStride) {
            checkReach(ids, stepStride, sequenceStride);
            check(SrnnC.srnn_batch_input_ids(pointer, ids, new SrnnC.Size(stepStride),
                    new SrnnC.Size(sequenceStride)));
            inputs = ids;
        }

        public void targetIds(IntBuffer ids, int stepStride, int sequenceStride) {
            checkReach(ids, stepStride, sequenceStride);
            check(SrnnC.srnn_batch_target_ids(pointer, ids, new SrnnC.Size(stepStride),
                    new SrnnC.Size(sequenceStride)));
            targets = ids;
        }

        /** Refuse a buffer that is shorter than the batch, which C could not check. */
        private void checkReach(IntBuffer ids, int stepStride, int sequenceStride) {
            // Before begin there are none, and C refuses all ids.
            long steps = Math.max(SrnnC.srnn_batch_steps(pointer), 1);
            long sequences = Math.max(SrnnC.srnn_batch_sequences(pointer), 1);
            long last = (steps - 1) * stepStride + (sequences - 1) * sequenceStride;
            if (stepStride < 0 || sequenceStride < 0 || last < 0
                    || last >= length(ids, ids.order()).longValue()) {
                throw new Failure(E_SHAPE, null);
            }
        }
    }

    /** The tasks of one call of a parallel-for: each runs once, none when the call has ended. */
    private static final class Stage {
        private final IntConsumer run;
        private final BitSet left = new BitSet();
        private int running;

        Stage(IntConsumer run, int count) {
            this.run = run;
            left.set(0, count);
        }

        void task(int index) {
            synchronized (this) {
                if (index < 0 || !left.get(index)) {
                    throw new Failure(E_RANGE, null);
                }
                left.clear(index);
                running++;
            }
            try {
                run.accept(index);
            } finally {
                synchronized (this) {
                    running--;
                    notifyAll();
                }
            }
        }

        /** Lets no further task begin, waits for those that have; returns whether all began. */
        synchronized boolean end() {
            boolean isComplete = left.isEmpty(), isInterrupted = false;
            left.clear();
            while (running > 0) {
                try {
                    wait();
                } catch (InterruptedException interruption) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
            return isComplete;
        }
    }

    /**
     * Calls task(i) once for every i below count, on any threads; returns when all are done. The
     * pass waits for tasks that have begun; task(i) throws when i has begun before, and after that.
     */
    public interface ParallelFor {
        void run(int count, IntConsumer task) throws Exception;
    }

    /** The sum of the losses, and the sum of their weights. */
    public record Loss(double sum, double weight) {}

    public static final class Workspace extends HandleWithOptions {
        private SrnnC.ParallelFunction callback; // C has only its address
        private Throwable thrown;
        private IntBuffer inputs, targets; // of the last forward: backward reads them again

        public Workspace(Model model, int maxSteps, int maxSequences, int flags) {
            super(it -> SrnnC.srnn_workspace_create(null, null, of(model), count(maxSteps),
                    count(maxSequences), flags, it),
                    SrnnC::srnn_workspace_destroy, SrnnC::srnn_workspace_set,
                    SrnnC::srnn_workspace_get);
        }

        /** Runs each stage with run, divided into at most so many tasks. */
        public void parallel(ParallelFor run, int tasks) {
            SrnnC.ParallelFunction function = (user, taskFunction, task, count) -> {
                Stage stage = new Stage(index -> taskFunction.invoke(task, index), count);
                try {
                    run.run(count, stage::task);
                } catch (Throwable throwable) { // nothing may be thrown through C
                    thrown = throwable;
                }
                return stage.end() && thrown == null ? 0 : 1;
            };
            check(SrnnC.srnn_workspace_parallel(pointer, function, null, count(tasks)));
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
            checkStage(SrnnC.srnn_forward(of(model), pointer, of(batch)));
            inputs = batch.inputs;
            targets = batch.targets;
        }

        /** Writes the state [sequences x hidden] after the last step of the last forward. */
        public void getState(FloatBuffer state) {
            int hidden = (int) get(SrnnOption.key("WORKSPACE_HIDDEN"));
            if (state.remaining() % hidden != 0) {
                throw new Failure(E_SHAPE, null);
            }
            length(state, 0);
            check(SrnnC.srnn_workspace_get_state(pointer, state,
                    new SrnnC.Size(hidden), state.remaining() / hidden));
        }

        public Loss loss(Model model, Batch batch, double scale) {
            DoubleByReference loss = new DoubleByReference(), weight = new DoubleByReference();
            checkStage(SrnnC.srnn_loss(of(model), pointer, of(batch), scale, loss, weight));
            return new Loss(loss.getValue(), weight.getValue());
        }

        /** Returns the number of wrong sequences. */
        public long countErrors(Model model, Batch batch, double tolerance) {
            LongByReference wrong = new LongByReference();
            check(SrnnC.srnn_count_errors(of(model), pointer, of(batch), tolerance, null, null,
                    wrong, null));
            return wrong.getValue();
        }

        public void backward(Model model, Regularizer regularizer, FloatBuffer gradient) {
            SrnnC.Size count = length(gradient, 0);
            checkStage(SrnnC.srnn_backward(of(model), pointer, of(regularizer), gradient, count));
        }
    }

    public static final class Regularizer extends HandleWithOptions {
        public Regularizer(Model model, int kind) {
            super(it -> SrnnC.srnn_regularizer_create(null, null, of(model), kind, it),
                    SrnnC::srnn_regularizer_destroy, SrnnC::srnn_regularizer_set,
                    SrnnC::srnn_regularizer_get);
        }

        /** Returns Omega. */
        public double apply(Model model, FloatBuffer gradient) {
            DoubleByReference omega = new DoubleByReference();
            SrnnC.Size count = length(gradient, 0);
            check(SrnnC.srnn_regularizer_apply(pointer, of(model), gradient, count, omega));
            return omega.getValue();
        }
    }

    public static final class Clipper extends HandleWithOptions {
        public Clipper(int kind) {
            super(it -> SrnnC.srnn_clipper_create(null, null, kind, it),
                    SrnnC::srnn_clipper_destroy, SrnnC::srnn_clipper_set, SrnnC::srnn_clipper_get);
        }

        /** Says what the next gradient is of, for rules other than FIXED. */
        public void tell(double loss, double rate, int steps) {
            check(SrnnC.srnn_clipper_tell(pointer, loss, rate, count(steps)));
        }

        /** Returns the norm of the gradient before clipping. */
        public double apply(Model model, FloatBuffer gradient) {
            DoubleByReference norm = new DoubleByReference();
            SrnnC.Size count = length(gradient, 0);
            check(SrnnC.srnn_clipper_apply(pointer, of(model), gradient, count, norm));
            return norm.getValue();
        }
    }

    public static final class Optimizer extends HandleWithOptions {
        public Optimizer(int kind, int count) {
            super(it -> SrnnC.srnn_optimizer_create(null, null, kind,
                    new SrnnC.Size(count(count)), it),
                    SrnnC::srnn_optimizer_destroy, SrnnC::srnn_optimizer_set,
                    SrnnC::srnn_optimizer_get);
        }

        public void step(FloatBuffer parameters, FloatBuffer gradient) {
            SrnnC.Size count = length(parameters, 0);
            if (!length(gradient, 0).equals(count)) {
                throw new Failure(E_SHAPE, null);
            }
            check(SrnnC.srnn_optimizer_step(pointer, parameters, gradient, count));
        }
    }
}

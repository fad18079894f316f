import com.sun.jna.Callback;
import com.sun.jna.IntegerType;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.ByReference;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** The functions of srnn.h that are used here. The allocator is always the C library's. */
final class SrnnC {
    private SrnnC() {}

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

    /** size_t *. */
    public static class SizeByReference extends ByReference {
        public SizeByReference() {
            super(Native.SIZE_T_SIZE);
        }

        public int getValue() {
            Pointer place = getPointer();
            return Math.toIntExact(Native.SIZE_T_SIZE == 8 ? place.getLong(0) : place.getInt(0));
        }
    }

    static native String srnn_status_name(int status);
    static native String srnn_status_text(int status);
    static native int srnn_option_key(int index);
    static native int srnn_option_info(int key, PointerByReference handle,
            PointerByReference name, DoubleByReference minimum, DoubleByReference maximum,
            DoubleByReference preset, IntByReference traits);
    static native int srnn_random_create(Pointer allocate, Pointer user, long seed, long stream,
            PointerByReference random);
    static native void srnn_random_destroy(Pointer random);
    static native int srnn_random_below(Pointer random, int bound);
    static native int srnn_model_create(Pointer allocate, Pointer user, int inputs, int hidden,
            int outputs, int activation, int output, int flags, PointerByReference model);
    static native void srnn_model_destroy(Pointer model);
    static native int srnn_model_set(Pointer model, int key, double value);
    static native int srnn_model_get(Pointer model, int key, DoubleByReference value);
    static native int srnn_model_inputs(Pointer model);
    static native int srnn_model_hidden(Pointer model);
    static native int srnn_model_outputs(Pointer model);
    static native Size srnn_model_parameter_count(Pointer model);
    static native int srnn_model_bind(Pointer model, FloatBuffer parameters, Size count);
    static native int srnn_model_copy(Pointer to, Pointer from);
    static native int srnn_model_initialize(Pointer model, int kind, Pointer random);
    static native int srnn_model_save(Pointer model, byte[] buffer, Size capacity,
            SizeByReference bytes);
    static native int srnn_model_load_create(Pointer allocate, Pointer user, byte[] archive,
            Size bytes, int flags, PointerByReference model);
    static native int srnn_initial_state(Pointer model, FloatBuffer state, Size count);
    static native int srnn_step(Pointer model, FloatBuffer values, FloatBuffer state,
            FloatBuffer next, FloatBuffer logits);
    static native int srnn_step_id(Pointer model, int id, FloatBuffer state, FloatBuffer next,
            FloatBuffer logits);
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
    static native int srnn_workspace_set(Pointer workspace, int key, double value);
    static native int srnn_workspace_get(Pointer workspace, int key, DoubleByReference value);
    static native int srnn_workspace_get_state(Pointer workspace, FloatBuffer state,
            Size sequenceStride, int sequences);
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
    static native int srnn_regularizer_set(Pointer regularizer, int key, double value);
    static native int srnn_regularizer_get(Pointer regularizer, int key, DoubleByReference value);
    static native int srnn_regularizer_apply(Pointer regularizer, Pointer model,
            FloatBuffer gradient, Size count, DoubleByReference omega);
    static native int srnn_clipper_create(Pointer allocate, Pointer user, int kind,
            PointerByReference clipper);
    static native void srnn_clipper_destroy(Pointer clipper);
    static native int srnn_clipper_set(Pointer clipper, int key, double value);
    static native int srnn_clipper_get(Pointer clipper, int key, DoubleByReference value);
    static native int srnn_clipper_tell(Pointer clipper, double loss, double rate, int steps);
    static native int srnn_clipper_apply(Pointer clipper, Pointer model, FloatBuffer gradient,
            Size count, DoubleByReference norm);
    static native int srnn_optimizer_create(Pointer allocate, Pointer user, int kind,
            Size count, PointerByReference optimizer);
    static native void srnn_optimizer_destroy(Pointer optimizer);
    static native int srnn_optimizer_set(Pointer optimizer, int key, double value);
    static native int srnn_optimizer_get(Pointer optimizer, int key, DoubleByReference value);
    static native int srnn_optimizer_step(Pointer optimizer, FloatBuffer parameters,
            FloatBuffer gradient, Size count);
    static native int srnn_checkpoint_create(Pointer allocate, Pointer user, int parts,
            PointerByReference checkpoint);
    static native void srnn_checkpoint_destroy(Pointer checkpoint);
    static native int srnn_checkpoint_add(Pointer checkpoint, byte[] name, Pointer object);
    static native int srnn_checkpoint_add_bytes(Pointer checkpoint, byte[] name, ByteBuffer data,
            Size bytes);
    static native int srnn_checkpoint_add_text(Pointer checkpoint, byte[] name, Pointer text);
    static native int srnn_checkpoint_save(Pointer checkpoint, byte[] buffer, Size capacity,
            SizeByReference bytes);
    static native int srnn_checkpoint_open(Pointer checkpoint, Pointer archive, Size bytes);
    static native int srnn_checkpoint_restore(Pointer checkpoint);
    static native int srnn_checkpoint_part(Pointer checkpoint, int index, IntByReference kind,
            byte[] name);
    static native int srnn_checkpoint_get(Pointer checkpoint, byte[] name, int key,
            DoubleByReference value);
    static native int srnn_checkpoint_bytes(Pointer checkpoint, byte[] name,
            PointerByReference data, SizeByReference bytes);
    static native int srnn_checkpoint_text(Pointer checkpoint, byte[] name, byte[] text,
            Size capacity, SizeByReference length);

    static {
        Native.register(SrnnC.class, "srnn");
    }
}

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.stream.IntStream;

/** Bad input to examples/ffi/java/Srnn.java is an Srnn.Failure that tells why. */
public final class Refusals {
    private static final int STEPS = 4, COUNT = 3;

    private static Srnn.Failure refused(String what, Runnable attempt) {
        try {
            attempt.run();
        } catch (Srnn.Failure failure) {
            System.out.println(what + ": " + failure.getMessage());
            return failure;
        }
        throw new AssertionError(what + ": was not refused");
    }

    private static void holds(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private static IntBuffer filled(int value, int count) {
        IntBuffer ids = Srnn.ints(count);
        IntStream.range(0, count).forEach(i -> ids.put(i, value));
        return ids;
    }

    private static Srnn.Model create(int hidden) {
        Srnn.Model model = new Srnn.Model(6, hidden, 4, Srnn.HIDDEN_TANH, Srnn.OUTPUT_SOFTMAX, 0);
        model.bind(Srnn.floats(model.parameterCount()));
        return model;
    }

    private final Srnn.Model model = create(5);
    private final int n = model.parameterCount();
    private final Srnn.Workspace workspace =
            new Srnn.Workspace(model, STEPS, COUNT, Srnn.WORKSPACE_LAST_OUTPUT);
    private final Srnn.Regularizer regularizer = new Srnn.Regularizer(model, Srnn.OMEGA_PAPER);
    private final Srnn.Clipper clipper = new Srnn.Clipper(Srnn.CLIP_NORM);
    private final Srnn.Optimizer optimizer = new Srnn.Optimizer(Srnn.OPTIMIZER_SGD, n);
    private final Srnn.Batch batch = new Srnn.Batch();

    private void show(int symbol, int category, int steps) {
        batch.begin(steps, COUNT);
        batch.inputIds(filled(symbol, steps * COUNT), COUNT, 1);
        batch.targetIds(filled(category, COUNT), 0, 1);
        workspace.forward(model, batch);
    }

    private void show() {
        show(1, 2, STEPS);
    }

    private void train() {
        FloatBuffer gradient = Srnn.floats(n);
        show();
        workspace.loss(model, batch, 1.0 / COUNT);
        workspace.backward(model, regularizer, gradient);
        regularizer.apply(model, gradient);
        clipper.apply(model, gradient);
        optimizer.step(model.parameters(), gradient);
    }

    private void refuse() {
        refused("a model without hidden units", () -> create(0));
        Srnn.Model closed = create(5);
        closed.close();
        closed.close();
        refused("a handle that is closed", () -> workspace.forward(closed, batch));
        refused("no handle", () -> workspace.forward(null, batch));
        show();
        refused("backward before loss",
                () -> workspace.backward(model, regularizer, Srnn.floats(n)));
        refused("ids before begin", () -> new Srnn.Batch().inputIds(Srnn.ints(1), 1, 1));
        refused("a negative number of steps", () -> batch.begin(-1, COUNT));
        batch.begin(STEPS, COUNT);
        refused("too few ids for the batch",
                () -> batch.inputIds(Srnn.ints(STEPS * COUNT - 1), COUNT, 1));
        refused("strides beyond the ids",
                () -> batch.inputIds(Srnn.ints(STEPS * COUNT), Integer.MAX_VALUE, 1));
        refused("an id beyond the inputs", () -> show(6, 0, STEPS));
        show(0, 4, STEPS);
        refused("a class beyond the outputs", () -> workspace.loss(model, batch, 1));
        refused("more steps than the workspace has", () -> show(0, 0, STEPS + 1));
        train();
        refused("a model of another shape", () -> workspace.loss(create(7), batch, 1));
        show();
        workspace.loss(model, batch, 1);
        refused("a gradient that is too short",
                () -> workspace.backward(model, regularizer, Srnn.floats(n - 1)));
        FloatBuffer bad = Srnn.floats(n).put(0, Float.NaN);
        refused("a gradient that is not a number", () -> clipper.apply(model, bad));
        refused("a gradient and parameters of different lengths",
                () -> optimizer.step(model.parameters(), Srnn.floats(n - 1)));
        refused("an option of another handle", () -> clipper.set(Srnn.OPTIMIZER_RATE, 1));
        refused("a threshold that is not a number",
                () -> clipper.set(Srnn.CLIP_THRESHOLD, Double.NaN));
        refused("a loss below zero", () -> clipper.tell(-1, 0.01, 10));
        try (Srnn.Clipper ruled = new Srnn.Clipper(Srnn.CLIP_NORM)) {
            ruled.set(Srnn.CLIP_RULE, Srnn.CLIP_RULE_POLYAK);
            ruled.tell(1, 0.01, 10);
            ruled.apply(model, Srnn.floats(n));
            refused("a rule that was told nothing", () -> ruled.apply(model, Srnn.floats(n)));
        }
        workspace.parallel((count, task) -> {
            throw new Exception("my own");
        }, 2);
        Throwable cause = refused("a parallel-for that fails", this::show).getCause();
        holds("my own".equals(cause.getMessage()), "the exception of the parallel-for is lost");
        workspace.parallel((count, task) -> task.accept(0), 2);
        refused("a parallel-for that leaves out a task", this::show);
        workspace.parallel((count, task) -> IntStream.range(0, count).forEach(task), 2);
        System.gc(); // the callback is the workspace's to keep
        train();
    }

    /** Buffers that C cannot use, which the types let through. */
    private void refuseBuffers() {
        FloatBuffer[] buffers = {
            FloatBuffer.allocate(n), ByteBuffer.allocateDirect(4 * n).asFloatBuffer(),
            Srnn.floats(n).asReadOnlyBuffer()
        };
        for (FloatBuffer buffer : buffers) {
            try {
                clipper.apply(model, buffer);
            } catch (IllegalArgumentException refusal) {
                continue;
            }
            throw new AssertionError("taken: " + buffer + " " + buffer.order());
        }
    }

    /** Let the network see sequences whose ids nobody else will refer to; watch them. */
    private WeakReference<IntBuffer> showWatched() {
        IntBuffer ids = filled(1, STEPS * COUNT);
        batch.begin(STEPS, COUNT);
        batch.inputIds(ids, COUNT, 1);
        batch.targetIds(filled(2, COUNT), 0, 1);
        workspace.forward(model, batch);
        batch.begin(1, 1);
        return new WeakReference<>(ids);
    }

    /** Ids are kept as long as backward may read them, and no longer. */
    private void collect() {
        WeakReference<IntBuffer> watch = showWatched();
        System.gc();
        holds(watch.get() != null, "the ids of the last forward are gone before backward");
        train();
        for (int tries = 0; watch.get() != null; tries++) {
            holds(tries < 1000, "the ids of an earlier forward are still kept");
            System.gc();
        }
    }

    public static void main(String[] arguments) {
        Refusals refusals = new Refusals();
        refusals.refuse();
        refusals.refuseBuffers();
        refusals.collect();
    }
}

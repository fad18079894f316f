import com.sun.jna.Memory;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
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
        refused("a model that is closed", () -> clipper.apply(closed, Srnn.floats(n)));
        Srnn.Regularizer omega = new Srnn.Regularizer(model, Srnn.OMEGA_PAPER);
        omega.close();
        refused("a regularizer that is closed",
                () -> workspace.backward(model, omega, Srnn.floats(n)));
        refused("no handle", () -> workspace.forward(null, batch));
        show();
        refused("backward before loss",
                () -> workspace.backward(model, regularizer, Srnn.floats(n)));
        refused("ids before begin", () -> new Srnn.Batch().inputIds(Srnn.ints(1), 1, 1));
        refused("a negative number of steps", () -> batch.begin(-1, COUNT));
        refused("a negative bound", () -> new Srnn.Random(-1, 0).below(-1));
        refused("a negative length of a workspace",
                () -> new Srnn.Workspace(model, STEPS, -1, 0));
        refused("a negative number of steps for a clipper", () -> clipper.tell(1, 0.01, -1));
        refused("a negative number of parts", () -> new SrnnCheckpoint(-1));
        refused("a parallel-for in fewer than 0 tasks", () -> workspace.parallel(
                (count, task) -> IntStream.range(0, count).forEach(task), -1));
        refused("parameters below zero", () -> new Srnn.Optimizer(Srnn.OPTIMIZER_SGD, -1));
        batch.begin(STEPS, COUNT);
        refused("too few ids for the batch",
                () -> batch.inputIds(Srnn.ints(STEPS * COUNT - 1), COUNT, 1));
        refused("too few classes for the batch",
                () -> batch.targetIds(Srnn.ints(COUNT - 1), 0, 1));
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
        refused("an option of another handle",
                () -> clipper.set(SrnnOption.key("OPTIMIZER_RATE"), 1));
        refused("a threshold that is not a number",
                () -> clipper.set(SrnnOption.key("CLIP_THRESHOLD"), Double.NaN));
        refused("a loss below zero", () -> clipper.tell(-1, 0.01, 10));
        try (Srnn.Clipper ruled = new Srnn.Clipper(Srnn.CLIP_NORM)) {
            ruled.set(SrnnOption.key("CLIP_RULE"), Srnn.CLIP_RULE_POLYAK);
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
        workspace.parallel((count, task) -> IntStream.range(0, count).forEach(i -> task.accept(0)),
                2);
        refused("a parallel-for that runs a task twice", this::show);
        workspace.parallel((count, task) -> IntStream.rangeClosed(0, count).forEach(task), 2);
        refused("a parallel-for that runs a task too many", this::show);
        workspace.parallel((count, task) -> IntStream.range(0, count).forEach(task), 2);
        System.gc(); // the callback is the workspace's to keep
        train();
    }

    /** With fewer than these 32 sequences the loss is one task, which C runs without the parallel-for. */
    private void refuseLoss() {
        int many = 32;
        try (Srnn.Workspace wide = new Srnn.Workspace(model, 1, many, 0);
                Srnn.Batch big = new Srnn.Batch()) {
            AtomicBoolean failing = new AtomicBoolean();
            wide.parallel((count, task) -> {
                if (failing.get()) {
                    throw new Exception("my own");
                }
                IntStream.range(0, count).forEach(task);
            }, 2);
            big.begin(1, many);
            big.inputIds(filled(0, many), many, 1);
            big.targetIds(filled(0, many), many, 1);
            wide.forward(model, big);
            failing.set(true);
            Throwable cause = refused("a parallel-for that fails in the loss",
                    () -> wide.loss(model, big, 1)).getCause();
            holds(cause != null && "my own".equals(cause.getMessage()),
                    "the exception of the parallel-for is lost in the loss");
            cause = refused("a parallel-for that failed in an earlier call",
                    () -> wide.forward(create(7), big)).getCause();
            holds(cause == null, "a failure has the cause of an earlier one");
        }
    }

    /** A parallel-for that leaves its tasks to other threads, which C must not be without. */
    private void leaveTasks() throws InterruptedException {
        Srnn.Model wide = create(200);
        Srnn.Batch longer = new Srnn.Batch();
        longer.begin(20, COUNT);
        longer.inputIds(filled(0, 20 * COUNT), COUNT, 1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            try (Srnn.Workspace left = new Srnn.Workspace(wide, 20, COUNT, 0)) {
                left.parallel((count, task) -> {
                    for (int index = 0; index < count; index++) {
                        int mine = index;
                        threads.add(new Thread(() -> {
                            try {
                                task.accept(mine);
                            } catch (Srnn.Failure late) {
                                return; // the pass had ended
                            }
                        }));
                        threads.get(threads.size() - 1).start();
                    }
                    throw new Exception("my own");
                }, 2);
                left.forward(wide, longer);
                throw new AssertionError("a parallel-for that left its tasks was not refused");
            } catch (Srnn.Failure failure) {
                holds(failure.getCause() != null, "the pass failed otherwise");
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** New objects have the presets that the library tells, but for what they are made with. */
    private void checkOptions() {
        Map<String, Double> madeWith = new HashMap<>(Map.of(
                "MODEL_ACTIVATION", (double) Srnn.HIDDEN_TANH,
                "MODEL_OUTPUT_KIND", (double) Srnn.OUTPUT_SOFTMAX,
                "MODEL_FLAGS", (double) Srnn.MODEL_EXTERNAL,
                "WORKSPACE_MAX_STEPS", (double) STEPS,
                "WORKSPACE_MAX_SEQUENCES", (double) COUNT,
                "WORKSPACE_FLAGS", (double) Srnn.WORKSPACE_LAST_OUTPUT,
                "OMEGA_KIND", (double) Srnn.OMEGA_PAPER,
                "CLIP_KIND", (double) Srnn.CLIP_NORM,
                "OPTIMIZER_KIND", (double) Srnn.OPTIMIZER_SGD,
                "OPTIMIZER_COUNT", (double) n));
        madeWith.put("WORKSPACE_HIDDEN", 5.0);
        madeWith.put("OMEGA_HIDDEN", 5.0);
        Map<String, ToDoubleFunction<Integer>> getters = Map.of("model", model::get,
                "workspace", workspace::get, "regularizer", regularizer::get,
                "clipper", clipper::get, "optimizer", optimizer::get);
        for (SrnnOption option : SrnnOption.ALL.values()) {
            Double made = madeWith.remove(option.name());
            double value = getters.get(option.handle()).applyAsDouble(option.key());
            holds(value == (made == null ? option.preset() : made), option + " is " + value);
            holds(SrnnOption.key(option.name()) == option.key(), option + " has another key");
        }
        holds(madeWith.isEmpty(), "the library does not list " + madeWith);
        holds(SrnnOption.key("CLIP_NOTHING") == 0, "there is an option of any name");
    }

    private static float[] content(FloatBuffer buffer) {
        float[] content = new float[buffer.capacity()];
        buffer.get(0, content);
        return content;
    }

    private void refuseStreams() {
        FloatBuffer state = Srnn.floats(5), next = Srnn.floats(5), logits = Srnn.floats(4);
        model.initialState(state);
        refused("a state that is too short",
                () -> model.stepId(1, Srnn.floats(4), next, logits));
        refused("a next state that is too short",
                () -> model.stepId(1, state, Srnn.floats(4), logits));
        refused("logits that are too short", () -> model.stepId(1, state, next, Srnn.floats(3)));
        refused("an input that is too short",
                () -> model.step(Srnn.floats(5), state, next, null));
        refused("a step into the state that it reads", () -> model.stepId(1, next, next, null));
        refused("an id beyond the inputs in a stream",
                () -> model.stepId(6, Srnn.floats(5), next, logits));
        FloatBuffer oneHot = Srnn.floats(6).put(1, 1);
        for (int i = 0; i < STEPS; i++) {
            model.step(oneHot, state, next, logits);
            state.put(0, content(next));
        }
        show(1, 2, STEPS);
        refused("states of another number of sequences", () -> workspace.getState(next));
        FloatBuffer states = Srnn.floats(5 * COUNT);
        workspace.getState(states);
        for (int i = 0; i < 5 * COUNT; i++) {
            holds(states.get(i) == state.get(i % 5), "a stream ends otherwise than forward");
        }
        refused("an option that is read only",
                () -> optimizer.set(SrnnOption.key("OPTIMIZER_UPDATES"), 1));
    }

    private static ByteBuffer bytes(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(0, content);
    }

    private static SrnnCheckpoint opened(byte[] archive) {
        SrnnCheckpoint checkpoint = new SrnnCheckpoint(2);
        byte[] copied = archive.clone();
        checkpoint.open(copied);
        copied[0] = 0; // the checkpoint has one of its own
        return checkpoint;
    }

    private void refuseFiles() {
        byte[] file = model.save();
        holds(Arrays.equals(Srnn.Model.load(file).save(), file), "a model comes back otherwise");
        refused("a file that ends too early",
                () -> Srnn.Model.load(Arrays.copyOf(file, file.length - 1)));
        refused("an empty file", () -> Srnn.Model.load(new byte[0]));
        file[file.length - 1] ^= 1;
        refused("a damaged file", () -> Srnn.Model.load(file));

        byte[] kept = {'t', 'o', 0, 'k', 'e', 'e', 'p'};
        SrnnCheckpoint saved = new SrnnCheckpoint(4);
        saved.add("model", model);
        refused("a name with a space", () -> saved.add("my model", optimizer));
        saved.add("optimizer", optimizer);
        saved.addBytes("notes", bytes(kept));
        refused("a text with a zero in it", () -> saved.addText("labels", "cat\0dog"));
        refused("a text that is not UTF-8", () -> saved.addText("labels", "\ud83d dog"));
        saved.addText("labels", "\u732b dog");
        refused("a part too many", () -> saved.add("clipper", clipper));
        refused("a batch in a checkpoint", () -> new SrnnCheckpoint(1).add("batch", batch));
        refused("parts before a file is open", saved::parts);
        byte[] archive = saved.save();
        saved.close();
        saved.close();

        SrnnCheckpoint lacking = opened(archive);
        holds(lacking.parts().equals(Map.of("model", Srnn.PART_MODEL, "optimizer",
                Srnn.PART_OPTIMIZER, "notes", Srnn.PART_BYTES, "labels", Srnn.PART_TEXT)),
                "the file has other parts");
        holds(lacking.get("model", Srnn.STORED_HIDDEN) == 5
                && lacking.text("labels").equals("\u732b dog")
                && Arrays.equals(lacking.bytes("notes"), kept), "the file has something else");
        lacking.add("clipper", clipper);
        refused("a part that the file lacks", lacking::restore);

        // All parts are restored, or none.
        Srnn.Model fresh = create(5);
        SrnnCheckpoint wrong = opened(archive);
        wrong.add("model", fresh);
        wrong.add("optimizer", new Srnn.Optimizer(Srnn.OPTIMIZER_SGD, n + 1));
        refused("a part of another shape", wrong::restore);
        SrnnCheckpoint brief = opened(archive);
        brief.add("model", fresh);
        brief.addBytes("notes", ByteBuffer.allocateDirect(3));
        refused("bytes of another length", brief::restore);
        refused("bytes that are read as a text", () -> brief.text("notes"));
        holds(fresh.parameters().equals(Srnn.floats(n)), "a part has changed");
        ByteBuffer notes = ByteBuffer.allocateDirect(kept.length);
        SrnnCheckpoint right = opened(archive);
        right.add("model", fresh);
        right.addBytes("notes", notes);
        System.gc(); // the open file is the checkpoint's to keep
        right.restore();
        holds(fresh.parameters().equals(model.parameters()) && notes.equals(bytes(kept)),
                "a part comes back otherwise");
        fresh.close();
        create(5); // it may lie there now
        refused("a part that is closed", right::save);
    }

    /** A file that the library opens and does not write: two parts of one name, an escape in a text. */
    private static void readForged() throws IOException {
        SrnnCheckpoint forged = new SrnnCheckpoint(0);
        forged.open(Files.readAllBytes(Path.of("tests/ffi/forged.srnn")));
        holds(forged.parts().equals(Map.of("__proto__", Srnn.PART_TEXT, "ab", Srnn.PART_TEXT, "cd",
                Srnn.PART_TEXT)), "the forged file has other parts");
        holds(forged.text("cd").equals("a\u00e9b"), "the text has another character");
        forged.close();
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
        try (Srnn.Model huge = new Srnn.Model(1, 50000, 1, Srnn.HIDDEN_TANH, Srnn.OUTPUT_LINEAR,
                0)) {
            throw new AssertionError("2.5e9 parameters are " + huge.parameterCount());
        } catch (ArithmeticException refusal) {
            // there is no buffer for them
        }
        for (IntFunction<Buffer> make : List.<IntFunction<Buffer>>of(Srnn::floats, Srnn::ints)) {
            try {
                make.apply(1 << 30); // bytes would be 2^32
            } catch (ArithmeticException refusal) {
                continue;
            }
            throw new AssertionError("a buffer has another length than it was made with");
        }
    }

    private static void tooShort(String what, Runnable attempt) {
        try {
            attempt.run();
        } catch (Srnn.Failure failure) {
            holds(failure.status == Srnn.E_SHAPE, what + ": " + failure.getMessage());
            return;
        }
        throw new AssertionError(what + ": was not refused");
    }

    /** A buffer's elements are those from its position up to its limit. */
    private void takeParts() {
        FloatBuffer part = Srnn.floats(16).slice(0, 8).put(new float[] {9, 9, 9, 9, 3, 4, 0, 9});
        part.position(4).limit(7);
        holds(clipper.apply(null, part) == 5, "a gradient has elements beside its own");
        holds(part.position() == 4 && part.limit() == 7, "a call has moved a buffer");

        batch.begin(STEPS, COUNT);
        IntBuffer ids = Srnn.ints(2 * STEPS * COUNT).limit(STEPS * COUNT);
        batch.inputIds(ids, COUNT, 1);
        tooShort("ids", () -> batch.targetIds(ids.position(1), COUNT, 1));
        FloatBuffer five = Srnn.floats(10).limit(5), four = Srnn.floats(10).position(6);
        model.initialState(five);
        tooShort("an initial state", () -> model.initialState(four));
        tooShort("a state", () -> model.stepId(1, four, five, null));
        show();
        tooShort("the states of two sequences",
                () -> workspace.getState(Srnn.floats(5 * COUNT).position(5)));
        tooShort("parameters", () -> model.bind(Srnn.floats(n).position(1)));

        ByteBuffer notes = bytes(new byte[] {'w', 'a', 'n', 't', 'e', 'd'}).position(1).limit(3);
        SrnnCheckpoint checkpoint = new SrnnCheckpoint(1);
        checkpoint.addBytes("notes", notes);
        byte[] file = checkpoint.save();
        notes.put(1, (byte) 0).put(2, (byte) 0);
        checkpoint.open(file);
        checkpoint.restore();
        holds(notes.clear().equals(bytes(new byte[] {'w', 'a', 'n', 't', 'e', 'd'}))
                && Arrays.equals(checkpoint.bytes("notes"), new byte[] {'a', 'n'}),
                "bytes of a checkpoint are others than those of the buffer");
        checkpoint.close();

        SrnnCheckpoint empty = new SrnnCheckpoint(1);
        empty.addBytes("none", bytes(new byte[0]));
        empty.open(empty.save());
        empty.restore();
        holds(empty.bytes("none").length == 0, "there are bytes in a part of none");
        empty.close();
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

    /** A buffer that nobody else will refer to, in a checkpoint. */
    private static WeakReference<ByteBuffer> addWatched(SrnnCheckpoint checkpoint) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(30000);
        checkpoint.addBytes("bytes", buffer);
        return new WeakReference<>(buffer);
    }

    /** A checkpoint keeps what it was given. */
    private static void keepParts() throws InterruptedException {
        String text = "cat".repeat(10000);
        SrnnCheckpoint checkpoint = new SrnnCheckpoint(2);
        checkpoint.addText("text", text);
        WeakReference<ByteBuffer> watch = addWatched(checkpoint);
        for (int i = 0; i < 20; i++) {
            System.gc();
            Thread.sleep(10); // JNA frees its memory on a thread of its own
            new Memory(text.length() + 1).setMemory(0, text.length() + 1, (byte) 5);
        }
        holds(watch.get() != null, "the bytes of a checkpoint are gone");
        checkpoint.open(checkpoint.save());
        holds(checkpoint.text("text").equals(text), "a text of a checkpoint is another");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Refusals refusals = new Refusals();
        refusals.checkOptions();
        refusals.refuse();
        refusals.refuseLoss();
        refusals.leaveTasks();
        refusals.refuseStreams();
        refusals.refuseFiles();
        readForged();
        refusals.refuseBuffers();
        refusals.takeParts();
        refusals.collect();
        keepParts();
    }
}

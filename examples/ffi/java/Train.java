import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * examples/train.c in Java: the temporal order problem.
 *
 * <p>The work of each pass is a parallel stream of tasks. At update 1000 the run is saved and
 * restored into new objects. It ends in the same bits as the C program, which is not interrupted.
 * In the end the trained model is saved, loaded and shown a sequence step by step.
 *
 * <pre>
 * javac -cp /usr/share/java/jna.jar -d build/java examples/ffi/java/*.java
 * java -cp /usr/share/java/jna.jar:build/java -Djna.library.path=build Train
 * </pre>
 */
public final class Train {
    private static final int STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000;
    private static final int INTERRUPTION = 1000; // where it is saved, and new objects go on

    private record Sequences(IntBuffer ids, IntBuffer classes) {}

    /**
     * ids [STEPS x count] and classes [count]: symbols 0 and 1 matter, one in the second tenth and
     * one just after the middle; 2 to 5 distract.
     */
    private static Sequences draw(Srnn.Random random, int count) {
        IntBuffer ids = Srnn.ints(STEPS * count), classes = Srnn.ints(count);
        int tenth = STEPS / 10;
        for (int i = 0; i < STEPS * count; i++) {
            ids.put(i, 2 + random.below(4));
        }
        for (int s = 0; s < count; s++) {
            int first = random.below(2), second = random.below(2);
            ids.put((tenth + random.below(tenth)) * count + s, first);
            ids.put((STEPS / 2 + random.below(tenth)) * count + s, second);
            classes.put(s, first + 2 * second);
        }
        return new Sequences(ids, classes);
    }

    /** FNV-1a of 64 bits over the values as 32-bit words, least significant byte first. */
    private static long hashOf(FloatBuffer values) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < values.capacity(); i++) {
            int word = Float.floatToRawIntBits(values.get(i));
            for (int shift = 0; shift < 32; shift += 8) {
                hash = (hash ^ (word >>> shift & 0xff)) * 0x100000001b3L;
            }
        }
        return hash;
    }

    private static void runTasks(int count, IntConsumer task) {
        IntStream.range(0, count).parallel().forEach(task);
    }

    /** What a run is made of. Its state, from the parameters to the generator, goes into a file. */
    private static final class Run implements AutoCloseable {
        final Srnn.Random random = new Srnn.Random(1, 0);
        final Srnn.Model model =
                new Srnn.Model(6, HIDDEN, 4, Srnn.HIDDEN_TANH, Srnn.OUTPUT_SOFTMAX, 0);
        final Srnn.Batch batch = new Srnn.Batch();
        final Srnn.Workspace workspace =
                new Srnn.Workspace(model, STEPS, TEST, Srnn.WORKSPACE_LAST_OUTPUT);
        final Srnn.Regularizer regularizer = new Srnn.Regularizer(model, Srnn.OMEGA_PAPER);
        final Srnn.Clipper clipper = new Srnn.Clipper(Srnn.CLIP_NORM);
        final Srnn.Optimizer optimizer =
                new Srnn.Optimizer(Srnn.OPTIMIZER_SGD, model.parameterCount());
        double loss, norm, omega; // of the last update

        Run() {
            model.bind(Srnn.floats(model.parameterCount()));
            model.initialize(Srnn.START_SMART_TANH, random);
            clipper.set(SrnnOption.key("CLIP_RULE"), Srnn.CLIP_RULE_AUTO);
            workspace.parallel(Train::runTasks, 2);
        }

        @Override
        public void close() {
            optimizer.close();
            clipper.close();
            regularizer.close();
            workspace.close();
            batch.close();
            model.close();
            random.close();
        }

        /** Runs the network forward on a batch of sequences. */
        void show(Sequences sequences) {
            int count = sequences.classes().capacity();
            batch.begin(STEPS, count);
            batch.inputIds(sequences.ids(), count, 1);
            batch.targetIds(sequences.classes(), 0, 1);
            workspace.forward(model, batch);
        }

        void update() {
            FloatBuffer gradient = Srnn.floats(model.parameterCount());
            show(draw(random, BATCH));
            Srnn.Loss sums = workspace.loss(model, batch, 1.0 / BATCH);
            loss = sums.sum() / sums.weight();
            workspace.backward(model, regularizer, gradient);
            omega = regularizer.apply(model, gradient);
            double rate = optimizer.get(SrnnOption.key("OPTIMIZER_RATE"));
            clipper.tell(sums.sum() / BATCH, rate, STEPS);
            norm = clipper.apply(model, gradient);
            optimizer.step(model.parameters(), gradient);
        }

        /** The list of parts that saves a run, and restores one into the objects of another. */
        SrnnCheckpoint checkpoint() {
            SrnnCheckpoint checkpoint = new SrnnCheckpoint(7);
            checkpoint.add("model", model);
            checkpoint.add("optimizer", optimizer);
            checkpoint.add("clipper", clipper);
            checkpoint.add("regularizer", regularizer);
            checkpoint.add("workspace", workspace);
            checkpoint.add("random", random);
            checkpoint.addText("classes", "00 10 01 11");
            return checkpoint;
        }

        byte[] save() {
            try (SrnnCheckpoint checkpoint = checkpoint()) {
                return checkpoint.save();
            }
        }

        /** Returns a run of new objects that goes on where the file was saved, in the same bits. */
        static Run resume(byte[] archive) {
            Run run = new Run();
            try (SrnnCheckpoint checkpoint = run.checkpoint()) {
                checkpoint.open(archive);
                checkpoint.restore();
                System.out.printf("restored: %d parts at update %.0f, classes %s%n",
                        checkpoint.parts().size(),
                        run.optimizer.get(SrnnOption.key("OPTIMIZER_UPDATES")),
                        checkpoint.text("classes"));
            }
            return run;
        }
    }

    /** Loads a model, shows it a sequence step by step, and compares it with forward. */
    private static boolean stream(byte[] archive, Run run) {
        Sequences sequences = draw(run.random, 1);
        FloatBuffer state = Srnn.floats(HIDDEN), next = Srnn.floats(HIDDEN);
        FloatBuffer logits = Srnn.floats(4), whole = Srnn.floats(HIDDEN);
        try (Srnn.Model model = Srnn.Model.load(archive)) {
            model.initialState(state);
            for (int i = 0; i < STEPS; i++) {
                model.stepId(sequences.ids().get(i), state, next, logits);
                FloatBuffer swap = state;
                state = next;
                next = swap;
            }
        }
        run.show(sequences);
        run.workspace.getState(whole);
        int found = 0;
        for (int i = 1; i < 4; i++) {
            found = logits.get(i) > logits.get(found) ? i : found;
        }
        boolean same = hashOf(state) == hashOf(whole);
        System.out.printf("streamed: class %d for %d, the state is %s of forward%n", found,
                sequences.classes().get(0), same ? "that" : "NOT THAT");
        return same;
    }

    public static void main(String[] arguments) {
        Run run = new Run();
        long wrong = TEST;
        for (int update = 1; update <= UPDATES && wrong > 0; update++) {
            run.update();
            if (update % 500 == 0) {
                run.show(draw(run.random, TEST));
                wrong = run.workspace.countErrors(run.model, run.batch, 0);
                System.out.printf(Locale.ROOT,
                        "update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d%n",
                        update, run.loss, run.norm, run.omega, wrong, TEST);
            }
            if (update == INTERRUPTION) {
                byte[] archive = run.save();
                run.close();
                run = Run.resume(archive);
            }
        }
        System.out.printf("hash %016x%n", hashOf(run.model.parameters()));
        boolean same = stream(run.model.save(), run);
        run.close();
        System.out.println("a parallel stream for each stage");
        System.exit(wrong == 0 && same ? 0 : 1);
    }
}

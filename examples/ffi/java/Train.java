import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * examples/train.c in Java: the temporal order problem.
 *
 * <p>The work of each pass is a parallel stream of tasks. Ends in the same bits as the C program.
 *
 * <pre>
 * javac -cp /usr/share/java/jna.jar -d build/java examples/ffi/java/*.java
 * java -cp /usr/share/java/jna.jar:build/java -Djna.library.path=build Train
 * </pre>
 */
public final class Train {
    private static final int STEPS = 20, BATCH = 20, TEST = 1000, HIDDEN = 50, UPDATES = 20000;

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

    /** Runs the network forward on a batch of sequences. */
    private static void show(
            Srnn.Model model, Srnn.Workspace workspace, Srnn.Batch batch, Sequences sequences) {
        int count = sequences.classes().capacity();
        batch.begin(STEPS, count);
        batch.inputIds(sequences.ids(), count, 1);
        batch.targetIds(sequences.classes(), 0, 1);
        workspace.forward(model, batch);
    }

    public static void main(String[] arguments) {
        long wrong = TEST;
        try (Srnn.Random random = new Srnn.Random(1, 0);
                Srnn.Model model = new Srnn.Model(6, HIDDEN, 4, Srnn.HIDDEN_TANH,
                        Srnn.OUTPUT_SOFTMAX, 0);
                Srnn.Batch batch = new Srnn.Batch();
                Srnn.Workspace workspace = new Srnn.Workspace(model, STEPS, TEST,
                        Srnn.WORKSPACE_LAST_OUTPUT);
                Srnn.Regularizer regularizer = new Srnn.Regularizer(model, Srnn.OMEGA_PAPER);
                Srnn.Clipper clipper = new Srnn.Clipper(Srnn.CLIP_NORM);
                Srnn.Optimizer optimizer = new Srnn.Optimizer(Srnn.OPTIMIZER_SGD,
                        model.parameterCount())) {
            FloatBuffer parameters = Srnn.floats(model.parameterCount());
            FloatBuffer gradient = Srnn.floats(model.parameterCount());
            float[] zeros = new float[model.parameterCount()];

            model.bind(parameters);
            model.initialize(Srnn.START_SMART_TANH, random);
            workspace.parallel(Train::runTasks, 2);
            for (int update = 1; update <= UPDATES && wrong > 0; update++) {
                gradient.put(0, zeros);
                show(model, workspace, batch, draw(random, BATCH));
                Srnn.Loss loss = workspace.loss(model, batch, 1.0 / BATCH);
                workspace.backward(model, regularizer, gradient);
                double omega = regularizer.apply(model, gradient);
                double norm = clipper.apply(model, gradient);
                optimizer.step(parameters, gradient);
                if (update % 500 == 0) {
                    show(model, workspace, batch, draw(random, TEST));
                    wrong = workspace.countErrors(model, batch, 0);
                    System.out.printf(Locale.ROOT,
                            "update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d%n",
                            update, loss.sum() / loss.weight(), norm, omega, wrong, TEST);
                }
            }
            System.out.printf("hash %016x%n", hashOf(parameters));
            System.out.println("a parallel stream for each stage");
        }
        System.exit(wrong == 0 ? 0 : 1);
    }
}

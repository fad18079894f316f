import com.sun.jna.Memory;
import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a training run in one file: a list of parts, and an open file. The same list saves a
 * run and restores it. It keeps its parts, which must not be closed before it was last used.
 */
public final class SrnnCheckpoint extends Srnn.Handle {
    private final List<Srnn.Handle> objects = new ArrayList<>();
    private final List<Object> kept = new ArrayList<>(); // C has their addresses
    private Memory archive; // the open file

    /** A list of at most so many parts. */
    public SrnnCheckpoint(int parts) {
        super(it -> SrnnC.srnn_checkpoint_create(null, null, Srnn.count(parts), it),
                SrnnC::srnn_checkpoint_destroy);
    }

    /** Returns a string for C, which ends at its first zero. Half of a surrogate pair is none. */
    private static byte[] terminated(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0 || !string(bytes, bytes.length - 1).equals(text)) {
            throw new Srnn.Failure(Srnn.E_RANGE, null);
        }
        return bytes;
    }

    private static String string(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static Memory copy(byte[] bytes) {
        Memory memory = new Memory(Math.max(bytes.length, 1));
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    /** Adds a model, optimizer, clipper, regularizer, generator or workspace. */
    public void add(String name, Srnn.Handle part) {
        Srnn.check(SrnnC.srnn_checkpoint_add(pointer, terminated(name), of(part)));
        objects.add(part);
    }

    /** Adds a direct buffer, from its position up to its limit, which restore writes to. */
    public void addBytes(String name, ByteBuffer data) {
        if (!data.isDirect() || data.isReadOnly()) {
            throw new IllegalArgumentException("a direct buffer was expected");
        }
        Srnn.check(SrnnC.srnn_checkpoint_add_bytes(pointer, terminated(name), data,
                new SrnnC.Size(data.remaining())));
        kept.add(data);
    }

    public void addText(String name, String text) {
        Memory copied = copy(terminated(text));
        Srnn.check(SrnnC.srnn_checkpoint_add_text(pointer, terminated(name), copied));
        kept.add(copied);
    }

    /** C has the address of every object in the list, also of those that are closed. */
    private void checkObjects() {
        if (objects.stream().anyMatch(object -> object.pointer == null)) {
            throw new Srnn.Failure(Srnn.E_ARGUMENT, null);
        }
    }

    /** Returns the file of all parts in the list. */
    public byte[] save() {
        checkObjects();
        return Srnn.saved((buffer, capacity, bytes) ->
                SrnnC.srnn_checkpoint_save(pointer, buffer, capacity, bytes));
    }

    /** Opens a copy of a file. */
    public void open(byte[] file) {
        Memory copied = copy(file);
        Srnn.check(SrnnC.srnn_checkpoint_open(pointer, copied,
                new SrnnC.Size(file.length)));
        archive = copied;
    }

    /** Gives all parts of the list what the open file has under their names, or changes none. */
    public void restore() {
        checkObjects();
        Srnn.check(SrnnC.srnn_checkpoint_restore(pointer));
    }

    /** Returns the kind of each part of the open file by its name; 0 for a later kind. */
    public Map<String, Integer> parts() {
        Map<String, Integer> parts = new LinkedHashMap<>();
        for (int index = 0;; index++) {
            IntByReference kind = new IntByReference();
            byte[] name = new byte[Srnn.PART_NAME_BYTES];
            int status = SrnnC.srnn_checkpoint_part(pointer, index, kind, name);
            if (status == Srnn.E_RANGE) { // after the last
                return parts;
            }
            Srnn.check(status);
            int length = 0;
            while (name[length] != 0) {
                length++;
            }
            parts.put(string(name, length), kind.getValue());
        }
    }

    /** Returns a number about a part of the open file: STORED_HIDDEN, STORED_BYTES. */
    public double get(String name, int key) {
        DoubleByReference value = new DoubleByReference();
        Srnn.check(SrnnC.srnn_checkpoint_get(pointer, terminated(name), key, value));
        return value.getValue();
    }

    /** Returns a copy of the bytes of a part of the open file. */
    public byte[] bytes(String name) {
        PointerByReference data = new PointerByReference();
        SrnnC.SizeByReference bytes = new SrnnC.SizeByReference();
        Srnn.check(SrnnC.srnn_checkpoint_bytes(pointer, terminated(name), data, bytes));
        return data.getValue().getByteArray(0, bytes.getValue());
    }

    /** Returns a text of the open file. */
    public String text(String name) {
        byte[] terminated = terminated(name);
        SrnnC.SizeByReference length = new SrnnC.SizeByReference();
        Srnn.check(SrnnC.srnn_checkpoint_text(pointer, terminated, null,
                new SrnnC.Size(0), length));
        byte[] text = new byte[length.getValue() + 1];
        Srnn.check(SrnnC.srnn_checkpoint_text(pointer, terminated, text,
                new SrnnC.Size(text.length), length));
        return string(text, length.getValue());
    }
}

import com.sun.jna.ptr.DoubleByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.LinkedHashMap;
import java.util.Map;

/** An option or a statistic, as the library describes it; handle is "clipper". */
public record SrnnOption(int key, String handle, String name, double minimum, double maximum,
        double preset, int traits) {
    /** Every option by its name, such as CLIP_THRESHOLD. */
    public static final Map<String, SrnnOption> ALL = all();

    private static Map<String, SrnnOption> all() {
        Map<String, SrnnOption> all = new LinkedHashMap<>();
        int key;
        while ((key = SrnnC.srnn_option_key(all.size())) != 0) {
            PointerByReference handle = new PointerByReference(), name = new PointerByReference();
            DoubleByReference minimum = new DoubleByReference(), maximum = new DoubleByReference();
            DoubleByReference preset = new DoubleByReference();
            IntByReference traits = new IntByReference();
            Srnn.check(SrnnC.srnn_option_info(key, handle, name, minimum, maximum, preset, traits));
            String word = name.getValue().getString(0).substring("SRNN_".length());
            all.put(word, new SrnnOption(key, handle.getValue().getString(0), word,
                    minimum.getValue(), maximum.getValue(), preset.getValue(), traits.getValue()));
        }
        return all;
    }

    /** Returns the key of that option; 0, which get and set refuse, if there is none. */
    public static int key(String name) {
        SrnnOption option = ALL.get(name);
        return option == null ? 0 : option.key();
    }
}

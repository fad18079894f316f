import java.lang.reflect.Field;

/** The constants that examples/ffi/java copies, each with its number. */
public final class Constants {
    public static void main(String[] arguments) throws IllegalAccessException {
        for (Field field : SrnnConstants.class.getFields()) {
            System.out.println(field.getName() + " " + field.getInt(null));
        }
    }
}

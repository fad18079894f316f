/* test_changed_file.c - a file whose bytes change while a checkpoint has it open
 *
 * That is against the contract. What is read then is checked all the same, and not believed. */
#include "forge.h"

#include <string.h>

/* The file of a text and a clipper, open, in the rig's heap. */
static unsigned char *open_text(struct rig *rig)
{
    unsigned char *file;
    size_t bytes = 0;

    SUCCEEDS(srnn_checkpoint_add_text(rig->checkpoint, "t", "a\nb"));
    SUCCEEDS(srnn_checkpoint_add(rig->checkpoint, "clipper", rig->clipper));
    file = forge_parts(rig, &bytes);
    SUCCEEDS(srnn_checkpoint_open(rig->checkpoint, file, bytes));
    return file;
}

/* Change a character of the header, `at` characters behind the beginning of `wanted`. Nothing of
 * the file can be read then but what `expected` says, and nothing changes. */
static void change(struct rig *rig, unsigned char *file, const char *wanted, size_t at, char to)
{
    unsigned char *const place = forge_find(file, wanted) + at;
    const unsigned char before = *place;
    char text[8] = "#";

    *place = (unsigned char)to;
    RETURNS(SRNN_E_FORMAT,
            srnn_checkpoint_text(rig->checkpoint, "t", text, sizeof text, &rig->out->bytes));
    assert_string_equal(text, "#");
    *place = before;
    SUCCEEDS(srnn_checkpoint_text(rig->checkpoint, "t", text, sizeof text, &rig->out->bytes));
    assert_string_equal(text, "a\nb");
}

static void headers(void **state)
{
    struct rig *rig = *state;
    unsigned char *const file = open_text(rig);

    /* The escape of the text, a colon, and the name of the metadata. */
    change(rig, file, "\\u000a", 1, 'x');
    change(rig, file, "\"user.t\":", 8, ';');
    change(rig, file, "\"__metadata__\"", 1, '-');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

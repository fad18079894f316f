#!/bin/sh
# What programs copy from the examples holds where the examples themselves do not go: readings that are
# no numbers, a full disk, arenas of any size, several callers of a pool.
set -eu
. tests/program/library.sh

top=$PWD
cd "$scratch"

# copy FILE: copy.c is examples/FILE.
copy() {
    what=$1
    cp "$top/examples/$what" copy.c
}

# edit FROM TO: each FROM in copy.c, a regular expression that must be there, becomes TO.
edit() {
    grep -q -- "$1" copy.c || fail "examples/$what has no '$1'"
    sed "s/$1/$2/" copy.c >edited.c
    mv edited.c copy.c
}

# Compile copy.c, and run it: its output goes to `out`, its exit status to `status`.
run_copy() {
    # shellcheck disable=SC2046
    "${CC:-cc}" $(link_flags) -std=c99 -I"$top/include" -I"$top/examples/microcontroller" -o copy copy.c "$@" \
        "$built/libsrnn.a" -lm -pthread 2>said || fail "$what does not build as edited: $(cat said)"
    status=0
    timeout 120 ./copy >out 2>&1 || status=$?
}

# A reading or a gradient that is no number: the device learns all the same, an own loss ends the
# program, and an own optimizer leaves the parameters.
for bad in nan inf; do
    copy adapt.c
    edit 'read_sensor(random, .*;' "& if (update == 7 \&\& updates > 7) x[20] = strtof(\"$bad\", NULL);"
    run_copy
    [ $status -eq 0 ] || fail "adapt: of a reading that is $bad: $(cat out)"
done
for array in x target; do
    for bad in nan inf -inf; do
        copy own_loss.c
        edit ' draw(random, x, target);' "& ${array}[20] = strtof(\"$bad\", NULL);"
        run_copy
        { [ $status -eq 1 ] && grep -q '^SRNN_E_NONFINITE: ' out && ! grep -q '^update' out; } ||
            fail "own_loss: of $bad in $array: $(cat out)"
    done
done
for bad in nan inf -inf; do
    for updates in 0 100; do
        copy own_optimizer.c
        edit 'UPDATES = [0-9]*' "UPDATES = $updates"
        edit ' rprop_update(.*;' "for (size_t i = 0; i < n; i++) gradient[i] = strtof(\"$bad\", NULL); &"
        edit '1e-5f' '0'
        run_copy
        sed -n 's/.* loss //p' out >"loss.$updates"
        { [ $status -eq 1 ] && grep -q '^[0-9.]*$' "loss.$updates"; } ||
            fail "own_optimizer: of gradients that are $bad: status $status: $(cat out)"
    done
    same loss.0 loss.100 "own_optimizer: after gradients that are $bad, the loss"
done

for bad in 0 nan inf -inf; do
    copy own_optimizer.c
    edit ' rprop_update(.*;' "for (size_t i = 0; update == 7 \&\& i < n; i++) gradient[i] = strtof(\"$bad\", NULL); &"
    run_copy
    [ $status -eq 0 ] || fail "own_optimizer: of a gradient that is $bad: $(cat out)"
    [ "$bad" = 0 ] || same zero out "own_optimizer: after a gradient that is $bad and not 0, the training"
    mv out zero
done

# What resume.c saves is what its run needs, and the last file stays until the next is complete.
for part in model random workspace clipper optimizer bits; do
    copy resume.c
    edit "^.*add[a-z_]*(parts, \"$part\".*" ''
    run_copy
    { [ $status -eq 1 ] && grep -q '^mean norm' out; } || fail "resume: as before without the part $part: $(cat out)"
done

# Larger networks fit, the source need not know where the run stopped nor its rate, and a training that
# diverges says so.
copy resume.c
edit 'HIDDEN = 20' 'HIDDEN = 100'
edit 'train(CHUNKS \/ 2)' 'train(CHUNKS \/ 3)'
edit '_RATE, 0.02)' '_RATE, seed == 1 ? 0.02 : 1)'
run_copy
[ $status -eq 0 ] || fail "resume: with other sizes, another stop and another rate: $(cat out)"
copy resume.c
edit ' must(srnn_forward' 'srnn_model_parameters(model)[0] = strtof("nan", NULL); &'
run_copy
{ [ $status -eq 1 ] && grep -q '^SRNN_E_NONFINITE: ' out; } || fail "resume: of a training that diverges: $(cat out)"
if [ -e /dev/full ]; then
    copy resume.c
    edit 'fopen(NAME "[.]new", "wb");' 'fopen("\/dev\/full", "wb"); static char room[1 << 20]; setvbuf(file, room, _IOFBF, sizeof room);'
    echo last >resume.safetensors
    echo next >resume.safetensors.new
    run_copy
    { [ $status -eq 1 ] && grep -q '^SRNN_E_IO: ' out; } || fail "resume: on a full disk: $(cat out)"
    grep -q '^last$' resume.safetensors || fail "resume: a full disk takes the last file"
fi

# The model that an example judges is the one that it ends with: no update follows.
for example in own_optimizer static_memory bidirectional; do
    copy $example.c
    edit '^static void must' 'static int updated;\n&'
    edit 'must(srnn_count_errors(' 'updated = 0, &'
    edit '\(must(srnn_optimizer_step(\|rprop_update(&\)' 'updated = 1, \1'
    edit 'return wrong == 0' 'return !updated \&\& wrong == 0'
    run_copy
    [ $status -eq 0 ] || fail "$example: an update follows the last count: $(cat out)"
done

# An arena whose size is no multiple of the alignment has no room beyond its end.
for example in adapt.c static_memory.c; do
    copy $example
    edit 'unsigned char bytes\[.*\]' 'unsigned char bytes[1004]'
    edit '^int main' 'int example'
    printf 'int main(void) { take(1000); puts("taken"); take(1); return 0; }\n' >>copy.c
    run_copy
    { [ $status -eq 1 ] && has_lines out 2 && grep -q '^SRNN_E_SPACE: ' out; } ||
        fail "$example: takes what is not there: $(cat out)"
done

# On a board, an arena that is full is said to be, and a network that has not learnt is no success.
for bytes in 1 1004 5001 8999; do
    copy microcontroller/learn_order.c
    edit 'unsigned char bytes\[.*\]' "unsigned char bytes[$bytes]"
    run_copy "$top/examples/microcontroller/learn_main.c"
    { [ $status -eq 1 ] && grep -q ' too small$' out; } || fail "learn_order: with $bytes bytes: $(cat out)"
done
copy microcontroller/learn_order.c
edit 'MOST_UPDATES = 1000' 'MOST_UPDATES = 40'
run_copy "$top/examples/microcontroller/learn_main.c"
{ [ $status -eq 1 ] && has_lines out 4 && grep -q ' wrong 42 of 100 ' out && grep -q '^not learnt$' out; } ||
    fail "learn_order: has not learnt, and ends with $status: $(cat out)"
mv out main.out

# A board has no exit status: it prints the same.
boards=$top/tests/packages
run_copy "$top/examples/microcontroller/esp-idf/learn_order.c" "$boards/esp-idf/board.c" -I"$boards/esp-idf/include"
same main.out out "learn_order, ESP-IDF: has not learnt: the lines"
if command -v "${CXX:-c++}" >where; then
    mock=$boards/arduino/mock/mbed/cores/mock
    # shellcheck disable=SC2046
    "${CC:-cc}" $(link_flags) -std=c99 -I"$top/include" -I"$top/examples/microcontroller" -c -o copy.o copy.c
    # shellcheck disable=SC2046
    "${CXX:-c++}" $(link_flags) -I"$mock" -I"$top/include" -I"$top/examples/microcontroller" -o copy \
        -xc++ "$top/examples/microcontroller/arduino/learn_order.ino" "$mock/main.cpp" -xnone copy.o "$built/libsrnn.a" -lm -pthread
    timeout 120 ./copy >out
    same main.out out "learn_order, Arduino: has not learnt: the lines"
fi

# A pool that several threads use at once: every task of each call runs once.
copy threads.c
edit '^int main' 'int example'
cat >>copy.c <<'END_OF_C'
enum { CALLERS = 4, ROUNDS = 5000, TASKS = 8 };

static void mark(void *task, uint32_t index)
{
    ((unsigned char *)task)[index]++;
}

static void *call(void *unused)
{
    for (int round = 0; round < ROUNDS; round++) {
        unsigned char ran[TASKS] = {0};

        run(NULL, mark, ran, TASKS);
        for (int i = 0; i < TASKS; i++) {
            must(ran[i] == 1 ? SRNN_OK : SRNN_E_PARALLEL);
        }
    }
    return unused;
}

int main(void)
{
    pthread_t threads[HELPERS + CALLERS];

    for (int i = 0; i < HELPERS + CALLERS; i++) {
        must(pthread_create(&threads[i], NULL, i < HELPERS ? help : call, NULL));
    }
    for (int i = HELPERS; i < HELPERS + CALLERS; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
END_OF_C
run_copy
[ $status -eq 0 ] || fail "threads: several callers: status $status: $(cat out)"

echo "what is copied from the examples: right there too"

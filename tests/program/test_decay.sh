#!/bin/sh
# --weight-decay: each update takes the share rate x X of the weights, of no bias, whatever clips
# the gradient and whatever the optimizer makes of it; 0 changes no bit.
set -eu
. tests/program/library.sh
cd "$scratch"

once="temporal-order --length 12 --evaluate-sequences 10 --evaluate-every 1000 --stop-error 0
    --omega 0 --grow 0 --quiet"
network="--hidden 8 --init smart-tanh"

# 0 is as without the option. A decay is pinned for the rest of the run, and goes on in it.
# shellcheck disable=SC2086
{
    succeed train $once $network --updates 50 --save without
    succeed train $once $network --updates 50 --save zero --weight-decay 0
    same without zero "no decay"
    succeed train $once $network --updates 50 --save some --weight-decay 0.1
    if cmp -s without some; then fail "a decay changed nothing"; fi
    succeed train $once $network --updates 20 --checkpoint half --weight-decay 0.1
    succeed train temporal-order --updates 50 --resume half --save resumed --quiet
    same some resumed "a resumed run that decays"
    succeed inspect half
    [ "$(value_of 'setting weight-decay')" = 0.1 ] || fail_run "the setting"
}

# The norm of a tensor in the last run of inspect.
norm() {
    sed -n "s/^tensor $1 .* norm //p" out
}

# With steps of no length 100 updates leave (1 - rate x X)^100 of each matrix, and the biases as
# they were. A gradient that is clipped to 1e-30 moves no weight by half a unit in its last place.
# So does a step of Adam, whose length is about the rate, at a rate of 1e-12.
# shrinks WHAT LEFT OPTIONS...
shrinks() {
    _what=$1
    _left=$2
    shift 2
    # shellcheck disable=SC2086
    succeed train $once --from without --updates 100 --schedule constant --save after "$@"
    for _tensor in w_in w_rec w_out b_rec b_out; do
        succeed inspect without
        _before=$(norm $_tensor)
        succeed inspect after
        case $_tensor in
        w_*) _wanted=$_left ;;
        b_*) _wanted=1 ;;
        esac
        holds "$_before > 0 && distance($(norm $_tensor), $_wanted * $_before) < 1e-5 * $_before" \
            "$_what: the norm of $_tensor, $_before before"
    done
}
shrinks sgd 0.3660323 --clip norm:1e-30 --rate 0.1 --weight-decay 0.1
shrinks momentum 0.3660323 --clip norm:1e-30 --optimizer momentum --rate 0.1 --weight-decay 0.1
shrinks "all of it" 0 --clip norm:1e-30 --rate 0.1 --weight-decay 10
shrinks adam 0.9999 --clip none --optimizer adam --rate 1e-12 --weight-decay 1e6

# More than all of a weight.
# shellcheck disable=SC2086
refuse 2 "--weight-decay must be at most 1" train $once --rate 0.1 --weight-decay 10.1

echo "the weight decay: as it should be"

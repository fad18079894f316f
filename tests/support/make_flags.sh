# shellcheck shell=sh
# make_flags.sh - what scripts that `make -n` runs too need to know; for `.`

# Whether make only prints its commands. The first word of MAKEFLAGS has the flags of one letter, if it
# does not begin with a dash.
make_only_prints() {
    _flags=${MAKEFLAGS-}
    case ${_flags%% *} in
    -*) return 1 ;;
    *n*) return 0 ;;
    esac
    return 1
}

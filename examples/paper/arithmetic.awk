# arithmetic.awk - functions that compute the same in every awk
#
# Each awk has a rand() of its own, and busybox's may have no exp(), log() and ^. The pages here
# and in clipping/ use these functions instead, and so do the tests (tests/program/library.sh).

# The next number of Park and Miller's generator, between 0 and 1, from the variable `seed`: a
# whole number from 1 to 2147483646. All products are below 2^46, so doubles hold them exactly.
function draw() {
    seed = 16807 * seed % 2147483647
    return seed / 2147483647
}

# The natural logarithm: twice the series of artanh (x - 1) / (x + 1), which is at most 1/5,
# plus log 2 for each halving. Of 0 and less a number that is far below every other.
function logarithm(x,    halvings, y, power, sum, k) {
    if (x <= 0) return -1e300
    while (x > 1.5) { x /= 2; halvings++ }
    while (x < 0.75) { x *= 2; halvings-- }
    y = (x - 1) / (x + 1)
    power = y
    for (k = 1; k < 24; k += 2) { sum += power / k; power *= y * y }
    return 2 * sum + halvings * 0.6931471805599453
}

# e to the power x: the Taylor series of a number that is at most 1/2, then as many squares as
# x was halved.
function exponential(x,    halvings, term, sum, k) {
    while (x > 0.5 || x < -0.5) { x /= 2; halvings++ }
    term = 1
    for (k = 1; k < 16; k++) { sum += term; term *= x / k }
    for (; halvings > 0; halvings--) sum *= sum
    return sum
}

# How far two numbers are apart.
function distance(a, b) {
    a -= b
    return a < 0 ? -a : a
}

# Sort values [1 to n] as numbers, the smallest first: Shell's method.
function sort(values, n,    gap, i, k, value) {
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2)) {
        for (i = gap + 1; i <= n; i++) {
            value = values[i]
            for (k = i; k > gap && values[k - gap] + 0 > value + 0; k -= gap) {
                values[k] = values[k - gap]
            }
            values[k] = value
        }
    }
}

# The median of values [1 to n], which it sorts.
function middle(values, n) {
    sort(values, n)
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

# A whole number with a comma before each three digits.
function thousands(number,    text) {
    text = sprintf("%d", number)
    while (text ~ /[0-9][0-9][0-9][0-9]($|,)/) {
        match(text, /[0-9][0-9][0-9]($|,)/)
        text = substr(text, 1, RSTART - 1) "," substr(text, RSTART)
    }
    return text
}

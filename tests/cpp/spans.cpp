// spans.cpp - spans of srnn.hpp: what they are made of, and that short ones never get to C
#include "check.h"
#include "tests.h"

#include <array>
#include <type_traits>

namespace
{

using floats = srnn::span<float>;
using const_floats = srnn::span<const float>;

static_assert(std::is_convertible_v<std::vector<float> &, floats>);
static_assert(std::is_convertible_v<const std::vector<float> &, const_floats>);
static_assert(std::is_convertible_v<std::array<float, 3> &, floats>);
static_assert(std::is_convertible_v<float (&)[4], const_floats>);
static_assert(std::is_convertible_v<floats, const_floats>);
static_assert(!std::is_convertible_v<const_floats, floats>);
static_assert(!std::is_convertible_v<const std::vector<float> &, floats>);
static_assert(!std::is_convertible_v<std::vector<double> &, const_floats>);
static_assert(!std::is_convertible_v<std::vector<float>, const_floats>); // a temporary one
static_assert(!std::is_convertible_v<const std::vector<float>, const_floats>);
static_assert(!std::is_constructible_v<const_floats, int>);
static_assert(std::is_trivially_copyable_v<floats>);
#ifdef __cpp_lib_span
static_assert(std::is_convertible_v<std::span<float>, floats>);
static_assert(std::is_convertible_v<std::span<float, 4>, const_floats>);
static_assert(std::is_convertible_v<const std::span<float> &, const_floats>);
static_assert(!std::is_convertible_v<std::span<const float>, floats>);
static_assert(std::is_convertible_v<floats, std::span<float>>);
static_assert(std::is_convertible_v<floats, std::span<const float>>);
static_assert(!std::is_convertible_v<const_floats, std::span<float>>);
static_assert(std::ranges::contiguous_range<floats> && std::ranges::borrowed_range<floats>);
#endif

void elements()
{
    float values[5] = {1, 2, 3, 4, 5};
    const floats all = values;
    float sum = 0;

    for (const float value : all.subspan(1, 3)) {
        sum += value;
    }
    CHECK(sum == 9 && all.size() == 5 && &all[2] == values + 2 && floats().data() == nullptr);
    CHECK(srnn::as_bytes(values).size() == sizeof values);
    srnn::as_writable_bytes(values)[0] = std::byte{1};
    CHECK(values[0] != 1);
#ifdef __cpp_lib_span
    const std::span<float> theirs = all;
    const floats again = theirs.subspan(1);
    CHECK(theirs.data() == values && again.size() == 4);
#endif
}

// An array of exactly `size` elements is taken, one that is shorter by an element is refused, and
// the batch has what it had before.
template <typename Element, typename Set> void exactly(std::size_t size, Set set)
{
    std::vector<Element> enough(size), shorter(size - 1);
    THROWS(SRNN_E_SHAPE, set(shorter));
    THROWS(SRNN_OK, set(enough));
    THROWS(SRNN_E_SHAPE, set(shorter));
}

void batches()
{
    constexpr std::size_t steps = 4, sequences = 3, width = 2, all = steps * sequences;
    using ids = srnn::span<const std::uint32_t>;
    using bits = srnn::span<const std::uint8_t>;
    srnn::batch batch;
    std::vector<float> some(1000);

    THROWS(SRNN_E_STATE, batch.input(some, 1));
    batch.begin(steps, sequences);
    exactly<float>(all * width, [&](const_floats x) { batch.input(x, width); });
    exactly<float>(3 * 100 + 2 * 30 + width, [&](const_floats x) {
        batch.input(x, width, {100, 30});
    });
    exactly<float>(width, [&](const_floats x) { batch.input(x, width, {0, 0}); });
    exactly<std::uint32_t>(all, [&](ids x) { batch.input_ids(x); });
    exactly<std::uint32_t>(3 + 2 * 4 + 1, [&](ids x) { batch.input_ids(x, {1, 4}); });
    exactly<float>(all * width, [&](const_floats x) { batch.target(x, width); });
    exactly<float>(sequences * width, [&](const_floats x) { batch.target(x, width, {0, width}); });
    exactly<std::uint32_t>(all, [&](ids x) { batch.target_ids(x); });
    exactly<std::uint32_t>(sequences, [&](ids x) { batch.target_ids(x, {0, 1}); });
    exactly<std::uint8_t>(sequences, [&](bits x) { batch.restarts(x); });
    exactly<std::uint32_t>(sequences, [&](ids x) { batch.lengths(x); });
    exactly<std::uint8_t>(all, [&](bits x) { batch.mask(x); });
    exactly<std::uint8_t>(3 * 5 + 2 + 1, [&](bits x) { batch.mask(x, {5, 1}); });
    exactly<std::uint8_t>(all * width, [&](bits x) { batch.target_mask(x, width); });
    exactly<float>(all, [&](const_floats x) { batch.weights(x); });
    exactly<float>(sequences, [&](const_floats x) { batch.weights(x, {0, 1}); });
    // No length is enough for these: the last element's index has no size_t, or there is no width.
    THROWS(SRNN_E_SHAPE, batch.input(some, width, {SIZE_MAX, 1}));
    THROWS(SRNN_E_SHAPE, batch.input(some, width, {SIZE_MAX / 2, SIZE_MAX / 2}));
    THROWS(SRNN_E_SHAPE, batch.input(some, 0));
    THROWS(SRNN_E_SHAPE, batch.input(some, 0, {1, 1}));
    batch.begin(0xffffffffu, 0xffffffffu);
    THROWS(SRNN_E_SHAPE, batch.input(some, 0xffffffffu));
    THROWS(SRNN_E_SHAPE, batch.weights(some));
    THROWS(SRNN_E_SHAPE, batch.weights(some, {0, 1}));
}

// A batch keeps its arrays when a setter refuses, and loses them by nullptr and begin.
void batch_keeps()
{
    rig a, plain;
    std::vector<std::uint32_t> shorter(3), lengths(rig::sequences, 2);

    THROWS(SRNN_E_SHAPE, a.batch.input_ids(shorter));
    THROWS(SRNN_E_SHAPE, a.batch.target_ids(shorter, {0, 1}));
    THROWS(SRNN_E_SHAPE, a.batch.lengths(shorter));
    CHECK(a.train() == plain.train());
    a.batch.lengths(lengths);
    CHECK(a.train() != plain.train());
    a.batch.lengths(nullptr);
    a.batch.mask(nullptr);
    a.batch.target_mask(nullptr);
    a.batch.weights(nullptr);
    a.batch.restarts(nullptr);
    srnn::forward(a.model, a.workspace, a.batch);
    a.batch.begin(rig::steps, rig::sequences);
    THROWS(SRNN_E_STATE, srnn::forward(a.model, a.workspace, a.batch));
}

// Floats of another width than the model's are refused by the passes, since C would read past them.
void widths()
{
    rig a;
    std::vector<float> x(rig::steps * rig::sequences * rig::inputs, 0.5f);
    std::vector<float> y(rig::sequences * rig::outputs, 0.5f);
    std::vector<std::uint8_t> mask(y.size(), 1);
    const srnn::model squares(rig::inputs, rig::hidden, rig::outputs, srnn::model::activation::tanh,
                              srnn::model::output::linear);
    srnn::workspace workspace(squares, rig::steps, rig::sequences);

    a.batch.input(x, rig::inputs - 1);
    THROWS(SRNN_E_SHAPE, srnn::forward(a.model, a.workspace, a.batch));
    THROWS(SRNN_E_SHAPE, srnn::forward_continue(a.model, a.workspace, a.batch));
    a.batch.input(x, rig::inputs);
    srnn::forward(squares, workspace, a.batch);
    a.batch.target(y, 1, {0, 1});
    THROWS(SRNN_E_SHAPE, srnn::loss(squares, workspace, a.batch, 1.0));
    THROWS(SRNN_E_SHAPE, srnn::count_errors(squares, workspace, a.batch));
    a.batch.target(y, rig::outputs, {0, rig::outputs});
    a.batch.target_mask(mask, 1, {0, 1});
    THROWS(SRNN_E_SHAPE, srnn::loss(squares, workspace, a.batch, 1.0));
    a.batch.target_mask(mask, rig::outputs, {0, rig::outputs});
    CHECK(srnn::loss(squares, workspace, a.batch, 1.0).weight == rig::sequences);
    // Ids have no width, and begin forgets those of floats.
    a.batch.input_ids(a.ids);
    a.batch.target_mask(nullptr);
    a.batch.target_ids(a.classes, {0, 1});
    a.train();
    a.batch.input(x, 1);
    a.batch.target_mask(mask, 1, {0, 1});
    a.batch.begin(rig::steps, rig::sequences);
    a.batch.input_ids(a.ids);
    a.batch.target_ids(a.classes, {0, 1});
    a.train();
}

void states_and_steps()
{
    rig a;
    constexpr std::size_t hidden = rig::hidden;
    std::vector<float> state(hidden), next(hidden), logits(rig::outputs), x(rig::inputs);
    std::vector<float> shorter(hidden - 1), none;
    std::vector<float> rows(2 * hidden), wide(2 * hidden + 7);

    THROWS(SRNN_E_SHAPE, a.workspace.set_state(shorter, 1));
    THROWS(SRNN_E_SHAPE, a.workspace.set_state(rows, 2, hidden + 1));
    THROWS(SRNN_E_RANGE, a.workspace.set_state(rows, 0));
    a.workspace.set_state(rows, 2);
    a.workspace.get_state(wide, 2, hidden + 7);
    THROWS(SRNN_E_SHAPE, a.workspace.get_state(shorter, 1));
    THROWS(SRNN_E_SHAPE, srnn::initial_state(a.model, shorter));

    srnn::initial_state(a.model, state);
    x[1] = 1.0f;
    srnn::step(a.model, x, state, next, logits);
    const std::vector<float> after = next, shown = logits;
    srnn::step_id(a.model, 1, state, next, logits);
    CHECK(next == after && logits == shown);
    srnn::step_id(a.model, 1, state, next);
    THROWS(SRNN_E_SHAPE, srnn::step(a.model, shorter, state, next));
    THROWS(SRNN_E_SHAPE, srnn::step(a.model, x, shorter, next));
    THROWS(SRNN_E_SHAPE, srnn::step(a.model, x, state, shorter));
    THROWS(SRNN_E_SHAPE, srnn::step_id(a.model, 1, state, next, x));
    THROWS(SRNN_E_RANGE, srnn::step_id(a.model, rig::inputs, state, next));
    CHECK(next == after);

    std::vector<float> two(2 * rig::outputs, 0.5f), three(3);
    srnn::outputs(a.model, two, two);
    CHECK(two[0] == 0.25f && two[7] == 0.25f);
    THROWS(SRNN_E_SHAPE, srnn::outputs(a.model, three, three));
    THROWS(SRNN_E_SHAPE, srnn::outputs(a.model, two, logits));

    THROWS(SRNN_E_SHAPE, a.optimizer.step(a.model.parameters(), shorter));
    THROWS(SRNN_E_SHAPE, a.optimizer.step(floats(), a.gradient));
    THROWS(SRNN_E_SHAPE, srnn::backward(a.model, a.workspace, shorter));

    std::vector<float> matrix = {0, 2, 2, 0}, scratch(4);
    CHECK(srnn::spectral_radius(matrix, 2, scratch) > 1.99);
    CHECK(srnn::singular_value(matrix, 2, scratch) > 1.99);
    THROWS(SRNN_E_SHAPE, srnn::spectral_radius(matrix, 3, scratch));
    THROWS(SRNN_E_SHAPE, srnn::singular_value(matrix, SIZE_MAX, scratch));
    THROWS(SRNN_E_SPACE, srnn::spectral_radius(matrix, 2, three));
    THROWS(SRNN_E_RANGE, srnn::spectral_radius(matrix, 0, scratch));
}

void views()
{
    rig a;
    const srnn::workspace &looked_at = a.workspace;

    THROWS(SRNN_E_STATE, looked_at.view(srnn::workspace::array::hidden));
    a.train();
    const auto hidden = looked_at.view(srnn::workspace::array::hidden);
    std::vector<float> states(rig::sequences * rig::hidden);
    a.workspace.get_state(states, rig::sequences);
    CHECK(hidden.width == rig::hidden && hidden.row(1, 2).size() == rig::hidden);
    CHECK(std::memcmp(hidden.row(rig::steps - 1, 3).data(), &states[3 * rig::hidden],
                      rig::hidden * sizeof(float)) == 0);
    static_assert(std::is_same_v<decltype(hidden.row(0, 0)), const_floats>);
    srnn::forward(a.model, a.workspace, a.batch);
    srnn::loss_begin(a.workspace);
    a.workspace.view(srnn::workspace::array::logit_gradient).row(0, 0)[1] = 0.5f;
    a.gradient.assign(a.gradient.size(), 0.0f);
    srnn::backward(a.model, a.workspace, a.gradient);
    CHECK(a.gradient != std::vector<float>(a.gradient.size()));
}

} // namespace

void test_spans()
{
    elements();
    batches();
    batch_keeps();
    widths();
    states_and_steps();
    views();
}

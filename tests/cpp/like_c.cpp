// like_c.cpp - srnn.hpp hands to C what it was given, and returns what C gave: beside the calls of
// C
#include "check.h"
#include "tests.h"

namespace beside_c
{

namespace
{

constexpr std::uint32_t steps = 4, sequences = 3, inputs = 2, outputs = 2;
constexpr std::size_t pairs = std::size_t{steps} * sequences;

// Numbers whose neighbours differ.
std::vector<float> numbers(std::size_t count)
{
    std::vector<float> result(count);
    for (std::size_t i = 0; i < count; i++) {
        result[i] = 0.1f * static_cast<float>(i * 7 % 11) - 0.4f;
    }
    return result;
}
const std::vector<float> x = numbers(pairs * inputs), y = numbers(pairs * outputs + 3);

// The gradient of a second pass, on which `set` changes the batch.
template <typename Set> std::vector<float> gradient_of(Set set)
{
    srnn::random random(3);
    srnn::model model(inputs, 5, outputs, srnn::model::activation::tanh,
                      srnn::model::output::linear, srnn::model::flag::learned_state);
    srnn::workspace workspace(model, steps, sequences);
    srnn::batch batch;
    std::vector<float> gradient(model.parameter_count());

    model.initialize(srnn::model::start::glorot, random);
    batch.begin(steps, sequences);
    srnn::must(srnn_batch_input(batch.get(), x.data(), sequences * inputs, inputs));
    srnn::must(srnn_batch_target(batch.get(), &y[3], sequences * outputs, outputs));
    srnn::forward(model, workspace, batch);
    set(batch);
    srnn::forward_continue(model, workspace, batch);
    srnn::loss(model, workspace, batch, 1.0);
    srnn::backward(model, workspace, gradient);
    return gradient;
}

const std::vector<float> plain = gradient_of([](srnn::batch &) {});

// `set` sets what `given` sets in C, and `unset` takes it away.
template <typename Set, typename Given, typename Unset>
void like_c(Set set, Given given, Unset unset)
{
    const std::vector<float> gradient = gradient_of(set);

    CHECK(gradient == gradient_of([&](srnn::batch &batch) { srnn::must(given(batch.get())); }));
    CHECK(gradient != plain);
    CHECK(plain == gradient_of([&](srnn::batch &batch) {
              set(batch);
              unset(batch);
          }));
}

// Each array with a sequence after the other, where the preset is a step after the other.
void setters()
{
    const std::vector<std::uint8_t> bits = {1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1,
                                            1, 1, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1};
    const std::vector<std::uint32_t> lengths = {4, 2, 3};

    like_c([&](srnn::batch &b) { b.restarts(bits); },
           [&](srnn_batch *b) { return srnn_batch_restarts(b, bits.data()); },
           [](srnn::batch &b) { b.restarts(nullptr); });
    like_c([&](srnn::batch &b) { b.lengths(lengths); },
           [&](srnn_batch *b) { return srnn_batch_lengths(b, lengths.data()); },
           [](srnn::batch &b) { b.lengths(nullptr); });
    like_c(
        [&](srnn::batch &b) {
            b.mask(bits, {1, steps});
        },
        [&](srnn_batch *b) { return srnn_batch_mask(b, bits.data(), 1, steps); },
        [](srnn::batch &b) { b.mask(nullptr); });
    like_c(
        [&](srnn::batch &b) {
            b.target_mask(bits, outputs, {outputs, steps * outputs});
        },
        [&](srnn_batch *b) {
            return srnn_batch_target_mask(b, bits.data(), outputs, steps * outputs);
        },
        [](srnn::batch &b) { b.target_mask(nullptr); });
    like_c(
        [&](srnn::batch &b) {
            b.weights(x, {1, steps});
        },
        [&](srnn_batch *b) { return srnn_batch_weights(b, x.data(), 1, steps); },
        [](srnn::batch &b) { b.weights(nullptr); });
    like_c(
        [&](srnn::batch &b) {
            b.input(x, inputs, {inputs, steps * inputs});
        },
        [&](srnn_batch *b) { return srnn_batch_input(b, x.data(), inputs, steps * inputs); },
        [](srnn::batch &b) { b.input(x, inputs); });
    like_c(
        [&](srnn::batch &b) {
            b.target(y, outputs, {outputs, steps * outputs});
        },
        [&](srnn_batch *b) { return srnn_batch_target(b, y.data(), outputs, steps * outputs); },
        [](srnn::batch &b) {
            b.target(srnn::span<const float>(y).subspan(3, pairs * outputs), outputs);
        });
}

void results()
{
    srnn::random random(7, 2);
    srnn_random *made = nullptr;
    srnn::must(srnn_random_create(nullptr, nullptr, 7, 2, &made));
    const srnn::random owner(made);
    CHECK(random.uniform() == srnn_random_uniform(made));
    CHECK(random.normal() == srnn_random_normal(made));
    CHECK(random.below(1000) == srnn_random_below(made, 1000));

    srnn::model model(inputs, 5, outputs, srnn::model::activation::tanh,
                      srnn::model::output::linear, srnn::model::flag::learned_state);
    model.initialize(srnn::model::start::glorot, random);
    for (float &parameter : model.parameters()) {
        parameter += 0.1f;
    }
    std::vector<float> state(5), wanted(5);
    srnn::initial_state(model, state);
    srnn::must(srnn_initial_state(model.get(), wanted.data(), 5));
    CHECK(state == wanted && state != std::vector<float>(5));
    CHECK(model.tensor_at(0)->rows == inputs && model.tensor_at(0)->columns == 5);

    srnn::workspace workspace(model, steps, sequences);
    srnn::batch batch;
    batch.begin(steps, sequences);
    batch.input(x, inputs);
    batch.target(srnn::span<const float>(y).subspan(3, pairs * outputs), outputs);
    srnn::forward(model, workspace, batch);
    std::uint64_t counts[4] = {0, 0, 0, 0};
    const srnn::error_counts errors = srnn::count_errors(model, workspace, batch, 0.5);
    srnn::must(srnn_count_errors(model.get(), workspace.get(), batch.get(), 0.5, &counts[0],
                                 &counts[1], &counts[2], &counts[3]));
    CHECK(errors.wrong_steps == counts[0] && errors.steps == counts[1]);
    CHECK(errors.wrong_sequences == counts[2] && errors.sequences == counts[3]);
    CHECK(counts[0] > counts[2] && counts[0] < pairs); // each count is another number

    std::vector<float> matrix = {1, 1, 0, 1}, scratch(4);
    CHECK(srnn::spectral_radius(matrix, 2, scratch) < 1.1);
    CHECK(srnn::singular_value(matrix, 2, scratch) > 1.6);
}

} // namespace
} // namespace beside_c

void test_like_c()
{
    beside_c::setters();
    beside_c::results();
}

// options.cpp - options and errors of srnn.hpp: constants, codes with their texts, nothing changed
#include "check.h"
#include "tests.h"

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

namespace
{

// Whether Class has an option or a value of type Key.
template <typename Class, typename Key, typename = void> struct takes : std::false_type {
};
template <typename Class, typename Key>
struct takes<Class, Key, std::void_t<decltype(std::declval<Class &>().set(Key{}, 1.0))>>
    : std::true_type {
};
static_assert(takes<srnn::optimizer, srnn::optimizer::option>::value);
static_assert(!takes<srnn::optimizer, srnn::clipper::option>::value); // of another handle
static_assert(!takes<srnn::optimizer, std::uint32_t>::value);
static_assert(!takes<srnn::batch, srnn::clipper::option>::value);
static_assert(!std::is_constructible_v<srnn::clipper, srnn::optimizer::kind>);
static_assert(!std::is_constructible_v<srnn::model, int, int, int, srnn::model::output,
                                       srnn::model::activation>);

void errors()
{
    try {
        srnn::model(1, 0, 1, srnn::model::activation::tanh, srnn::model::output::softmax);
        CHECK(false);
    } catch (const std::runtime_error &caught) {
        const auto *const error = dynamic_cast<const srnn::error *>(&caught);
        CHECK(error != nullptr && error->code() == SRNN_E_RANGE);
        CHECK(error->what() == srnn_status_text(SRNN_E_RANGE)); // the same text, not a copy
        CHECK(std::string(error->name()) == "SRNN_E_RANGE");
    }
}

void options()
{
    using clipper = srnn::clipper;
    using optimizer = srnn::optimizer;
    using model = srnn::model;
    rig a;

    a.clipper.set(clipper::option::rule, clipper::rule::automatic);
    CHECK(a.clipper.get<clipper::rule>(clipper::option::rule) == clipper::rule::automatic);
    CHECK(a.clipper.get(clipper::option::rule) == SRNN_CLIP_RULE_AUTO);
    THROWS(SRNN_E_RANGE, a.clipper.set(clipper::option::rule, clipper::policy::skip));
    THROWS(SRNN_E_RANGE, a.clipper.set(clipper::option::threshold, -1));
    THROWS(SRNN_E_READ_ONLY, a.clipper.set(clipper::option::steps, 1));
    CHECK(a.clipper.get<clipper::rule>(clipper::option::rule) == clipper::rule::automatic);
    CHECK(a.clipper.get(clipper::option::threshold) == 1.0);
    a.optimizer.set(optimizer::option::rate, 0.5f);
    CHECK(a.optimizer.get(optimizer::option::rate) == 0.5);
    CHECK(a.optimizer.get<std::size_t>(optimizer::option::count) == a.gradient.size());
    CHECK(a.optimizer.get<optimizer::kind>(optimizer::option::kind) == optimizer::kind::adam);
    a.workspace.set(srnn::workspace::option::error_limit, 15);
    a.regularizer.set(srnn::regularizer::option::weight, 2);
    CHECK(a.workspace.get(srnn::workspace::option::error_limit) == 15.0);
    CHECK(a.regularizer.get<int>(srnn::regularizer::option::weight) == 2);
    CHECK(a.model.get<model::output>(model::option::output_kind) == model::output::softmax);
    a.model.set(model::option::instructions, model::instructions::baseline);

    const model flagged(1, 2, 1, model::activation::relu, model::output::linear,
                        model::flag::no_output_bias | model::flag::learned_state);
    CHECK(flagged.get<std::uint32_t>(model::option::flags) ==
          (SRNN_MODEL_NO_OUTPUT_BIAS | SRNN_MODEL_LEARNED_STATE));
    const srnn::workspace kept(flagged, 2, 1,
                               srnn::workspace::flag::keep_flow | srnn::workspace::flag::frugal);
    CHECK(kept.get<std::uint32_t>(srnn::workspace::option::flags) ==
          (SRNN_WORKSPACE_KEEP_FLOW | SRNN_WORKSPACE_FRUGAL));
    THROWS(SRNN_E_RANGE, srnn::workspace(flagged, 0, 1));
    THROWS(SRNN_E_RANGE, srnn::optimizer(optimizer::kind::sgd, 0));
}

// Calls that C refuses throw its code, and change nothing.
void refusals()
{
    rig a, plain;
    const float infinite = std::numeric_limits<float>::infinity();
    srnn::model other(1, 2, 2, srnn::model::activation::tanh, srnn::model::output::softmax);
    std::vector<float> bad(a.gradient.size(), infinite), short_gradient(3);

    a.train();
    plain.train();
    THROWS(SRNN_E_SHAPE, srnn::forward(other, a.workspace, a.batch));
    THROWS(SRNN_E_STATE, srnn::backward(a.model, a.workspace, a.gradient));
    THROWS(SRNN_E_NONFINITE, srnn::loss(a.model, a.workspace, a.batch, infinite));
    THROWS(SRNN_E_SHAPE, a.model.copy(other));
    THROWS(SRNN_E_SHAPE, a.optimizer.copy(srnn::optimizer(srnn::optimizer::kind::sgd, 3)));
    THROWS(SRNN_E_SHAPE, a.clipper.copy(srnn::clipper(srnn::clipper::kind::unit)));
    THROWS(SRNN_E_SHAPE, a.regularizer.apply(a.model, short_gradient));
    THROWS(SRNN_E_RANGE, a.clipper.tell(-1, 0.1, 1));
    THROWS(SRNN_E_STATE, a.model.bind(bad));
    THROWS(SRNN_E_STATE, a.model.bind_const(bad));
    THROWS(SRNN_E_RANGE, a.optimizer.decay(a.model.parameters(), -1));
    THROWS(SRNN_E_RANGE, srnn::count_errors(a.model, a.workspace, a.batch, -1));
    CHECK(a.train() == plain.train() && a.same_parameters(plain));
    double norm = 0;
    try {
        a.clipper.apply(bad);
    } catch (const srnn::refused_gradient &error) {
        norm = error.norm();
        CHECK(error.code() == SRNN_E_NONFINITE);
    }
    CHECK(norm == infinite);
    CHECK(bad[0] == infinite);
    a.clipper.set(srnn::clipper::option::limit, 1e-6);
    THROWS(SRNN_E_LIMIT, a.train());
    a.clipper.set(srnn::clipper::option::policy, srnn::clipper::policy::skip);
    a.train();
}

// What no other test calls.
void the_rest()
{
    rig a, b;
    std::uint32_t tensors = 0;
    std::size_t count = 0;

    while (const auto tensor = a.model.tensor_at(tensors)) {
        CHECK(tensor->offset == count);
        count += std::size_t{tensor->rows} * tensor->columns;
        tensors++;
    }
    CHECK(tensors == 5 && count == a.model.parameter_count());
    CHECK(std::string(a.model.tensor_at(1)->name) == "w_rec");

    a.train();
    CHECK(!a.same_parameters(b));
    b.model.copy(a.model);
    b.optimizer.copy(a.optimizer);
    b.clipper.copy(a.clipper);
    CHECK(a.train() == b.train() && a.same_parameters(b));
    a.optimizer.reset();
    a.clipper.reset();
    a.regularizer.reset();
    CHECK(a.optimizer.get(srnn::optimizer::option::updates) == 0.0);
    CHECK(a.clipper.get(srnn::clipper::option::steps) == 0.0);
    CHECK(a.regularizer.gathered().sums.size() == 4);
    CHECK(a.regularizer.gathered().matrix.size() == std::size_t{rig::hidden} * rig::hidden);
    srnn::forward(a.model, a.workspace, a.batch);
    srnn::loss(a.model, a.workspace, a.batch, 1.0);
    srnn::backward(a.model, a.workspace, a.regularizer, a.gradient);
    CHECK(a.regularizer.gathered().sums[2] > 0.0);
    a.regularizer.reset();
    CHECK(a.regularizer.gathered().sums[2] == 0.0);
    a.clipper.tell(1.0, 0.1, rig::steps);

    const srnn::error_counts counts = srnn::count_errors(a.model, a.workspace, a.batch);
    CHECK(counts.steps == rig::sequences && counts.sequences == rig::sequences);
    CHECK(counts.wrong_steps <= counts.steps && counts.wrong_sequences == counts.wrong_steps);
    srnn::forward_continue(a.model, a.workspace, a.batch);
    a.workspace.reset();
    THROWS(SRNN_E_STATE, srnn::forward_continue(a.model, a.workspace, a.batch));

    const float before = a.model.parameters()[0];
    a.optimizer.decay(a.model.parameters(), 0.5);
    CHECK(std::abs(a.model.parameters()[0]) < std::abs(before));

    srnn::model bound(1, 1, 1, srnn::model::activation::tanh, srnn::model::output::linear,
                      srnn::model::flag::external);
    std::vector<float> parameters(bound.parameter_count());
    CHECK(bound.parameters().size() == 0);
    bound.bind(parameters);
    CHECK(bound.parameters().data() == parameters.data());
    bound.bind_const(parameters);
    CHECK(bound.parameters().size() == 0);
    const srnn::model &read = bound;
    CHECK(read.parameters().size() == parameters.size());
}

} // namespace

void test_options()
{
    errors();
    options();
    refusals();
    the_rest();
}

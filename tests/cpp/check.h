// check.h - what the tests of srnn.hpp share: checks that count, and a small rig of objects
#ifndef CHECK_H
#define CHECK_H

#include <srnn.hpp>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

// Counts a check, and prints it when it fails.
inline int checks, failures;

inline void check(bool holds, const char *what, const char *file, int line)
{
    checks++;
    if (!holds) {
        failures++;
        std::printf("%s:%d: %s\n", file, line, what);
    }
}
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

// The code that `call` throws, or SRNN_OK.
template <typename Call> std::int32_t thrown_by(Call call)
{
    try {
        call();
    } catch (const srnn::error &error) {
        return error.code();
    }
    return SRNN_OK;
}
// The statement throws srnn::error with the code.
#define THROWS(code, ...)                                                                          \
    check(thrown_by([&] { __VA_ARGS__; }) == (code), #__VA_ARGS__, __FILE__, __LINE__)

// Objects for a few steps of ids, with a model that has started.
struct rig {
    static constexpr std::uint32_t steps = 5, sequences = 40, inputs = 3, hidden = 70, outputs = 4;

    srnn::random random{1};
    srnn::model model{inputs, hidden, outputs, srnn::model::activation::tanh,
                      srnn::model::output::softmax};
    srnn::workspace workspace{model, steps, sequences};
    srnn::batch batch;
    srnn::regularizer regularizer{model, srnn::regularizer::kind::paper};
    srnn::clipper clipper{srnn::clipper::kind::norm};
    srnn::optimizer optimizer{srnn::optimizer::kind::adam, model.parameter_count()};
    std::vector<std::uint32_t> ids, classes;
    std::vector<float> gradient;

    rig() : ids(steps * sequences), classes(sequences), gradient(model.parameter_count())
    {
        model.initialize(srnn::model::start::smart_tanh, random);
        for (std::uint32_t &id : ids) {
            id = random.below(inputs);
        }
        for (std::uint32_t &one : classes) {
            one = random.below(outputs);
        }
        batch.begin(steps, sequences);
        batch.input_ids(ids);
        batch.target_ids(classes, {0, 1});
    }
    // One training step; returns the loss.
    double train()
    {
        gradient.assign(gradient.size(), 0.0f);
        srnn::forward(model, workspace, batch);
        const double loss = srnn::loss(model, workspace, batch, 1.0 / sequences).loss;
        srnn::backward(model, workspace, regularizer, gradient);
        regularizer.apply(model, gradient);
        clipper.apply(model, gradient);
        optimizer.step(model.parameters(), gradient);
        return loss;
    }
    bool same_parameters(const rig &other) const
    {
        const srnn::span<const float> a = model.parameters(), b = other.model.parameters();
        return a.size() == b.size() &&
               std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
    }
};

#endif

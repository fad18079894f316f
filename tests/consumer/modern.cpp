// modern.cpp - a user's program in C++20: owners, spans, exceptions, a lambda as the parallel-for
//
// Trains one step with and without std::thread, and compares the losses' bits. Compiled with
// -Wconversion and -Wold-style-cast, which srnn.h must not set off.
#include <srnn.h>

#include <cstdio>
#include <memory>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

namespace
{

void must(std::int32_t status)
{
    if (status != SRNN_OK) {
        throw std::runtime_error(srnn_status_text(status));
    }
}

template <auto destroy> struct destroyer {
    template <typename T> void operator()(T *object) const noexcept
    {
        destroy(object);
    }
};
using model_owner = std::unique_ptr<srnn_model, destroyer<srnn_model_destroy>>;
using batch_owner = std::unique_ptr<srnn_batch, destroyer<srnn_batch_destroy>>;
using workspace_owner = std::unique_ptr<srnn_workspace, destroyer<srnn_workspace_destroy>>;

// What an object made by `create`, whose last argument receives it, is owned by.
template <typename Owner, typename Create, typename... Arguments>
Owner make(Create create, Arguments... arguments)
{
    typename Owner::pointer object = nullptr;
    must(create(nullptr, nullptr, arguments..., &object));
    return Owner(object);
}

// The first logit, which a const workspace shows too.
float first_logit(const srnn_workspace *workspace)
{
    const float *data = nullptr;
    std::size_t step_stride = 0, sequence_stride = 0;
    std::uint32_t width = 0;
    must(srnn_workspace_view_const(workspace, SRNN_VIEW_LOGIT, &data, &step_stride,
                                   &sequence_stride, &width));
    return std::span<const float>(data, width).front();
}

constexpr std::uint32_t steps = 5, sequences = 40, inputs = 3, hidden = 70, outputs = 2;

// The loss after one step of descent, in as many threads as tasks.
double trained(std::uint32_t tasks)
{
    const auto model = make<model_owner>(srnn_model_create, inputs, hidden, outputs,
                                         SRNN_HIDDEN_TANH, SRNN_OUTPUT_SOFTMAX, 0u);
    const auto workspace = make<workspace_owner>(
        srnn_workspace_create, static_cast<const srnn_model *>(model.get()), steps, sequences, 0u);
    const auto batch = make<batch_owner>(srnn_batch_create);
    const std::span<float> parameters(srnn_model_parameters(model.get()),
                                      srnn_model_parameter_count(model.get()));
    std::vector<float> gradient(parameters.size());
    std::vector<std::uint32_t> ids(steps * sequences), classes(sequences);
    double loss = 0.0;

    for (std::size_t i = 0; i < parameters.size(); i++) {
        parameters[i] = 0.1f * static_cast<float>(static_cast<int>(i % 7) - 3);
    }
    for (std::size_t i = 0; i < ids.size(); i++) {
        ids[i] = static_cast<std::uint32_t>(i * i % inputs);
        classes[i % sequences] = static_cast<std::uint32_t>(i % outputs);
    }
    const srnn_parallel_fn run = [](void *, srnn_task_fn task_fn, void *task,
                                    std::uint32_t count) -> std::int32_t {
        std::vector<std::jthread> threads;
        for (std::uint32_t i = 0; i < count; i++) {
            threads.emplace_back(task_fn, task, i);
        }
        return 0; // after ~jthread has joined them
    };
    must(srnn_workspace_parallel(workspace.get(), tasks > 1 ? run : nullptr, nullptr, tasks));
    must(srnn_batch_begin(batch.get(), steps, sequences));
    must(srnn_batch_input_ids(batch.get(), ids.data(), sequences, 1));
    must(srnn_batch_target_ids(batch.get(), classes.data(), 0, 1));
    for (int pass = 0; pass < 2; pass++) {
        must(srnn_forward(model.get(), workspace.get(), batch.get()));
        must(srnn_loss(model.get(), workspace.get(), batch.get(), 1.0, &loss, nullptr));
        must(
            srnn_backward(model.get(), workspace.get(), nullptr, gradient.data(), gradient.size()));
        for (std::size_t i = 0; i < parameters.size(); i++) {
            parameters[i] -= 0.001f * gradient[i];
        }
    }
    return loss + static_cast<double>(first_logit(workspace.get()));
}

} // namespace

int main()
{
    bool refused = false;
    try {
        must(srnn_model_create(nullptr, nullptr, 1, 1, 1, SRNN_OUTPUT_SOFTMAX, SRNN_HIDDEN_TANH, 0,
                               nullptr));
    } catch (const std::runtime_error &) {
        refused = true; // kinds in the wrong places, and no place for the result
    }
    const double serial = trained(1), parallel = trained(3);
    std::printf("C++20: %.17g %.17g\n", serial, parallel);
    return refused && serial == parallel ? 0 : 1;
}

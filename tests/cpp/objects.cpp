// objects.cpp - owners of srnn.hpp: moves, what was moved from, order of destruction, handles of C
#include "check.h"
#include "tests.h"

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace
{

template <typename Class> void is_an_owner()
{
    static_assert(!std::is_copy_constructible_v<Class> && !std::is_copy_assignable_v<Class>);
    static_assert(std::is_nothrow_move_constructible_v<Class>);
    static_assert(std::is_nothrow_move_assignable_v<Class>);
    static_assert(std::is_nothrow_destructible_v<Class>);
}

// Moves from `first`, into `second` and back; `first` has its own object in the end.
template <typename Class> void moves(Class &first, Class &second)
{
    is_an_owner<Class>();
    const auto *const one = first.get();
    const auto *const two = second.get();
    Class taken(std::move(first));
    CHECK(taken.get() == one && first.get() == nullptr);
    second = std::move(taken); // the second object ends
    CHECK(second.get() == one && taken.get() == nullptr && one != two);
    Class &itself = second;
    second = std::move(itself);
    CHECK(second.get() == one);
    first = std::move(second); // into one that has no object
    CHECK(first.get() == one && second.get() == nullptr);
    second = std::move(taken); // from one that has none
    CHECK(second.get() == nullptr);
}

void every_class_moves()
{
    rig a, b, plain;
    srnn::checkpoint first(3), second(1);

    a.train();
    plain.train();
    first.add("model", a.model);
    first.add("workspace", a.workspace);
    first.add("optimizer", a.optimizer);
    moves(a.random, b.random);
    moves(a.model, b.model);
    moves(a.workspace, b.workspace);
    moves(a.batch, b.batch);
    moves(a.regularizer, b.regularizer);
    moves(a.clipper, b.clipper);
    moves(a.optimizer, b.optimizer);
    moves(first, second);
    // The objects stayed where they were: the batch's arrays, and the checkpoint's parts.
    CHECK(a.train() == plain.train());
    CHECK(a.same_parameters(plain));
    const std::vector<std::byte> file = first.file();
    a.train();
    first.open(file);
    first.restore();
    CHECK(a.same_parameters(plain));
}

void moved_from_refuses()
{
    rig a;
    rig taken(std::move(a));
    std::vector<float> gradient(taken.model.parameter_count());

    CHECK(a.model.inputs() == 0 && a.model.parameter_count() == 0);
    CHECK(a.model.parameters().size() == 0 && a.batch.steps() == 0 && a.random() == 0);
    THROWS(SRNN_E_ARGUMENT, srnn::forward(a.model, taken.workspace, taken.batch));
    THROWS(SRNN_E_ARGUMENT, srnn::forward(taken.model, a.workspace, taken.batch));
    THROWS(SRNN_E_ARGUMENT, srnn::forward(taken.model, taken.workspace, a.batch));
    THROWS(SRNN_E_ARGUMENT, a.batch.begin(1, 1));
    THROWS(SRNN_E_ARGUMENT, a.batch.target_ids(taken.ids));
    THROWS(SRNN_E_ARGUMENT, a.workspace.serial());
    THROWS(SRNN_E_ARGUMENT, a.workspace.parallel(2, [](std::uint32_t, srnn::task) {}));
    THROWS(SRNN_E_ARGUMENT, a.workspace.set_state(gradient, 1));
    THROWS(SRNN_E_ARGUMENT, a.regularizer.apply(taken.model, gradient));
    THROWS(SRNN_E_ARGUMENT, a.clipper.apply(taken.model, gradient));
    THROWS(SRNN_E_ARGUMENT, a.optimizer.step(taken.model.parameters(), gradient));
    THROWS(SRNN_E_ARGUMENT, srnn::outputs(a.model, {}, {}));
    // Arrays that fitted the model before, and no longer fit its width of 0.
    std::vector<float> x(rig::inputs), state(rig::hidden), next(rig::hidden), y(rig::outputs);
    THROWS(SRNN_E_ARGUMENT, srnn::outputs(a.model, y, y));
    THROWS(SRNN_E_ARGUMENT, srnn::step(a.model, x, state, next, y));
    THROWS(SRNN_E_ARGUMENT, srnn::step_id(a.model, 0, state, next, y));
    THROWS(SRNN_E_ARGUMENT, srnn::initial_state(a.model, state));
    srnn::batch floats;
    floats.begin(1, 1);
    floats.input(x, rig::inputs);
    floats.target(y, rig::outputs);
    THROWS(SRNN_E_ARGUMENT, srnn::forward(a.model, taken.workspace, floats));
    THROWS(SRNN_E_ARGUMENT, srnn::loss(a.model, taken.workspace, floats, 1.0));
    THROWS(SRNN_E_ARGUMENT, srnn::count_errors(a.model, taken.workspace, floats));
    // What C may do without.
    THROWS(SRNN_E_ARGUMENT, taken.clipper.apply(a.model, gradient));
    taken.train();
    srnn::loss_begin(taken.workspace);
    THROWS(SRNN_E_ARGUMENT, srnn::backward(taken.model, taken.workspace, a.regularizer, gradient));
    THROWS(SRNN_E_ARGUMENT, a.random.state());
    THROWS(SRNN_E_ARGUMENT, a.model.file());
    // It may have an object again.
    a.model = srnn::model(1, 1, 1, srnn::model::activation::relu, srnn::model::output::linear);
    CHECK(a.model.inputs() == 1);
    taken.train();
}

// Every order: what an object was made of may be gone before it.
void any_order()
{
    std::optional<rig> all(std::in_place);
    auto model = std::make_unique<srnn::model>(std::move(all->model));
    srnn::workspace workspace(*model, 2, 2);
    srnn::regularizer regularizer(*model, srnn::regularizer::kind::script);
    workspace.parallel(3, [kept = std::make_shared<int>(3)](std::uint32_t count, srnn::task task) {
        for (std::uint32_t i = 0; i < count; i++) {
            task(i);
        }
    });
    model.reset();
    CHECK(workspace.get<int>(srnn::workspace::option::max_steps) == 2);
    CHECK(regularizer.get(srnn::regularizer::option::weight) == 4.0);
    all.reset();
}

void handles_of_c()
{
    srnn_model *made = nullptr;
    srnn::must(srnn_model_create(nullptr, nullptr, 2, 3, 1, SRNN_HIDDEN_RELU, SRNN_OUTPUT_LINEAR, 0,
                                 &made));
    srnn::model model(made);
    CHECK(model.get() == made && model.hidden() == 3);
    srnn_regularizer *omega = nullptr;
    srnn::must(srnn_regularizer_create(nullptr, nullptr, made, SRNN_OMEGA_PAPER, &omega));
    srnn::regularizer regularizer(omega);
    CHECK(regularizer.gathered().matrix.size() == 9);

    alignas(16) static unsigned char memory[4096];
    srnn_clipper *placed = nullptr;
    CHECK(srnn_clipper_size() <= sizeof memory);
    srnn::must(srnn_clipper_init(memory, sizeof memory, SRNN_CLIP_VALUE, &placed));
    {
        srnn::clipper clipper(placed);
        CHECK(clipper.get<srnn::clipper::kind>(srnn::clipper::option::kind) ==
              srnn::clipper::kind::value);
    }
    double value = 0;
    CHECK(srnn_clipper_get(placed, SRNN_CLIP_LIMIT, &value) == SRNN_E_ARGUMENT); // ended
}

void random_numbers()
{
    srnn::random a(7, 2), b(0);
    const srnn::random::numbers state = a.state();
    const std::uint32_t first = a();
    const float uniform = a.uniform(), normal = a.normal();

    b.set_state(state);
    CHECK(b() == first && b.uniform() == uniform && b.normal() == normal);
    CHECK(uniform >= 0.0f && uniform < 1.0f && srnn::random::max() == 0xffffffffu);
}

} // namespace

void test_objects()
{
    every_class_moves();
    moved_from_refuses();
    any_order();
    handles_of_c();
    random_numbers();
}

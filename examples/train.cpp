// train.cpp - the training of train.c in C++17, with srnn.hpp: the same output to the last bit
//
//     c++ -std=c++17 train.cpp $(pkg-config --cflags --libs srnn) && ./a.out
#include <srnn.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace
{

constexpr std::uint32_t steps = 20, batch_size = 20, test_size = 1000, hidden = 50;

// Sequences of the temporal order problem: ids [steps x count] and classes [count].
struct sequences {
    std::vector<std::uint32_t> ids, classes;

    explicit sequences(std::uint32_t count) : ids(steps * count), classes(count)
    {
    }
    // Symbols 0 and 1 matter, one in the second tenth and one just after the middle; 2 to 5
    // distract.
    void draw(srnn::random &random)
    {
        const std::uint32_t tenth = steps / 10;
        const std::size_t count = classes.size();

        for (std::uint32_t &id : ids) {
            id = 2 + random.below(4);
        }
        for (std::size_t s = 0; s < count; s++) {
            const std::uint32_t first = random.below(2);
            const std::uint32_t second = random.below(2);
            ids[(tenth + random.below(tenth)) * count + s] = first;
            ids[(steps / 2 + random.below(tenth)) * count + s] = second;
            classes[s] = first + 2 * second;
        }
    }
};

// Runs the network forward on `what`.
void show(const srnn::model &model, srnn::workspace &workspace, srnn::batch &batch,
          const sequences &what)
{
    batch.begin(steps, static_cast<std::uint32_t>(what.classes.size()));
    batch.input_ids(what.ids);
    batch.target_ids(what.classes, {0, 1}); // at the last step
    srnn::forward(model, workspace, batch);
}

// The FNV-1a hash, 64 bits, of the values as words with the least significant byte first.
std::uint64_t hash_of(srnn::span<const float> values)
{
    std::uint64_t hash = 0xcbf29ce484222325;

    for (const float value : values) {
        std::uint32_t word;
        std::memcpy(&word, &value, sizeof word);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ (word >> shift & 0xff)) * 0x100000001b3;
        }
    }
    return hash;
}

// Trains until all of a thousand new sequences are right; returns whether they were.
bool train()
{
    srnn::model model(6, hidden, 4, srnn::model::activation::tanh, srnn::model::output::softmax);
    srnn::random random(1);
    srnn::batch batch;
    srnn::workspace workspace(model, steps, test_size, srnn::workspace::flag::last_output);
    srnn::regularizer regularizer(model, srnn::regularizer::kind::paper);
    srnn::clipper clipper(srnn::clipper::kind::norm);
    srnn::optimizer optimizer(srnn::optimizer::kind::sgd, model.parameter_count());
    std::vector<float> gradient(model.parameter_count());
    sequences training(batch_size), test(test_size);
    std::uint64_t wrong = test_size;

    model.initialize(srnn::model::start::smart_tanh, random);
    clipper.set(srnn::clipper::option::rule, srnn::clipper::rule::automatic);
    for (int update = 1; update <= 20000 && wrong > 0; update++) {
        training.draw(random);
        std::fill(gradient.begin(), gradient.end(), 0.0f);
        show(model, workspace, batch, training);
        const srnn::loss_sums sums = srnn::loss(model, workspace, batch, 1.0 / batch_size);
        srnn::backward(model, workspace, regularizer, gradient);
        const double omega = regularizer.apply(model, gradient);
        clipper.tell(sums.loss / batch_size, optimizer.get(srnn::optimizer::option::rate), steps);
        const double norm = clipper.apply(model, gradient);
        optimizer.step(model.parameters(), gradient);
        if (update % 500 == 0) {
            test.draw(random);
            show(model, workspace, batch, test);
            wrong = srnn::count_errors(model, workspace, batch).wrong_sequences;
            std::printf("update %5d  loss %.3f  norm %.3f  Omega %.4f  wrong %4d of %d\n", update,
                        sums.loss / sums.weight, norm, omega, static_cast<int>(wrong),
                        static_cast<int>(test_size));
        }
    }
    std::printf("hash %016llx\n", static_cast<unsigned long long>(hash_of(model.parameters())));
    return wrong == 0;
}

} // namespace

int main()
{
    try {
        return train() ? 0 : 1;
    } catch (const srnn::error &error) {
        std::fprintf(stderr, "%s: %s\n", error.name(), error.what());
        return 1;
    }
}

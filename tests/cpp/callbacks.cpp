// callbacks.cpp - parallel-for and writer of srnn.hpp, and what they throw
#include "check.h"
#include "tests.h"

#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace
{

struct own_exception {
    int number;
};

// Runs `threads` threads, which are joined however the loop ends. Before thread `fails`, it throws.
struct threads {
    int fails = -1;
    int rounds = 0;

    void operator()(std::uint32_t count, srnn::task task)
    {
        struct joined {
            std::vector<std::thread> all;
            ~joined()
            {
                for (std::thread &thread : all) {
                    thread.join();
                }
            }
        } running;
        rounds++;
        for (std::uint32_t i = 0; i < count; i++) {
            if (static_cast<int>(i) == fails) {
                throw own_exception{rounds};
            }
            running.all.emplace_back(task, i);
        }
    }
};

void the_same_bits()
{
    rig serial, parallel;
    threads run;

    parallel.workspace.parallel(3, std::ref(run));
    for (int step = 0; step < 3; step++) {
        CHECK(serial.train() == parallel.train());
    }
    CHECK(serial.same_parameters(parallel) && run.rounds > 0);
    const int rounds = run.rounds;
    parallel.workspace.serial();
    CHECK(serial.train() == parallel.train() && run.rounds == rounds);
    parallel.workspace.parallel(2, std::move(run)); // now the workspace's
    CHECK(serial.train() == parallel.train() && serial.same_parameters(parallel));
}

// The number of the round in which `pass` throws what the parallel-for threw; 0 if it does not.
template <typename Pass> int caught(Pass pass)
{
    try {
        pass();
    } catch (const own_exception &exception) {
        return exception.number;
    } catch (...) {
        CHECK(false); // another exception
    }
    return 0;
}

// Each pass throws what its parallel-for throws, before the first task and between tasks. The
// objects are then as after SRNN_E_PARALLEL, and training goes on with the bits of a run that had
// no exception.
void a_parallel_for_that_throws()
{
    for (const int fails : {0, 1}) {
        rig a, plain;
        threads run;
        a.workspace.parallel(2, std::ref(run));
        a.train();
        plain.train();

        run.rounds = 0;
        run.fails = fails;
        CHECK(caught([&] { srnn::forward(a.model, a.workspace, a.batch); }) == 1);
        THROWS(SRNN_E_STATE, a.workspace.view(srnn::workspace::array::hidden));
        THROWS(SRNN_E_STATE, srnn::forward_continue(a.model, a.workspace, a.batch));
        run.fails = -1;
        srnn::forward(a.model, a.workspace, a.batch);

        run.rounds = 0;
        run.fails = fails;
        const int in_loss =
            caught([&] { srnn::loss(a.model, a.workspace, a.batch, 1.0 / rig::sequences); });
        run.fails = -1;
        srnn::loss(a.model, a.workspace, a.batch, 1.0 / rig::sequences);
        run.rounds = 0;
        run.fails = fails;
        CHECK(caught([&] { srnn::backward(a.model, a.workspace, a.regularizer, a.gradient); }) ==
              1);
        run.fails = -1;
        THROWS(SRNN_E_STATE, srnn::backward(a.model, a.workspace, a.gradient));
        a.regularizer.reset();
        CHECK(in_loss == 1);
        CHECK(a.train() == plain.train() && a.same_parameters(plain));
    }
}

// A status of C's own is no exception of an earlier round.
void statuses_stay()
{
    rig a;
    threads run;

    a.workspace.parallel(2, std::ref(run));
    run.fails = 0;
    CHECK(caught([&] { srnn::forward(a.model, a.workspace, a.batch); }) == 1);
    THROWS(SRNN_E_STATE, srnn::loss(a.model, a.workspace, a.batch, 1.0));
    const srnn_parallel_fn refuses = [](void *, srnn_task_fn, void *, std::uint32_t) {
        return std::int32_t{7};
    };
    srnn::must(srnn_workspace_parallel(a.workspace.get(), refuses, nullptr, 2));
    THROWS(SRNN_E_PARALLEL, srnn::forward(a.model, a.workspace, a.batch));
}

template <typename Object> void a_writer_that_throws(const Object &object)
{
    const std::vector<std::byte> file = object.file();
    std::vector<std::byte> written;

    object.write([&](srnn::span<const std::byte> piece) {
        written.insert(written.end(), piece.begin(), piece.end());
    });
    CHECK(written == file);
    // At its first piece, and at its last.
    for (const std::size_t room : {std::size_t{0}, file.size() - 1}) {
        std::string text;
        written.clear();
        try {
            object.write([&](srnn::span<const std::byte> piece) {
                if (written.size() + piece.size() > room) {
                    throw std::length_error("the disk is full");
                }
                written.insert(written.end(), piece.begin(), piece.end());
            });
        } catch (const std::length_error &error) {
            text = error.what();
        }
        CHECK(text == "the disk is full" && written.size() <= room);
        CHECK(object.file() == file);
    }
}

void writers()
{
    rig a, plain;
    srnn::checkpoint checkpoint(2);

    a.train();
    plain.train();
    checkpoint.add("model", a.model);
    checkpoint.add("optimizer", a.optimizer);
    a_writer_that_throws(a.model);
    a_writer_that_throws(checkpoint);
#ifdef __cpp_lib_span
    std::size_t bytes = 0;
    a.model.write([&](std::span<const std::byte> piece) { bytes += piece.size(); });
    CHECK(bytes == a.model.save({}));
#endif
    std::vector<std::byte> weights;
    a.model.write_pytorch([&](srnn::span<const std::byte> piece) {
        weights.insert(weights.end(), piece.begin(), piece.end());
    });
    CHECK(weights == a.model.file_pytorch());
    // What the library itself refuses has its own code.
    srnn::model external(1, 1, 1, srnn::model::activation::tanh, srnn::model::output::linear,
                         srnn::model::flag::external);
    THROWS(SRNN_E_STATE, external.write([](srnn::span<const std::byte>) { throw 1; }));
    CHECK(a.train() == plain.train() && a.same_parameters(plain));
}

} // namespace

void test_callbacks()
{
    the_same_bits();
    a_parallel_for_that_throws();
    statuses_stay();
    writers();
}

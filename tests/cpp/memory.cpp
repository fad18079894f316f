// memory.cpp - where the objects of srnn.hpp lie: resources that count, fail, throw or run out
#include "check.h"
#include "tests.h"

#include <functional>
#include <memory>
#include <new>
#if __has_include(<memory_resource>)
#include <memory_resource>
#endif

namespace
{

// A resource of a user's own. After `left` allocations it fails: it throws, or returns nullptr.
struct counting {
    int left = 1000, blocks = 0, made = 0;
    std::size_t bytes = 0;
    bool throws = false;

    void *allocate(std::size_t size, std::size_t alignment)
    {
        if (left-- == 0) {
            left = 0;
            if (throws) {
                throw std::bad_alloc();
            }
            return nullptr;
        }
        blocks++;
        made++;
        bytes += size;
        return ::operator new(size, std::align_val_t(alignment));
    }
    void deallocate(void *block, std::size_t size, std::size_t alignment)
    {
        blocks--;
        bytes -= size;
        ::operator delete(block, std::align_val_t(alignment));
    }
};

srnn::model small_model(const srnn::memory &where)
{
    return srnn::model(2, 3, 2, srnn::model::activation::tanh, srnn::model::output::softmax, {},
                       where);
}

// Makes one object of each kind from `resource`, and has them do something.
void make_all(counting &resource)
{
    const srnn::memory where = resource;
    srnn::random random(1, 0, where);
    srnn::model model = small_model(where);
    srnn::batch batch(where);
    srnn::workspace workspace(model, 2, 2, {}, where);
    srnn::regularizer regularizer(model, srnn::regularizer::kind::paper, where);
    srnn::clipper clipper(srnn::clipper::kind::norm, where);
    srnn::optimizer optimizer(srnn::optimizer::kind::adam, model.parameter_count(), where);
    srnn::checkpoint checkpoint(2, where);
    const std::vector<std::byte> file = model.file();
    const srnn::model loaded = srnn::model::load(file, {}, where);
    const std::vector<std::byte> weights = model.file_pytorch();
    const srnn::model read = srnn::model::load_pytorch(weights, {}, {}, where);

    workspace.parallel(2, [](std::uint32_t count, srnn::task task) {
        while (count-- > 0) {
            task(count);
        }
    });
    model.initialize(srnn::model::start::glorot, random);
    srnn::workspace moved(std::move(workspace));
    workspace = std::move(moved);
}

void every_object_from_the_resource()
{
    counting resource;
    make_all(resource);
    CHECK(resource.made == 11 && resource.blocks == 0 && resource.bytes == 0);
    // Each allocation fails once: what was made before is gone again.
    for (int left = 0; left < 11; left++) {
        counting empty, throwing;
        empty.left = throwing.left = left;
        throwing.throws = true;
        THROWS(SRNN_E_MEMORY, make_all(empty));
        bool thrown = false;
        try {
            make_all(throwing);
        } catch (const std::bad_alloc &) {
            thrown = true; // as it was thrown
        }
        CHECK(thrown && throwing.made == left && throwing.blocks == 0 && throwing.bytes == 0);
        CHECK(empty.made == left && empty.blocks == 0 && empty.bytes == 0);
    }
}

// An init that fails gives its block back; a size that fails needs none.
void failures_of_init()
{
    counting resource;
    std::vector<std::byte> file = small_model(resource).file();

    file[file.size() - 1] ^= std::byte{1};
    THROWS(SRNN_E_CHECKSUM, srnn::model::load(file, {}, resource));
    THROWS(SRNN_E_RANGE, srnn::clipper(static_cast<srnn::clipper::kind>(0), resource));
    CHECK(resource.blocks == 0 && resource.made == 2);
}

// A block that is not aligned is given back, and nothing is made in it.
void misaligned_blocks()
{
    // Gives blocks `off` bytes after a multiple of 64.
    struct beside {
        std::size_t off;
        std::size_t used = 0;
        int blocks = 0;
        alignas(64) unsigned char bytes[1 << 16] = {};

        void *allocate(std::size_t size, std::size_t)
        {
            void *const block = bytes + used + off;
            used += (size + 127) / 64 * 64;
            blocks++;
            return block;
        }
        void deallocate(void *, std::size_t, std::size_t)
        {
            blocks--;
        }
    };
    struct wide_run {
        alignas(64) double numbers[8];
        void operator()(std::uint32_t, srnn::task) const
        {
        }
    };
    const auto odd = std::make_unique<beside>(beside{1});
    const auto even = std::make_unique<beside>(beside{32});

    THROWS(SRNN_E_ALIGNMENT, small_model(*odd));
    THROWS(SRNN_E_ALIGNMENT, srnn::clipper(srnn::clipper::kind::norm, *odd));
    CHECK(odd->blocks == 0);
    const srnn::model model = small_model(*even);
    srnn::workspace workspace(model, 2, 2, {}, *even);
    workspace.parallel(2, [](std::uint32_t, srnn::task) {});
    THROWS(SRNN_E_ALIGNMENT, workspace.parallel(2, wide_run{}));
    CHECK(even->blocks == 3);
}

// A parallel-for that throws while it is moved in, and one that replaces another.
void parallel_for_blocks()
{
    struct fragile {
        fragile() = default;
        fragile(const fragile &)
        {
            throw 5;
        }
        void operator()(std::uint32_t, srnn::task) const
        {
        }
    };
    counting resource;
    {
        const srnn::model model = small_model(resource);
        srnn::workspace workspace(model, 2, 2, {}, resource);
        const fragile run;
        int thrown = 0;
        const int before = resource.blocks;

        try {
            workspace.parallel(2, run);
        } catch (int number) {
            thrown = number;
        }
        CHECK(thrown == 5 && resource.blocks == before);
        workspace.parallel(2, [](std::uint32_t, srnn::task) {});
        workspace.parallel(3, [](std::uint32_t, srnn::task) {});
        CHECK(resource.blocks == before + 1);
        THROWS(SRNN_E_RANGE, workspace.parallel(0, [](std::uint32_t, srnn::task) {}));
        CHECK(resource.blocks == before + 1);
        workspace.serial();
        CHECK(resource.blocks == before);
        workspace.parallel(2, std::ref(run));
    }
    CHECK(resource.blocks == 0 && resource.bytes == 0);
}

#ifdef __cpp_lib_memory_resource
// Everything in one static array, which has an end.
void static_memory()
{
    alignas(16) static unsigned char arena[1 << 16];
    std::pmr::monotonic_buffer_resource resource(arena, sizeof arena,
                                                 std::pmr::null_memory_resource());
    const srnn::model model = small_model(resource);
    const srnn::workspace workspace(model, 4, 4, {}, resource);
    const auto *const first = reinterpret_cast<const unsigned char *>(model.get());
    bool full = false;

    CHECK(first >= arena && first < arena + sizeof arena);
    try {
        const srnn::workspace large(model, 4000, 4, {}, resource);
    } catch (const std::bad_alloc &) {
        full = true;
    }
    CHECK(full);
}
#endif

} // namespace

void test_memory()
{
    every_object_from_the_resource();
    failures_of_init();
    misaligned_blocks();
    parallel_for_blocks();
#ifdef __cpp_lib_memory_resource
    static_memory();
#endif
}

// srnn.hpp - libsrnn in C++17 and later
//
// A class for each handle of srnn.h, spans for its pointers and counts, exceptions for its
// statuses. What a call computes, its shapes, ranges and errors stand in srnn.h, under the name of
// the C function. Only what is otherwise in C++ stands here. A training step:
//
//     std::fill(gradient.begin(), gradient.end(), 0.0f);
//     batch.begin(200, 20);
//     batch.input_ids(x);                       // x [steps x sequences]
//     batch.target_ids(y, {0, 1});              // y [sequences], last step
//     srnn::forward(model, workspace, batch);
//     const srnn::loss_sums sums = srnn::loss(model, workspace, batch, 1.0 / 20);
//     srnn::backward(model, workspace, regularizer, gradient);
//     const double omega = regularizer.apply(model, gradient);
//     const double norm = clipper.apply(model, gradient);
//     optimizer.step(model.parameters(), gradient);
//
// Rules that hold for every class
//
// Ownership. A class owns one object, and can be moved but not copied. The object stays at its
// place in memory when its owner is moved, and so do views of it. A class that was moved from has
// no object: calls on it throw SRNN_E_ARGUMENT. Those that have no status in C return 0 or an empty
// span. Objects may be destroyed in any order.
//
// Lifetimes. A span that a function returns is valid as long as the object, or for as long as
// srnn.h says. What a function is given is used during the call only, except: the arrays of a
// batch, parameters to bind, an archive to view or to open, the parts of a checkpoint, and the
// memory that an object is made in. These are the caller's, are not copied, and must outlive their
// use.
//
// Errors. A status that is not SRNN_OK is thrown as srnn::error. As in C, nothing has changed then,
// unless srnn.h says otherwise. A span that is too short for what it is to hold is SRNN_E_SHAPE. C
// cannot check this, and is not called. An option, a kind or a flag of another handle does not
// compile. The value of an option may be any number, which C checks.
//
// Callbacks. What a parallel-for, a writer or an allocator throws leaves the call that called it,
// as it was thrown. No exception passes through C. A parallel-for and a writer return nothing: one
// that returns an error instead of throwing it does not compile.
//
// Raw handles. get() returns the handle for functions of srnn.h; srnn::must throws their statuses.
// Without a counterpart here are:
//
//     srnn_X_create, srnn_X_load_create  Constructors use srnn_X_size, srnn_X_init and memory of
//                                        C++. They also take over an object that C has made.
//     srnn_version_number, srnn_version_string, srnn_arithmetic, srnn_build_info, srnn_option_key,
//     srnn_option_info                   Own nothing, and take no array.
//     srnn_archive_length                Reads the beginning of a block, which is no file yet.
//
// Cost. Calls are inline, and compare widths and a status: 3 ns for a step of a stream, which takes
// 53 ns with 8 hidden units, and nothing that can be measured in a training step. Nothing allocates
// but constructors, the loads of a model, workspace::parallel, what returns a vector or a string,
// and a throw.
#ifndef SRNN_HPP
#define SRNN_HPP

#if __cplusplus < 201703L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 201703L)
#error "srnn.hpp needs C++17; srnn.h can be used from C++98 on"
#endif
#ifndef __cpp_exceptions
#error "srnn.hpp reports errors by exceptions; without them use srnn.h"
#endif

#include "srnn.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#if __has_include(<version>)
#include <version>
#endif
#ifdef __cpp_lib_span
#include <span>
#endif

namespace srnn {

// ---------------------------------------------------------------------------
// Errors, spans, memory
// ---------------------------------------------------------------------------

// A status that is not SRNN_OK. The texts are the library's and are not copied.
class error : public std::runtime_error {
  public:
    explicit error(std::int32_t code) : std::runtime_error(""), code_(code) {}
    std::int32_t code() const noexcept { return code_; }                  // SRNN_E_SHAPE
    const char *name() const noexcept { return srnn_status_name(code_); } // "SRNN_E_SHAPE"
    const char *what() const noexcept override { return srnn_status_text(code_); }

  private:
    std::int32_t code_;
};

// The error of clipper::apply for a gradient that policy::refuse refused.
class refused_gradient : public error {
  public:
    refused_gradient(std::int32_t code, double norm) : error(code), norm_(norm) {}
    double norm() const noexcept { return norm_; } // before clipping

  private:
    double norm_;
};

namespace detail {
[[noreturn]] inline void raise(std::int32_t status) { throw error(status); }
} // namespace detail

// Throws a status that is not SRNN_OK: for functions of srnn.h that are called with get().
inline void must(std::int32_t status) {
    if (status != SRNN_OK) {
        detail::raise(status);
    }
}

// `size` elements from `data` on, which are someone else's: what std::span is from C++20 on, in the
// same form for every standard. Made of arrays and of containers that are not temporary; to and
// from std::span where there is one. Reading past the end is undefined, as with std::span.
template <typename T> class span {
    template <typename Other>
    static constexpr bool fits = std::is_convertible_v<Other (*)[], T (*)[]>;
    template <typename Container>
    using element = std::remove_pointer_t<decltype(std::data(std::declval<Container &>()))>;
    // A const temporary would bind to a reference as an lvalue does.
    template <typename Container>
    using enable_lvalue = std::enable_if_t<std::is_lvalue_reference_v<Container> &&
                                               fits<element<std::remove_reference_t<Container>>>,
                                           int>;

  public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <typename Other, std::enable_if_t<fits<Other>, int> = 0>
    constexpr span(span<Other> other) noexcept : data_(other.data()), size_(other.size()) {}
    template <typename Container, enable_lvalue<Container> = 0>
    constexpr span(Container &&container)
        : data_(std::data(container)), size_(std::size(container)) {}
#ifdef __cpp_lib_span
    template <typename Other, std::size_t extent, std::enable_if_t<fits<Other>, int> = 0>
    constexpr span(std::span<Other, extent> other) noexcept
        : data_(other.data()), size_(other.size()) {}
#endif

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    constexpr T &operator[](std::size_t index) const { return data_[index]; }
    // `count` elements from `offset` on, which must be there.
    constexpr span subspan(std::size_t offset, std::size_t count) const {
        return {data_ + offset, count};
    }

  private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

// The bytes of an array or a container: of a file that was read, or of a part of a checkpoint.
template <typename Container> span<const std::byte> as_bytes(Container &container) {
    using element = std::remove_pointer_t<decltype(std::data(container))>;
    static_assert(std::is_trivially_copyable_v<element>);
    return {reinterpret_cast<const std::byte *>(std::data(container)),
            std::size(container) * sizeof(element)};
}
template <typename Container> void as_bytes(const Container &&) = delete; // a temporary one
template <typename Container> span<std::byte> as_writable_bytes(Container &container) {
    using element = std::remove_pointer_t<decltype(std::data(container))>;
    static_assert(std::is_trivially_copyable_v<element>);
    return {reinterpret_cast<std::byte *>(std::data(container)),
            std::size(container) * sizeof(element)};
}

// Where the block of an object comes from: operator new, or a resource of the caller's, which is
// referred to and must outlive the object. A std::pmr::memory_resource is one, and so is any class
// with its two functions:
//
//     void *allocate(std::size_t bytes, std::size_t alignment);
//     void deallocate(void *block, std::size_t bytes, std::size_t alignment); // throws nothing
//
// What allocate throws leaves the constructor. If it returns nullptr, that is SRNN_E_MEMORY. A block
// that is not aligned is given back: SRNN_E_ALIGNMENT.
class memory {
  public:
    memory() noexcept = default;
    template <typename Resource,
              typename = decltype(std::declval<Resource &>().deallocate(
                  std::declval<Resource &>().allocate(1, 1), 1, 1)),
              std::enable_if_t<!std::is_same_v<std::remove_const_t<Resource>, memory>, int> = 0>
    memory(Resource &resource) noexcept
        : resource_(std::addressof(resource)), allocate_(&allocate_from<Resource>),
          deallocate_(&deallocate_to<Resource>) {}
    void *allocate(std::size_t bytes, std::size_t alignment) const {
        void *const block = allocate_(resource_, bytes, alignment);
        if (block == nullptr) {
            detail::raise(SRNN_E_MEMORY);
        }
        if (reinterpret_cast<std::uintptr_t>(block) % alignment != 0) {
            deallocate(block, bytes, alignment);
            detail::raise(SRNN_E_ALIGNMENT);
        }
        return block;
    }
    void deallocate(void *block, std::size_t bytes, std::size_t alignment) const noexcept {
        deallocate_(resource_, block, bytes, alignment);
    }

  private:
    template <typename Resource>
    static void *allocate_from(void *resource, std::size_t bytes, std::size_t alignment) {
        return static_cast<Resource *>(resource)->allocate(bytes, alignment);
    }
    template <typename Resource>
    static void deallocate_to(void *resource, void *block, std::size_t bytes,
                              std::size_t alignment) noexcept {
        static_cast<Resource *>(resource)->deallocate(block, bytes, alignment);
    }
    static void *allocate_new(void *, std::size_t bytes, std::size_t alignment) {
        return ::operator new(bytes, std::align_val_t(alignment));
    }
    static void delete_block(void *, void *block, std::size_t, std::size_t alignment) noexcept {
        ::operator delete(block, std::align_val_t(alignment));
    }

    void *resource_ = nullptr;
    void *(*allocate_)(void *, std::size_t, std::size_t) = &allocate_new;
    void (*deallocate_)(void *, void *, std::size_t, std::size_t) noexcept = &delete_block;
};

namespace detail {

template <typename Constant> constexpr std::uint32_t number(Constant constant) noexcept {
    return static_cast<std::uint32_t>(constant);
}

// Marks the constructor that makes an object.
struct make {};

// The owner of an object: its handle, and the block that it was made in, if C++ has made it.
template <typename Object, auto destroy> class handle {
  public:
    // Takes over an object that srnn_X_create or srnn_X_init has made. Its allocator, or its
    // memory, must outlive it. (A template, so that 0 is no handle.)
    template <typename Pointer, std::enable_if_t<std::is_same_v<Pointer, Object *>, int> = 0>
    explicit handle(Pointer object) noexcept : object_(object) {}
    handle(handle &&other) noexcept
        : where_(other.where_), object_(std::exchange(other.object_, nullptr)),
          block_(std::exchange(other.block_, nullptr)), bytes_(other.bytes_) {}
    handle &operator=(handle &&other) noexcept {
        handle moved(std::move(other));
        std::swap(where_, moved.where_);
        std::swap(object_, moved.object_);
        std::swap(block_, moved.block_);
        std::swap(bytes_, moved.bytes_);
        return *this;
    }
    ~handle() {
        destroy(object_);
        if (block_ != nullptr) {
            where_.deallocate(block_, bytes_, srnn_alignment());
        }
    }
    Object *get() noexcept { return object_; }
    const Object *get() const noexcept { return object_; }

  protected:
    // Makes the object by srnn_X_size, a block from `where` and srnn_X_init.
    template <typename Size, typename Init, typename... Arguments>
    handle(make, const memory &where, Size size, Init init, Arguments... arguments)
        : where_(where) {
        if constexpr (std::is_invocable_v<Size>) {
            bytes_ = size();
        } else {
            must(size(arguments..., &bytes_));
        }
        block_ = where_.allocate(bytes_, srnn_alignment());
        const std::int32_t status = init(block_, bytes_, arguments..., &object_);
        if (status != SRNN_OK) {
            where_.deallocate(block_, bytes_, srnn_alignment());
            raise(status);
        }
    }
    const memory &where() const noexcept { return where_; }

  private:
    memory where_;
    Object *object_ = nullptr;
    void *block_ = nullptr; // [bytes_]
    std::size_t bytes_ = 0;
};

// A handle with options. A value is a number or one of the class's constants:
//
//     optimizer.set(srnn::optimizer::option::rate, 0.1);
//     clipper.set(srnn::clipper::option::rule, srnn::clipper::rule::automatic);
//     model.get<srnn::model::activation>(srnn::model::option::activation);
//
// get<Value> is a static_cast. Its behaviour is undefined for a number that Value cannot hold: an
// infinite limit as an int.
template <typename Class, typename Object, auto destroy, auto set_option, auto get_option>
class configurable : public handle<Object, destroy> {
  public:
    using handle<Object, destroy>::handle;

    template <typename Value, typename Owner = Class>
    void set(typename Owner::option key, Value value) {
        must(set_option(this->get(), number(key), static_cast<double>(value)));
    }
    template <typename Value = double, typename Owner = Class>
    Value get(typename Owner::option key) const {
        double value = 0.0;
        must(get_option(this->get(), number(key), &value));
        return static_cast<Value>(value);
    }
    using handle<Object, destroy>::get;
};

// The address of elements for C, which refuses NULL. An empty container may have NULL: an address
// of no object, which C neither reads nor writes, stands in for it. An object would be data of ours.
template <typename T> T *address(span<T> elements) noexcept {
    return elements.size() > 0 ? elements.data() : reinterpret_cast<T *>(alignof(T));
}

// Refuses a callback that returns something, which would be lost.
template <typename Callback, typename... Arguments> constexpr void returns_nothing() {
    static_assert(std::is_void_v<std::invoke_result_t<Callback &, Arguments...>>,
                  "a callback of srnn.hpp returns nothing, and throws if it fails");
}

// A file by srnn_X_save to a buffer or a vector, and by srnn_X_write to a callable.
template <typename Object, typename Save>
std::size_t save(Save save_object, const Object *object, span<std::byte> buffer) {
    std::size_t bytes = 0;
    must(save_object(object, buffer.size() > 0 ? buffer.data() : nullptr, buffer.size(), &bytes));
    return bytes;
}
template <typename Object, typename Save>
std::vector<std::byte> file(Save save_object, const Object *object) {
    std::vector<std::byte> result(save(save_object, object, {}));
    save(save_object, object, result);
    return result;
}
template <typename Object, typename Save, typename Write>
void write(Save write_object, const Object *object, Write &write) {
    returns_nothing<Write, span<const std::byte>>();
    struct writer {
        Write &write;
        std::exception_ptr thrown;

        static std::int32_t run(void *user, const void *data, std::size_t size) noexcept {
            writer &self = *static_cast<writer *>(user);
            try {
                self.write(span<const std::byte>(static_cast<const std::byte *>(data), size));
                return 0;
            } catch (...) {
                self.thrown = std::current_exception();
                return -1;
            }
        }
    } writer{write, nullptr};
    const std::int32_t status = write_object(object, &writer::run, &writer);

    if (writer.thrown) {
        std::rethrow_exception(writer.thrown);
    }
    must(status);
}

inline void fits(bool it_does) {
    if (!it_does) {
        raise(SRNN_E_SHAPE);
    }
}

// The handle of an object, where C takes NULL for none: one that was moved from is an error.
template <typename Owner> auto *given(Owner &owner) {
    must(owner.get() != nullptr ? SRNN_OK : SRNN_E_ARGUMENT);
    return owner.get();
}

} // namespace detail

// ---------------------------------------------------------------------------
// Random numbers, model
// ---------------------------------------------------------------------------

// A generator of random numbers (srnn_random), for the distributions of <random> too. Their results
// depend on the C++ library; those of uniform and normal do not.
class random : public detail::handle<srnn_random, srnn_random_destroy> {
  public:
    struct numbers {
        std::uint64_t state, stream;
    };
    using result_type = std::uint32_t;

    using handle::handle;
    explicit random(std::uint64_t seed, std::uint64_t stream = 0, const memory &where = {})
        : handle(detail::make(), where, srnn_random_size, srnn_random_init, seed, stream) {}
    // In brackets, since min and max are macros of Windows.
    static constexpr result_type(min)() noexcept { return 0; }
    static constexpr result_type(max)() noexcept { return UINT32_MAX; }
    result_type operator()() { return srnn_random_u32(get()); }
    std::uint32_t below(std::uint32_t bound) { return srnn_random_below(get(), bound); }
    float uniform() { return srnn_random_uniform(get()); }
    float normal() { return srnn_random_normal(get()); }
    numbers state() const {
        numbers result{};
        must(srnn_random_get_state(get(), &result.state, &result.stream));
        return result;
    }
    void set_state(const numbers &from) {
        must(srnn_random_set_state(get(), from.state, from.stream));
    }
};

// A network's shape and parameters (srnn_model), all 0 at first.
class model : public detail::configurable<model, srnn_model, srnn_model_destroy, srnn_model_set,
                                          srnn_model_get> {
  public:
    enum class activation : std::uint32_t {
        tanh = SRNN_HIDDEN_TANH,
        sigmoid = SRNN_HIDDEN_SIGMOID,
        relu = SRNN_HIDDEN_RELU,
        linear = SRNN_HIDDEN_LINEAR,
    };
    enum class output : std::uint32_t {
        linear = SRNN_OUTPUT_LINEAR,
        sigmoid = SRNN_OUTPUT_SIGMOID,
        softmax = SRNN_OUTPUT_SOFTMAX,
    };
    enum class flag : std::uint32_t {
        no_recurrent_bias = SRNN_MODEL_NO_RECURRENT_BIAS,
        no_output_bias = SRNN_MODEL_NO_OUTPUT_BIAS,
        learned_state = SRNN_MODEL_LEARNED_STATE,
        external = SRNN_MODEL_EXTERNAL,
    };
    friend constexpr flag operator|(flag a, flag b) noexcept {
        return static_cast<flag>(detail::number(a) | detail::number(b));
    }
    enum class start : std::uint32_t {
        basic_sigmoid = SRNN_START_BASIC_SIGMOID,
        basic_tanh = SRNN_START_BASIC_TANH,
        smart_tanh = SRNN_START_SMART_TANH,
        orthogonal = SRNN_START_ORTHOGONAL,
        identity = SRNN_START_IDENTITY,
        glorot = SRNN_START_GLOROT,
    };
    enum class option : std::uint32_t {
        instructions = SRNN_MODEL_INSTRUCTIONS,
        activation = SRNN_MODEL_ACTIVATION,
        output_kind = SRNN_MODEL_OUTPUT_KIND,
        flags = SRNN_MODEL_FLAGS,
    };
    enum class instructions : std::uint32_t {
        baseline = SRNN_INSTRUCTIONS_BASELINE,
        avx2 = SRNN_INSTRUCTIONS_AVX2,
        avx512 = SRNN_INSTRUCTIONS_AVX512,
        avx512_dual = SRNN_INSTRUCTIONS_AVX512_DUAL,
    };
    enum class load_flag : std::uint32_t {
        view = SRNN_LOAD_VIEW, // the archive must outlive the model
    };
    struct tensor {
        const char *name; // static
        std::size_t offset;
        std::uint32_t rows, columns;
    };

    using configurable::configurable;
    model(std::uint32_t inputs, std::uint32_t hidden, std::uint32_t outputs, activation f, output g,
          flag flags = {}, const memory &where = {})
        : configurable(detail::make(), where, srnn_model_size, srnn_model_init, inputs, hidden,
                       outputs, detail::number(f), detail::number(g), detail::number(flags)) {}
    // From the file of a model, or the model "model" of a checkpoint.
    static model load(span<const std::byte> archive, load_flag flags = {},
                      const memory &where = {}) {
        return model(detail::make(), where, srnn_model_load_size, srnn_model_load,
                     static_cast<const void *>(detail::address(archive)), archive.size(),
                     detail::number(flags));
    }
    // From weights of PyTorch. Without an activation or an output kind the file must say it.
    static model load_pytorch(span<const std::byte> archive, std::optional<activation> f = {},
                              std::optional<output> g = {}, const memory &where = {}) {
        return model(detail::make(), where, srnn_pytorch_load_size, srnn_pytorch_load,
                     static_cast<const void *>(detail::address(archive)), archive.size(),
                     f ? detail::number(*f) : 0u, g ? detail::number(*g) : 0u);
    }

    std::uint32_t inputs() const noexcept { return srnn_model_inputs(get()); }
    std::uint32_t hidden() const noexcept { return srnn_model_hidden(get()); }
    std::uint32_t outputs() const noexcept { return srnn_model_outputs(get()); }
    std::size_t parameter_count() const noexcept { return srnn_model_parameter_count(get()); }
    // The parameters [n]. Empty for a model that is not bound, the first also for one that is bound
    // read-only.
    span<float> parameters() noexcept {
        float *const data = srnn_model_parameters(get());
        return {data, data != nullptr ? parameter_count() : 0};
    }
    span<const float> parameters() const noexcept {
        const float *const data = srnn_model_parameters_const(get());
        return {data, data != nullptr ? parameter_count() : 0};
    }
    // Tensors by an index from 0 on; nothing after the last.
    std::optional<tensor> tensor_at(std::uint32_t index) const {
        tensor found{};
        const std::int32_t status = srnn_model_tensor(get(), index, &found.name, &found.offset,
                                                      &found.rows, &found.columns);
        if (status == SRNN_E_RANGE) {
            return {};
        }
        must(status);
        return found;
    }
    // `parameters` [n] must outlive the model.
    void bind(span<float> parameters) {
        must(srnn_model_bind(get(), parameters.data(), parameters.size()));
    }
    void bind_const(span<const float> parameters) {
        must(srnn_model_bind_const(get(), parameters.data(), parameters.size()));
    }
    void copy(const model &from) { must(srnn_model_copy(get(), from.get())); }
    void initialize(start kind, random &generator) {
        must(srnn_model_initialize(get(), detail::number(kind), generator.get()));
    }

    // The file of the model: to `buffer`, returning its bytes; piece by piece to `write`, which is
    // called with a span<const std::byte> and throws if it fails; or as a whole. An empty buffer
    // only finds the bytes.
    std::size_t save(span<std::byte> buffer) const {
        return detail::save(srnn_model_save, get(), buffer);
    }
    template <typename Write> void write(Write &&write) const {
        detail::write(srnn_model_write, get(), write);
    }
    std::vector<std::byte> file() const { return detail::file(srnn_model_save, get()); }
    // The same as weights of PyTorch.
    std::size_t save_pytorch(span<std::byte> buffer) const {
        return detail::save(srnn_pytorch_save, get(), buffer);
    }
    template <typename Write> void write_pytorch(Write &&write) const {
        detail::write(srnn_pytorch_write, get(), write);
    }
    std::vector<std::byte> file_pytorch() const { return detail::file(srnn_pytorch_save, get()); }
};

// ---------------------------------------------------------------------------
// Batch
// ---------------------------------------------------------------------------

// Element (t, s, i) of an array is at [t * step + s * sequence + i]. {0, 1} or {0, width} are the
// targets of the last step. {}, the preset, is time-major without gaps: [steps x sequences], or
// [steps x sequences x width].
struct strides {
    std::size_t step = SIZE_MAX, sequence = SIZE_MAX;
};

namespace detail {
// Whether an array of `size` elements has element (steps - 1, sequences - 1, width - 1).
inline bool covers(std::size_t size, std::size_t width, strides by, std::uint32_t steps,
                   std::uint32_t sequences) noexcept {
    const std::size_t last_step = steps - 1, last_sequence = sequences - 1;

    if (width > size || (last_sequence > 0 && by.sequence > (size - width) / last_sequence)) {
        return false;
    }
    size -= width + last_sequence * by.sequence;
    return last_step == 0 || by.step <= size / last_step;
}
} // namespace detail

// A view on the caller's arrays (srnn_batch). They must be valid and unchanged until the last loss
// or backward on it. `width` is the model's inputs or outputs, which the passes check. An array is
// SRNN_E_SHAPE if it is shorter than the batch. nullptr takes away what may be missing. What is set
// through get() is not checked.
class batch : public detail::handle<srnn_batch, srnn_batch_destroy> {
  public:
    using handle::handle;
    explicit batch(const memory &where = {})
        : handle(detail::make(), where, srnn_batch_size, srnn_batch_init) {}
    void begin(std::uint32_t steps, std::uint32_t sequences) {
        must(srnn_batch_begin(get(), steps, sequences));
        inputs_ = targets_ = masked_ = 0;
    }
    std::uint32_t steps() const noexcept { return srnn_batch_steps(get()); }
    std::uint32_t sequences() const noexcept { return srnn_batch_sequences(get()); }

    void input(span<const float> values, std::uint32_t width, strides by = {}) {
        by = checked(values.size(), width, by);
        must(srnn_batch_input(get(), values.data(), by.step, by.sequence));
        inputs_ = width;
    }
    void input_ids(span<const std::uint32_t> ids, strides by = {}) {
        by = checked(ids.size(), 1, by);
        must(srnn_batch_input_ids(get(), ids.data(), by.step, by.sequence));
        inputs_ = 0;
    }
    void target(span<const float> values, std::uint32_t width, strides by = {}) {
        by = checked(values.size(), width, by);
        must(srnn_batch_target(get(), values.data(), by.step, by.sequence));
        targets_ = width;
    }
    void target_ids(span<const std::uint32_t> ids, strides by = {}) {
        by = checked(ids.size(), 1, by);
        must(srnn_batch_target_ids(get(), ids.data(), by.step, by.sequence));
        targets_ = 0;
    }
    void restarts(span<const std::uint8_t> restarts) // [sequences]
    {
        checked(restarts.size(), 1, {0, 1});
        must(srnn_batch_restarts(get(), restarts.data()));
    }
    void restarts(std::nullptr_t) { must(srnn_batch_restarts(get(), nullptr)); }
    void lengths(span<const std::uint32_t> lengths) // [sequences]
    {
        checked(lengths.size(), 1, {0, 1});
        must(srnn_batch_lengths(get(), lengths.data()));
    }
    void lengths(std::nullptr_t) { must(srnn_batch_lengths(get(), nullptr)); }
    void mask(span<const std::uint8_t> mask, strides by = {}) {
        by = checked(mask.size(), 1, by);
        must(srnn_batch_mask(get(), mask.data(), by.step, by.sequence));
    }
    void mask(std::nullptr_t) { must(srnn_batch_mask(get(), nullptr, 0, 0)); }
    void target_mask(span<const std::uint8_t> mask, std::uint32_t width, strides by = {}) {
        by = checked(mask.size(), width, by);
        must(srnn_batch_target_mask(get(), mask.data(), by.step, by.sequence));
        masked_ = width;
    }
    void target_mask(std::nullptr_t) {
        must(srnn_batch_target_mask(get(), nullptr, 0, 0));
        masked_ = 0;
    }
    void weights(span<const float> weights, strides by = {}) {
        by = checked(weights.size(), 1, by);
        must(srnn_batch_weights(get(), weights.data(), by.step, by.sequence));
    }
    void weights(std::nullptr_t) { must(srnn_batch_weights(get(), nullptr, 0, 0)); }

    // For the passes: SRNN_E_SHAPE if an array has another width than the model. A model that was
    // moved from has the width 0 and is left to C.
    void fits_inputs(const model &of) const {
        detail::fits(inputs_ == 0 || inputs_ == of.inputs() || of.inputs() == 0);
    }
    void fits_outputs(const model &of) const {
        detail::fits(((targets_ == 0 || targets_ == of.outputs()) &&
                      (masked_ == 0 || masked_ == of.outputs())) ||
                     of.outputs() == 0);
    }

  private:
    // The strides of an array of `size` elements, which it must cover. Before the first begin
    // nothing is checked: C says what is wrong.
    strides checked(std::size_t size, std::uint32_t width, strides by) const {
        if (steps() == 0) {
            return by;
        }
        if (by.step == SIZE_MAX && by.sequence == SIZE_MAX) {
            detail::fits(width != 0 && sequences() <= size / width);
            by = {std::size_t{width} * sequences(), width};
        }
        detail::fits(width != 0 && detail::covers(size, width, by, steps(), sequences()));
        return by;
    }

    // Widths of the arrays of floats and of the mask of targets; 0 where there is none.
    std::uint32_t inputs_ = 0, targets_ = 0, masked_ = 0;
};

// ---------------------------------------------------------------------------
// Workspace
// ---------------------------------------------------------------------------

// What a parallel-for gets: calling it with i runs task i. It is valid until the parallel-for
// returns, can be copied, and throws nothing.
struct task {
    srnn_task_fn run;
    void *object;

    void operator()(std::uint32_t index) const { run(object, index); }
};

namespace detail {

// A parallel-for and what it threw, in one block that stays at its place.
struct parallel_for {
    std::exception_ptr thrown;
    void (*end)(parallel_for *) noexcept;
};
struct end_parallel_for {
    void operator()(parallel_for *object) const noexcept { object->end(object); }
};
template <typename Run> struct parallel_for_of : parallel_for {
    Run body;
    memory where;

    template <typename From>
    parallel_for_of(From &&from, const memory &memory)
        : parallel_for{nullptr, &end_this}, body(std::forward<From>(from)), where(memory) {}
    static void end_this(parallel_for *object) noexcept {
        auto *const self = static_cast<parallel_for_of *>(object);
        const memory from = self->where;
        self->~parallel_for_of();
        from.deallocate(self, sizeof *self, alignof(parallel_for_of));
    }
    static std::int32_t run(void *user, srnn_task_fn task_fn, void *object,
                            std::uint32_t count) noexcept {
        auto &self = *static_cast<parallel_for_of *>(user);
        try {
            self.body(count, task{task_fn, object});
            return 0;
        } catch (...) {
            self.thrown = std::current_exception();
            return -1;
        }
    }
};

} // namespace detail

// An array of a workspace. Row (step, sequence) must be there: srnn.h says how many a view has.
template <typename T> struct array_view {
    T *data;
    strides by;
    std::uint32_t width;

    span<T> row(std::size_t step, std::size_t sequence) const {
        return {data + step * by.step + sequence * by.sequence, width};
    }
};

// What the passes need besides the parameters (srnn_workspace), for models of one shape. It owns
// its parallel-for.
class workspace : public detail::configurable<workspace, srnn_workspace, srnn_workspace_destroy,
                                              srnn_workspace_set, srnn_workspace_get> {
  public:
    enum class flag : std::uint32_t {
        last_output = SRNN_WORKSPACE_LAST_OUTPUT,
        keep_hidden_gradient = SRNN_WORKSPACE_KEEP_HIDDEN_GRADIENT,
        keep_input_gradient = SRNN_WORKSPACE_KEEP_INPUT_GRADIENT,
        keep_flow = SRNN_WORKSPACE_KEEP_FLOW,
        frugal = SRNN_WORKSPACE_FRUGAL,
        forward_only = SRNN_WORKSPACE_FORWARD_ONLY,
    };
    friend constexpr flag operator|(flag a, flag b) noexcept {
        return static_cast<flag>(detail::number(a) | detail::number(b));
    }
    enum class option : std::uint32_t {
        error_limit = SRNN_WORKSPACE_ERROR_LIMIT,
        error_growth = SRNN_WORKSPACE_ERROR_GROWTH,
        max_steps = SRNN_WORKSPACE_MAX_STEPS,
        max_sequences = SRNN_WORKSPACE_MAX_SEQUENCES,
        flags = SRNN_WORKSPACE_FLAGS,
        hidden = SRNN_WORKSPACE_HIDDEN,
        carried = SRNN_WORKSPACE_CARRIED,
        steps = SRNN_WORKSPACE_STEPS,
        sequences = SRNN_WORKSPACE_SEQUENCES,
    };
    enum class array : std::uint32_t {
        hidden = SRNN_VIEW_HIDDEN,
        logit = SRNN_VIEW_LOGIT,
        logit_gradient = SRNN_VIEW_LOGIT_GRADIENT,
        hidden_gradient = SRNN_VIEW_HIDDEN_GRADIENT,
        input_gradient = SRNN_VIEW_INPUT_GRADIENT,
        flow = SRNN_VIEW_FLOW,
        initial_gradient = SRNN_VIEW_INITIAL_GRADIENT,
    };

    using configurable::configurable;
    workspace(const model &shape, std::uint32_t max_steps, std::uint32_t max_sequences,
              flag flags = {}, const memory &where = {})
        : configurable(detail::make(), where, srnn_workspace_size, srnn_workspace_init, shape.get(),
                       max_steps, max_sequences, detail::number(flags)) {}

    // Sets the parallel-for, which is moved or copied into memory from where the workspace has its
    // own; std::ref keeps it with the caller. It is called as run(count, task), must call task(i)
    // once for every i below `count` on any threads, and returns or throws when all calls have
    // returned. What it throws leaves the pass, whose results are then undefined, as after
    // SRNN_E_PARALLEL; the next forward may run. It must not be replaced while it runs.
    template <typename Run> void parallel(std::uint32_t tasks, Run &&run) {
        detail::returns_nothing<std::decay_t<Run>, std::uint32_t, task>();
        using body = detail::parallel_for_of<std::decay_t<Run>>;
        void *const block = where().allocate(sizeof(body), alignof(body));
        body *made = nullptr;
        try {
            made = new (block) body(std::forward<Run>(run), where());
        } catch (...) {
            where().deallocate(block, sizeof(body), alignof(body));
            throw;
        }
        std::unique_ptr<detail::parallel_for, detail::end_parallel_for> owner(made);
        must(srnn_workspace_parallel(get(), &body::run, made, tasks));
        parallel_ = std::move(owner);
    }
    // Ends it: passes run on the thread that calls them.
    void serial() {
        must(srnn_workspace_parallel(get(), nullptr, nullptr, 1));
        parallel_ = nullptr;
    }

    // The carried state [sequences x hidden], dense or with a stride.
    void set_state(span<const float> state, std::uint32_t sequences) {
        set_state(state, sequences, hidden());
    }
    void set_state(span<const float> state, std::uint32_t sequences, std::size_t sequence_stride) {
        holds(state.size(), sequences, sequence_stride);
        must(srnn_workspace_set_state(get(), state.data(), sequence_stride, sequences));
    }
    void get_state(span<float> state, std::uint32_t sequences) const {
        get_state(state, sequences, hidden());
    }
    void get_state(span<float> state, std::uint32_t sequences, std::size_t sequence_stride) const {
        holds(state.size(), sequences, sequence_stride);
        must(srnn_workspace_get_state(get(), state.data(), sequence_stride, sequences));
    }
    void reset() { must(srnn_workspace_reset(get())); }

    // A view is valid until the pass that fills it runs again, as srnn_workspace_view says.
    array_view<float> view(array which) {
        array_view<float> result{};
        must(srnn_workspace_view(get(), detail::number(which), &result.data, &result.by.step,
                                 &result.by.sequence, &result.width));
        return result;
    }
    array_view<const float> view(array which) const {
        array_view<const float> result{};
        must(srnn_workspace_view_const(get(), detail::number(which), &result.data, &result.by.step,
                                       &result.by.sequence, &result.width));
        return result;
    }

    // For the passes: throws a status, and what the parallel-for threw in its place.
    void passed(std::int32_t status) {
        if (status == SRNN_E_PARALLEL && parallel_ != nullptr && parallel_->thrown) {
            std::rethrow_exception(std::exchange(parallel_->thrown, nullptr));
        }
        must(status);
    }

  private:
    std::uint32_t hidden() const { return configurable::get<std::uint32_t>(option::hidden); }
    void holds(std::size_t size, std::uint32_t sequences, std::size_t stride) const {
        detail::fits(sequences == 0 || detail::covers(size, hidden(), {0, stride}, 1, sequences));
    }

    std::unique_ptr<detail::parallel_for, detail::end_parallel_for> parallel_;
};

// ---------------------------------------------------------------------------
// Regularizer, clipper, optimizer
// ---------------------------------------------------------------------------

// Omega (srnn_regularizer). backward adds to its sums, and apply uses them up.
class regularizer
    : public detail::configurable<regularizer, srnn_regularizer, srnn_regularizer_destroy,
                                  srnn_regularizer_set, srnn_regularizer_get> {
  public:
    enum class kind : std::uint32_t { paper = SRNN_OMEGA_PAPER, script = SRNN_OMEGA_SCRIPT };
    enum class option : std::uint32_t {
        weight = SRNN_OMEGA_WEIGHT,
        ratio = SRNN_OMEGA_RATIO,
        state = SRNN_OMEGA_STATE,
        average = SRNN_OMEGA_AVERAGE,
        bound = SRNN_OMEGA_BOUND,
        value = SRNN_OMEGA_VALUE,
        signal = SRNN_OMEGA_SIGNAL,
        kind = SRNN_OMEGA_KIND,
        hidden = SRNN_OMEGA_HIDDEN,
    };
    struct gathered_sums {
        span<float> matrix; // [hidden x hidden]
        span<double> sums;  // [4]
    };

    using configurable::configurable;
    regularizer(const model &shape, kind with, const memory &where = {})
        : configurable(detail::make(), where, srnn_regularizer_size, srnn_regularizer_init,
                       shape.get(), detail::number(with)) {}

    gathered_sums gathered() {
        const auto hidden = get<std::size_t>(option::hidden);
        float *matrix = nullptr;
        double *sums = nullptr;
        must(srnn_regularizer_gathered(get(), &matrix, &sums));
        return {{matrix, hidden * hidden}, {sums, 4}};
    }
    // Adds to `gradient` [n] and returns Omega.
    double apply(const model &of, span<float> gradient) {
        double omega = 0.0;
        must(srnn_regularizer_apply(get(), of.get(), gradient.data(), gradient.size(), &omega));
        return omega;
    }
    void reset() { must(srnn_regularizer_reset(get())); }
};

// Limits a gradient and measures it (srnn_clipper).
class clipper : public detail::configurable<clipper, srnn_clipper, srnn_clipper_destroy,
                                            srnn_clipper_set, srnn_clipper_get> {
  public:
    enum class kind : std::uint32_t {
        norm = SRNN_CLIP_NORM,
        value = SRNN_CLIP_VALUE,
        tensor = SRNN_CLIP_TENSOR,
        smooth = SRNN_CLIP_SMOOTH,
        unit = SRNN_CLIP_UNIT,
    };
    enum class option : std::uint32_t {
        threshold = SRNN_CLIP_THRESHOLD,
        policy = SRNN_CLIP_POLICY,
        limit = SRNN_CLIP_LIMIT,
        rule = SRNN_CLIP_RULE,
        quantile = SRNN_CLIP_QUANTILE,
        factor = SRNN_CLIP_FACTOR,
        polyak = SRNN_CLIP_POLYAK,
        trust = SRNN_CLIP_TRUST,
        steps = SRNN_CLIP_STEPS,
        fired = SRNN_CLIP_FIRED,
        bad = SRNN_CLIP_BAD,
        last_norm = SRNN_CLIP_LAST_NORM,
        last_norm_after = SRNN_CLIP_LAST_NORM_AFTER,
        mean_norm = SRNN_CLIP_MEAN_NORM,
        largest_norm = SRNN_CLIP_LARGEST_NORM,
        suggested = SRNN_CLIP_SUGGESTED,
        used = SRNN_CLIP_USED,
        median = SRNN_CLIP_MEDIAN,
        decile = SRNN_CLIP_DECILE,
        promised = SRNN_CLIP_PROMISED,
        longest_step = SRNN_CLIP_LONGEST_STEP,
        alignment = SRNN_CLIP_ALIGNMENT,
        kind = SRNN_CLIP_KIND,
    };
    enum class policy : std::uint32_t {
        refuse = SRNN_CLIP_POLICY_REFUSE,
        skip = SRNN_CLIP_POLICY_SKIP,
        repair = SRNN_CLIP_POLICY_REPAIR,
    };
    enum class rule : std::uint32_t {
        fixed = SRNN_CLIP_RULE_FIXED,
        quantile = SRNN_CLIP_RULE_QUANTILE,
        mean = SRNN_CLIP_RULE_MEAN,
        polyak = SRNN_CLIP_RULE_POLYAK,
        trust = SRNN_CLIP_RULE_TRUST,
        automatic = SRNN_CLIP_RULE_AUTO, // auto is a word of C++
    };

    using configurable::configurable;
    explicit clipper(kind with, const memory &where = {})
        : configurable(detail::make(), where, srnn_clipper_size, srnn_clipper_init,
                       detail::number(with)) {}
    void tell(double loss, double rate, std::uint32_t steps) {
        must(srnn_clipper_tell(get(), loss, rate, steps));
    }
    // Clips `gradient` and returns its norm before. `of` is the model whose gradient [n] it is. A
    // gradient that the policy refuses is thrown as refused_gradient.
    double apply(const model &of, span<float> gradient) {
        return apply(detail::given(of), gradient);
    }
    double apply(span<float> gradient) { return apply(nullptr, gradient); }
    void reset() { must(srnn_clipper_reset(get())); }
    void copy(const clipper &from) { must(srnn_clipper_copy(get(), from.get())); }

  private:
    double apply(const srnn_model *of, span<float> gradient) {
        double norm = 0.0;
        const std::int32_t status =
            srnn_clipper_apply(get(), of, detail::address(gradient), gradient.size(), &norm);
        if (status == SRNN_E_NONFINITE || status == SRNN_E_LIMIT) {
            throw refused_gradient(status, norm);
        }
        must(status);
        return norm;
    }
};

// Updates a vector of parameters (srnn_optimizer).
class optimizer : public detail::configurable<optimizer, srnn_optimizer, srnn_optimizer_destroy,
                                              srnn_optimizer_set, srnn_optimizer_get> {
  public:
    enum class kind : std::uint32_t {
        sgd = SRNN_OPTIMIZER_SGD,
        momentum = SRNN_OPTIMIZER_MOMENTUM,
        nesterov = SRNN_OPTIMIZER_NESTEROV,
        rmsprop = SRNN_OPTIMIZER_RMSPROP,
        adam = SRNN_OPTIMIZER_ADAM,
    };
    enum class option : std::uint32_t {
        rate = SRNN_OPTIMIZER_RATE,
        momentum_factor = SRNN_OPTIMIZER_MOMENTUM_FACTOR,
        decay = SRNN_OPTIMIZER_DECAY,
        beta1 = SRNN_OPTIMIZER_BETA1,
        beta2 = SRNN_OPTIMIZER_BETA2,
        epsilon = SRNN_OPTIMIZER_EPSILON,
        updates = SRNN_OPTIMIZER_UPDATES,
        kind = SRNN_OPTIMIZER_KIND,
        count = SRNN_OPTIMIZER_COUNT,
    };

    using configurable::configurable;
    optimizer(kind with, std::size_t count, const memory &where = {})
        : configurable(detail::make(), where, srnn_optimizer_size, srnn_optimizer_init,
                       detail::number(with), count) {}
    // Both are [count].
    void step(span<float> parameters, span<const float> gradient) {
        detail::fits(parameters.size() == gradient.size());
        must(srnn_optimizer_step(get(), parameters.data(), gradient.data(), gradient.size()));
    }
    // `parameters` are [count], or a part of them.
    void decay(span<float> parameters, double weight_decay) const {
        must(srnn_optimizer_decay(get(), detail::address(parameters), parameters.size(),
                                  weight_decay));
    }
    void reset() { must(srnn_optimizer_reset(get())); }
    void copy(const optimizer &from) { must(srnn_optimizer_copy(get(), from.get())); }
};

// ---------------------------------------------------------------------------
// Passes
// ---------------------------------------------------------------------------

inline void forward(const model &of, workspace &in, const batch &from) {
    from.fits_inputs(of);
    in.passed(srnn_forward(of.get(), in.get(), from.get()));
}
inline void forward_continue(const model &of, workspace &in, const batch &from) {
    from.fits_inputs(of);
    in.passed(srnn_forward_continue(of.get(), in.get(), from.get()));
}

struct loss_sums {
    double loss, weight;
};
inline loss_sums loss(const model &of, workspace &in, const batch &from, double scale) {
    loss_sums sums{};
    from.fits_outputs(of);
    in.passed(srnn_loss(of.get(), in.get(), from.get(), scale, &sums.loss, &sums.weight));
    return sums;
}
inline void loss_begin(workspace &in) { must(srnn_loss_begin(in.get())); }

struct error_counts {
    std::uint64_t wrong_steps, steps, wrong_sequences, sequences;
};
inline error_counts count_errors(const model &of, const workspace &in, const batch &from,
                                 double tolerance = 0.0) {
    error_counts counts{};
    from.fits_outputs(of);
    must(srnn_count_errors(of.get(), in.get(), from.get(), tolerance, &counts.wrong_steps,
                           &counts.steps, &counts.wrong_sequences, &counts.sequences));
    return counts;
}

// `gradient` [n] is added to.
inline void backward(const model &of, workspace &in, span<float> gradient) {
    in.passed(srnn_backward(of.get(), in.get(), nullptr, gradient.data(), gradient.size()));
}
inline void backward(const model &of, workspace &in, regularizer &with, span<float> gradient) {
    srnn_regularizer *const omega = detail::given(with);
    in.passed(srnn_backward(of.get(), in.get(), omega, gradient.data(), gradient.size()));
}

// Both [rows x outputs]; the number of rows is that of the spans.
inline void outputs(const model &of, span<const float> logits, span<float> results) {
    const std::size_t width = of.outputs(), rows = width > 0 ? logits.size() / width : 0;

    detail::fits(width == 0 || (logits.size() == rows * width && results.size() == logits.size()));
    must(srnn_outputs(of.get(), detail::address(logits), rows, detail::address(results)));
}

// ---------------------------------------------------------------------------
// Streaming, spectrum
// ---------------------------------------------------------------------------

// `state` [hidden]
inline void initial_state(const model &of, span<float> state) {
    must(srnn_initial_state(of.get(), state.data(), state.size()));
}

namespace detail {
// A model that was moved from has the width 0 and is left to C.
inline void fits_step(const model &of, span<const float> state, span<float> next,
                      span<float> logits) {
    const std::size_t width = of.hidden();

    fits(width == 0 || (state.size() == width && next.size() == width &&
                        (logits.data() == nullptr || logits.size() == of.outputs())));
}
} // namespace detail

// `values` [inputs], `state` and `next` [hidden], two arrays, `logits` [outputs] or {}.
inline void step(const model &of, span<const float> values, span<const float> state,
                 span<float> next, span<float> logits = {}) {
    const std::size_t width = of.inputs();

    detail::fits_step(of, state, next, logits);
    detail::fits(width == 0 || values.size() == width);
    must(srnn_step(of.get(), values.data(), state.data(), next.data(), logits.data()));
}
inline void step_id(const model &of, std::uint32_t id, span<const float> state, span<float> next,
                    span<float> logits = {}) {
    detail::fits_step(of, state, next, logits);
    must(srnn_step_id(of.get(), id, state.data(), next.data(), logits.data()));
}

// Of `matrix` [size x size]; `scratch` has at least 2 x size elements.
inline double spectral_radius(span<const float> matrix, std::size_t size, span<float> scratch) {
    double radius = 0.0;
    detail::fits(size == 0 || matrix.size() / size >= size);
    must(srnn_spectrum(matrix.data(), size, scratch.data(), scratch.size(), &radius, nullptr));
    return radius;
}
inline double singular_value(span<const float> matrix, std::size_t size, span<float> scratch) {
    double value = 0.0;
    detail::fits(size == 0 || matrix.size() / size >= size);
    must(srnn_spectrum(matrix.data(), size, scratch.data(), scratch.size(), nullptr, &value));
    return value;
}

// ---------------------------------------------------------------------------
// Checkpoint
// ---------------------------------------------------------------------------

// A list of parts that are saved to one file and restored from it (srnn_checkpoint). The objects,
// bytes and texts of the list must outlive it. The open file must be there, unchanged, during
// restore and the functions below it, and as long as its bytes() are used. An object may be moved.
// To assign another to its owner ends it.
class checkpoint : public detail::handle<srnn_checkpoint, srnn_checkpoint_destroy> {
    template <typename Object>
    static constexpr bool is_part =
        std::is_base_of_v<srnn::model, Object> || std::is_base_of_v<srnn::optimizer, Object> ||
        std::is_base_of_v<srnn::clipper, Object> || std::is_base_of_v<srnn::regularizer, Object> ||
        std::is_base_of_v<srnn::random, Object> || std::is_base_of_v<srnn::workspace, Object>;

  public:
    enum class kind : std::uint32_t { // 0 for one that a later version made
        model = SRNN_PART_MODEL,
        optimizer = SRNN_PART_OPTIMIZER,
        clipper = SRNN_PART_CLIPPER,
        regularizer = SRNN_PART_REGULARIZER,
        random = SRNN_PART_RANDOM,
        workspace = SRNN_PART_WORKSPACE,
        bytes = SRNN_PART_BYTES,
        text = SRNN_PART_TEXT,
    };
    enum class stored : std::uint32_t {
        kind = SRNN_STORED_KIND,
        bytes = SRNN_STORED_BYTES,
        inputs = SRNN_STORED_INPUTS,
        hidden = SRNN_STORED_HIDDEN,
        outputs = SRNN_STORED_OUTPUTS,
        activation = SRNN_STORED_ACTIVATION,
        output_kind = SRNN_STORED_OUTPUT_KIND,
        flags = SRNN_STORED_FLAGS,
        count = SRNN_STORED_COUNT,
        algorithm = SRNN_STORED_ALGORITHM,
        sequences = SRNN_STORED_SEQUENCES,
    };
    struct part {
        kind of;
        char name[SRNN_PART_NAME_BYTES]; // terminated
    };

    using handle::handle;
    explicit checkpoint(std::uint32_t parts, const memory &where = {})
        : handle(detail::make(), where, srnn_checkpoint_size, srnn_checkpoint_init, parts) {}
    // `object` is a model, optimizer, clipper, regularizer, random or workspace; not a pointer to
    // one.
    template <typename Object, std::enable_if_t<is_part<Object>, int> = 0>
    void add(const char *name, Object &object) {
        must(srnn_checkpoint_add(get(), name, object.get()));
    }
    void add_bytes(const char *name, span<std::byte> bytes) {
        must(srnn_checkpoint_add_bytes(get(), name, detail::address(bytes), bytes.size()));
    }
    void add_text(const char *name, const char *text) {
        must(srnn_checkpoint_add_text(get(), name, text));
    }

    // The file, as of a model.
    std::size_t save(span<std::byte> buffer) const {
        return detail::save(srnn_checkpoint_save, get(), buffer);
    }
    template <typename Write> void write(Write &&write) const {
        detail::write(srnn_checkpoint_write, get(), write);
    }
    std::vector<std::byte> file() const { return detail::file(srnn_checkpoint_save, get()); }

    void open(span<const std::byte> archive) {
        must(srnn_checkpoint_open(get(), detail::address(archive), archive.size()));
    }
    void restore() const { must(srnn_checkpoint_restore(get())); }

    // What the open file has: parts by an index from 0 on, nothing after the last; a number, the
    // bytes, which lie in the file at any alignment, or the text of a part.
    std::optional<part> part_at(std::uint32_t index) const {
        part found{};
        std::uint32_t number = 0;
        const std::int32_t status = srnn_checkpoint_part(get(), index, &number, found.name);
        if (status == SRNN_E_RANGE) {
            return {};
        }
        must(status);
        found.of = static_cast<kind>(number);
        return found;
    }
    template <typename Value = double> Value get(const char *name, stored key) const {
        double value = 0.0;
        must(srnn_checkpoint_get(get(), name, detail::number(key), &value));
        return static_cast<Value>(value);
    }
    span<const std::byte> bytes(const char *name) const {
        const void *data = nullptr;
        std::size_t size = 0;
        must(srnn_checkpoint_bytes(get(), name, &data, &size));
        return {static_cast<const std::byte *>(data), size};
    }
    std::string text(const char *name) const {
        std::size_t length = 0;
        must(srnn_checkpoint_text(get(), name, nullptr, 0, &length));
        std::string result(length, '\0');
        must(srnn_checkpoint_text(get(), name, result.data(), length + 1, &length));
        return result;
    }
    using handle::get;
};

} // namespace srnn

#if defined(__cpp_lib_span) && __has_include(<ranges>)
// A span of this file refers to elements of someone else's, so that std::span takes a temporary
// one.
template <typename T>
inline constexpr bool std::ranges::enable_borrowed_range<srnn::span<T>> = true;
#endif

#endif // SRNN_HPP

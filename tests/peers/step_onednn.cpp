/* step_onednn.cpp - oneDNN's side of `make bench-peers`: its vanilla RNN layer, forward and back
 *
 *     step_onednn INPUTS HIDDEN OUTPUTS STEPS BATCH last THREADS FILE
 *
 * FILE is what step_srnn wrote. A step is what a program must do at each update: the weights, which
 * an update has changed, are brought into the order that the layer asks for, and the gradients are
 * zeroed; then forward for training, and backward. The errors that enter from the loss are given.
 * oneDNN computes dE/dx too, which cannot be turned off.
 *
 * Speaks as step_srnn does, without the peak, after a line "difference": the norm of the difference
 * between its gradient and libsrnn's, divided by the norm of libsrnn's. */
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

using dnnl::memory;
using tag = memory::format_tag;
using arguments = std::unordered_map<int, memory>;

struct shape {
    memory::dim inputs, hidden, outputs, steps, batch;
};

/* The layer's parameters or their gradient: [inputs x hidden], [hidden x hidden], [hidden]. */
struct tensors {
    std::vector<float> w_in, w_rec, bias;

    explicit tensors(const shape &s)
        : w_in(s.inputs * s.hidden), w_rec(s.hidden * s.hidden), bias(s.hidden)
    {
    }
};

/* What step_srnn wrote, but for what lies above the layer. */
struct data {
    tensors parameters, gradient;
    std::vector<float> inputs; /* [steps x batch x inputs] */
    std::vector<float> errors; /* [steps x batch x hidden], zero before the last step */

    data(const shape &s, const char *name)
        : parameters(s), gradient(s), inputs(s.steps * s.batch * s.inputs),
          errors(s.steps * s.batch * s.hidden)
    {
        std::ifstream file(name, std::ios::binary);
        const std::streamoff above = (s.hidden + 1) * s.outputs * 4; /* w_out, b_out */

        file.exceptions(std::ios::failbit | std::ios::badbit);
        for (tensors *t : {&parameters, &gradient}) {
            read(file, t->w_in.data(), t->w_in.size());
            read(file, t->w_rec.data(), t->w_rec.size());
            read(file, t->bias.data(), t->bias.size());
            file.seekg(above, std::ios::cur);
        }
        file.seekg(4, std::ios::cur); /* the loss */
        read(file, inputs.data(), inputs.size());
        file.seekg(4 * s.batch, std::ios::cur); /* the targets */
        read(file, &errors[(s.steps - 1) * s.batch * s.hidden], s.batch * s.hidden);
    }

    static void read(std::ifstream &file, float *to, size_t count)
    {
        file.read(reinterpret_cast<char *>(to), static_cast<std::streamsize>(count * sizeof *to));
    }
};

/* How the arrays of a shape lie in memory. `any_` leaves the order of the weights to oneDNN. */
struct orders {
    memory::desc x, h, first, w_in, w_rec, bias, any_in, any_rec, none;

    explicit orders(const shape &s)
        : x({s.steps, s.batch, s.inputs}, f32, tag::tnc),
          h({s.steps, s.batch, s.hidden}, f32, tag::tnc),
          first({1, 1, s.batch, s.hidden}, f32, tag::ldnc),
          w_in({1, 1, s.inputs, 1, s.hidden}, f32, tag::ldigo),
          w_rec({1, 1, s.hidden, 1, s.hidden}, f32, tag::ldigo),
          bias({1, 1, 1, s.hidden}, f32, tag::ldgo),
          any_in({1, 1, s.inputs, 1, s.hidden}, f32, tag::any),
          any_rec({1, 1, s.hidden, 1, s.hidden}, f32, tag::any)
    {
    }

    static constexpr auto f32 = memory::data_type::f32;
};

/* The two primitives: tanh, from the first step to the last. */
using forward_plan = dnnl::vanilla_rnn_forward::primitive_desc;
using backward_plan = dnnl::vanilla_rnn_backward::primitive_desc;
static const auto training = dnnl::prop_kind::forward_training;
static const auto backward = dnnl::prop_kind::backward;
static const auto tangent = dnnl::algorithm::eltwise_tanh;
static const auto onward = dnnl::rnn_direction::unidirectional_left2right;

#if DNNL_VERSION_MAJOR >= 3 /* not compiled yet: written after oneDNN's own example */
static forward_plan plan_forward(const dnnl::engine &engine, const orders &o)
{
    return {engine,   training,  tangent, onward, o.x,   o.first,
            o.any_in, o.any_rec, o.bias,  o.h,    o.none};
}

static backward_plan plan_backward(const dnnl::engine &engine, const orders &o,
                                   const forward_plan &forward)
{
    return {engine,    backward, tangent, onward, o.x,    o.first, o.any_in,
            o.any_rec, o.bias,   o.h,     o.none, o.x,    o.first, o.any_in,
            o.any_rec, o.bias,   o.h,     o.none, forward};
}
#else
static forward_plan plan_forward(const dnnl::engine &engine, const orders &o)
{
    return {{training, tangent, onward, o.x, o.first, o.any_in, o.any_rec, o.bias, o.h, o.none},
            engine};
}

static backward_plan plan_backward(const dnnl::engine &engine, const orders &o,
                                   const forward_plan &forward)
{
    return {{backward, tangent, onward, o.x, o.first, o.any_in, o.any_rec, o.bias, o.h, o.none, o.x,
             o.first, o.any_in, o.any_rec, o.bias, o.h, o.none},
            engine,
            forward};
}
#endif

/* The layer with all of its memory. The first state is given, though it is zero: without it,
 * oneDNN 2.6 computes another gradient of the recurrent weights. */
class layer
{
  public:
    layer(const shape &s, data &d)
        : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_), orders_(s), gradient_(s), data_(d),
          states_(s.steps * s.batch * s.hidden), input_errors_(s.steps * s.batch * s.inputs),
          first_(s.batch * s.hidden), first_error_(s.batch * s.hidden)
    {
        const forward_plan forward = plan_forward(engine_, orders_);
        const backward_plan back = plan_backward(engine_, orders_, forward);
        const memory workspace(forward.workspace_desc(), engine_);
        const arguments besides = errors_and_gradients(back);

        implementation_ = forward.impl_info_str();
        forward_ = dnnl::vanilla_rnn_forward(forward);
        forward_arguments_ = layer_arguments(forward, workspace);
        backward_ = dnnl::vanilla_rnn_backward(back);
        backward_arguments_ = layer_arguments(back, workspace);
        backward_arguments_.insert(besides.begin(), besides.end());
    }

    void step()
    {
        for (auto &r : from_caller_) {
            r.how.execute(stream_, r.from, r.to);
        }
        for (auto &m : sums_) { /* backward adds to them */
            std::fill_n(static_cast<char *>(m.get_data_handle()), m.get_desc().get_size(), 0);
        }
        forward_.execute(stream_, forward_arguments_);
        backward_.execute(stream_, backward_arguments_);
        for (auto &r : to_caller_) {
            r.how.execute(stream_, r.from, r.to);
        }
        stream_.wait();
    }

    /* |its gradient - libsrnn's| / |libsrnn's|, after a step. */
    double difference() const
    {
        double apart = 0.0, length = 0.0;

        add(gradient_.w_in, data_.gradient.w_in, &apart, &length);
        add(gradient_.w_rec, data_.gradient.w_rec, &apart, &length);
        add(gradient_.bias, data_.gradient.bias, &apart, &length);
        return std::sqrt(apart / length);
    }

    const std::string &implementation() const
    {
        return implementation_;
    }

  private:
    /* The layer as forward and backward take it, each with the weights in an order of its own. */
    template <class plan_type>
    arguments layer_arguments(const plan_type &plan, const memory &workspace)
    {
        const orders &o = orders_;
        tensors &p = data_.parameters;

        return {{DNNL_ARG_SRC_LAYER, view(o.x, data_.inputs)},
                {DNNL_ARG_SRC_ITER, view(o.first, first_)},
                {DNNL_ARG_WEIGHTS_LAYER, ordered(o.w_in, p.w_in, plan.weights_layer_desc())},
                {DNNL_ARG_WEIGHTS_ITER, ordered(o.w_rec, p.w_rec, plan.weights_iter_desc())},
                {DNNL_ARG_BIAS, view(o.bias, p.bias)},
                {DNNL_ARG_DST_LAYER, view(o.h, states_)},
                {DNNL_ARG_WORKSPACE, workspace}};
    }

    /* What backward takes or computes besides. */
    arguments errors_and_gradients(const backward_plan &plan)
    {
        const orders &o = orders_;
        tensors &g = gradient_;

        return {
            {DNNL_ARG_DIFF_DST_LAYER, view(o.h, data_.errors)},
            {DNNL_ARG_DIFF_SRC_LAYER, view(o.x, input_errors_)},
            {DNNL_ARG_DIFF_SRC_ITER, view(o.first, first_error_)},
            {DNNL_ARG_DIFF_WEIGHTS_LAYER, summed(o.w_in, g.w_in, plan.diff_weights_layer_desc())},
            {DNNL_ARG_DIFF_WEIGHTS_ITER, summed(o.w_rec, g.w_rec, plan.diff_weights_iter_desc())},
            {DNNL_ARG_DIFF_BIAS, summed(o.bias, g.bias, o.bias)}};
    }

    struct reorder {
        memory from, to;
        dnnl::reorder how;
    };

    memory view(const memory::desc &desc, std::vector<float> &array) const
    {
        return memory(desc, engine_, array.data());
    }

    /* Memory of `wanted`, which each step fills from an array in the caller's order. */
    memory ordered(const memory::desc &desc, std::vector<float> &array, const memory::desc &wanted)
    {
        const memory from = view(desc, array);

        if (wanted == desc) {
            return from;
        }
        const memory to(wanted, engine_);
        from_caller_.push_back({from, to, dnnl::reorder(from, to)});
        return to;
    }

    /* Memory of `given`, which each step zeroes, and brings to an array in the caller's order. */
    memory summed(const memory::desc &desc, std::vector<float> &array, const memory::desc &given)
    {
        const memory to = view(desc, array);
        const memory from = given == desc ? to : memory(given, engine_);

        sums_.push_back(from);
        if (given != desc) {
            to_caller_.push_back({from, to, dnnl::reorder(from, to)});
        }
        return from;
    }

    static void add(const std::vector<float> &a, const std::vector<float> &b, double *apart,
                    double *length)
    {
        for (size_t i = 0; i < a.size(); i++) {
            const double d = static_cast<double>(a[i]) - b[i];
            *apart += d * d;
            *length += static_cast<double>(b[i]) * b[i];
        }
    }

    dnnl::engine engine_;
    dnnl::stream stream_;
    orders orders_;
    tensors gradient_;
    data &data_;
    std::vector<float> states_, input_errors_, first_, first_error_;
    std::vector<reorder> from_caller_, to_caller_;
    std::vector<memory> sums_;
    dnnl::vanilla_rnn_forward forward_;
    dnnl::vanilla_rnn_backward backward_;
    arguments forward_arguments_, backward_arguments_;
    std::string implementation_;
};

static double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/* Steps for `seconds`, between `least` and `most` of them. Returns the milliseconds of each. */
static std::vector<double> run(layer &l, double seconds, size_t least, size_t most)
{
    const double end = now() + seconds;
    std::vector<double> times;

    while (times.size() < most && (times.size() < least || now() < end)) {
        const double start = now();
        l.step();
        times.push_back((now() - start) * 1e3);
    }
    return times;
}

/* Warm up and measure, as the measurements of `srnn bench` do. */
static void turn(layer &l, double seconds)
{
    run(l, seconds, 1, 3);
    auto times = run(l, seconds, 3, 100000);
    std::sort(times.begin(), times.end());
    std::cout << times.front() << ' ' << times[times.size() / 2] << ' ' << times.back()
              << std::endl;
}

int main(int argc, char **argv)
try {
    if (argc != 9 || std::string(argv[6]) != "last") {
        throw std::runtime_error("INPUTS HIDDEN OUTPUTS STEPS BATCH last THREADS FILE");
    }
    /* The threads are those of OMP_NUM_THREADS, which the caller sets. */
    const shape s = {std::atol(argv[1]), std::atol(argv[2]), std::atol(argv[3]), std::atol(argv[4]),
                     std::atol(argv[5])};
    data d(s, argv[8]);
    layer l(s, d);
    const dnnl_version_t *version = dnnl_version();
    std::string line;

    l.step();
    std::cout << "difference " << l.difference() << std::endl;
    std::cout << "ready oneDNN " << version->major << '.' << version->minor << '.' << version->patch
              << ", implementation " << l.implementation() << std::endl;
    while (std::getline(std::cin, line)) {
        turn(l, std::atof(line.c_str()));
    }
    return 0;
} catch (const std::exception &error) {
    std::cerr << "step_onednn: " << error.what() << '\n';
    return 1;
}

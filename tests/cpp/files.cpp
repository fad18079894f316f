// files.cpp - files of srnn.hpp: models, PyTorch's weights, checkpoints
#include "check.h"
#include "tests.h"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace
{

// Whether a checkpoint takes an Object as a part.
template <typename Object, typename = void> struct is_part : std::false_type {
};
template <typename Object>
struct is_part<Object, std::void_t<decltype(std::declval<srnn::checkpoint &>().add(
                           "", std::declval<Object &>()))>> : std::true_type {
};
static_assert(is_part<srnn::model>::value && is_part<srnn::random>::value);
static_assert(!is_part<srnn::batch>::value && !is_part<srnn::checkpoint>::value);
static_assert(!is_part<std::unique_ptr<srnn::model>>::value); // what its get() returns is no handle

bool same_values(srnn::span<const float> a, srnn::span<const float> b)
{
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

void models()
{
    rig a;
    a.train();
    const srnn::model &model = a.model;
    const std::vector<std::byte> file = model.file();
    std::vector<std::byte> buffer(file.size() + 5), shorter(file.size() - 1);

    CHECK(model.save({}) == file.size() && model.save(buffer) == file.size());
    CHECK(std::memcmp(buffer.data(), file.data(), file.size()) == 0);
    THROWS(SRNN_E_SPACE, model.save(shorter));
    CHECK(same_values(srnn::model::load(file).parameters(), model.parameters()));
    THROWS(SRNN_E_TRUNCATED, srnn::model::load(srnn::span<const std::byte>(file).subspan(0, 90)));

    const srnn::model seen = srnn::model::load(file, srnn::model::load_flag::view);
    const auto *const at = reinterpret_cast<const std::byte *>(seen.parameters().data());
    CHECK(at > file.data() && at < file.data() + file.size());
    CHECK(same_values(seen.parameters(), model.parameters()));

    // As a program has read it: chars.
    const std::string chars(reinterpret_cast<const char *>(file.data()), file.size());
    CHECK(srnn::model::load(srnn::as_bytes(chars)).hidden() == rig::hidden);

    const std::vector<std::byte> weights = model.file_pytorch();
    std::vector<std::byte> room(weights.size());
    CHECK(model.save_pytorch(room) == weights.size() && room == weights);
    CHECK(same_values(srnn::model::load_pytorch(weights).parameters(), model.parameters()));
    const srnn::model other = srnn::model::load_pytorch(weights, srnn::model::activation::relu,
                                                        srnn::model::output::linear);
    CHECK(other.get<srnn::model::activation>(srnn::model::option::activation) ==
          srnn::model::activation::relu);
    CHECK(other.get<srnn::model::output>(srnn::model::option::output_kind) ==
          srnn::model::output::linear);
}

// Adds all of a rig that a checkpoint takes.
void add_parts(srnn::checkpoint &checkpoint, rig &from)
{
    checkpoint.add("model", from.model);
    checkpoint.add("optimizer", from.optimizer);
    checkpoint.add("clipper", from.clipper);
    checkpoint.add("regularizer", from.regularizer);
    checkpoint.add("random", from.random);
    checkpoint.add("workspace", from.workspace);
}

void checkpoints()
{
    rig a, b;
    float epoch[2] = {3, 4}, read[2] = {0, 0};
    srnn::checkpoint saved(8), opened(8), reader(0);
    const char *const labels = "cat\ndog";

    a.train();
    add_parts(saved, a);
    saved.add_bytes("epoch", srnn::as_writable_bytes(epoch));
    saved.add_text("labels", labels);
    THROWS(SRNN_E_SPACE, saved.add("more", a.model));
    const std::vector<std::byte> file = saved.file();
    std::vector<std::byte> buffer(file.size());
    CHECK(saved.save({}) == file.size() && saved.save(buffer) == file.size() && buffer == file);

    add_parts(opened, b);
    opened.add_bytes("epoch", srnn::as_writable_bytes(read));
    THROWS(SRNN_E_STATE, opened.restore());
    opened.open(file);
    opened.restore();
    CHECK(read[0] == 3 && read[1] == 4 && a.random() == b.random());
    CHECK(a.train() == b.train() && a.same_parameters(b));

    reader.open(file);
    std::uint32_t parts = 0;
    while (const auto part = reader.part_at(parts)) {
        parts++;
        CHECK((part->of == srnn::checkpoint::kind::text) == (std::string(part->name) == "labels"));
    }
    CHECK(parts == 8);
    CHECK(reader.get<std::uint32_t>("model", srnn::checkpoint::stored::hidden) == rig::hidden);
    CHECK(reader.get<srnn::optimizer::kind>("optimizer", srnn::checkpoint::stored::algorithm) ==
          srnn::optimizer::kind::adam);
    THROWS(SRNN_E_STATE, reader.get("none", srnn::checkpoint::stored::kind));
    const srnn::span<const std::byte> bytes = reader.bytes("epoch");
    CHECK(bytes.size() == sizeof epoch && std::memcmp(bytes.data(), epoch, sizeof epoch) == 0);
    CHECK(reader.text("labels") == labels);
    THROWS(SRNN_E_STATE, reader.text("none"));
    CHECK(srnn::model::load(file).hidden() == rig::hidden);
}

// Containers without elements, with an address and without.
void empty_containers()
{
    rig a;
    std::vector<std::byte> none, reserved;
    std::vector<float> no_rows;
    srnn::checkpoint saved(2), opened(2);

    srnn::outputs(a.model, no_rows, no_rows);
    CHECK(a.clipper.apply(no_rows) == 0.0);
    a.optimizer.decay(no_rows, 0.1);

    reserved.reserve(1);
    CHECK(a.model.save(none) == a.model.file().size());
    CHECK(a.model.save(reserved) == a.model.file().size());
    THROWS(SRNN_E_TRUNCATED, srnn::model::load(none));
    THROWS(SRNN_E_TRUNCATED, srnn::model::load_pytorch(none));
    THROWS(SRNN_E_TRUNCATED, saved.open(none));
    saved.add_bytes("none", none);
    saved.add_bytes("reserved", reserved);
    const std::vector<std::byte> file = saved.file();
    opened.add_bytes("none", reserved);
    opened.add_bytes("reserved", none);
    opened.open(file);
    opened.restore();
    CHECK(opened.bytes("none").size() == 0 && opened.bytes("reserved").size() == 0);
}

} // namespace

void test_files()
{
    models();
    checkpoints();
    empty_containers();
}

// main.cpp - runs the tests of srnn.hpp and prints how many checks there were
#include "check.h"
#include "tests.h"

namespace
{

// A test that is left by an exception has failed.
void run(const char *name, void (*test)())
{
    try {
        test();
    } catch (const std::exception &exception) {
        std::printf("%s: %s\n", name, exception.what());
        failures++;
    }
}

} // namespace

int main()
{
    run("objects", test_objects);
    run("spans", test_spans);
    run("options", test_options);
    run("memory", test_memory);
    run("callbacks", test_callbacks);
    run("files", test_files);
    run("like_c", test_like_c);
    std::printf("%d checks, %d failed\n", checks, failures);
    return failures == 0 && checks > 0 ? 0 : 1;
}

// tests.h - one function for each file of tests
#ifndef TESTS_H
#define TESTS_H

void test_objects();
void test_spans();
void test_options();
void test_memory();
void test_callbacks();
void test_files();
void test_like_c();

#endif

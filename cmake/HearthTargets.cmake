# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# hearth_add_library(NAME [PUBLIC deps...] [PRIVATE deps...])   the sources of the current folder as a static library
# hearth_add_program(NAME deps...)                              the sources of the current folder as a program
# hearth_add_test(path/tst_Name.cpp deps...)                    one QtTest (or plain) program, registered with ctest

# What every target is compiled with.
add_library(hearth_options INTERFACE)
target_compile_features(hearth_options INTERFACE cxx_std_20)
target_include_directories(hearth_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(hearth_options INTERFACE
    HEARTH_VERSION="${PROJECT_VERSION}"
    QT_NO_CAST_TO_ASCII QT_NO_FOREACH QT_NO_KEYWORDS QT_DISABLE_DEPRECATED_BEFORE=0x060400)
if(HEARTH_SEQ_POINTS)
    target_compile_definitions(hearth_options INTERFACE HEARTH_SEQ_POINTS)
endif()
if(HEARTH_SANITIZE STREQUAL "address")
    target_compile_options(hearth_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined)
    target_link_options(hearth_options INTERFACE -fsanitize=address,undefined)
elseif(HEARTH_SANITIZE STREQUAL "thread")
    target_compile_options(hearth_options INTERFACE -fsanitize=thread)
    target_link_options(hearth_options INTERFACE -fsanitize=thread)
endif()

if(HEARTH_BUILD_FUZZERS)
    target_compile_options(hearth_options INTERFACE -fsanitize=fuzzer-no-link) # a fuzzer sees which branches it took
endif()

# Our own code is held to these; headers of others are not.
add_library(hearth_warnings INTERFACE)
target_compile_options(hearth_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
    # False alarms of g++ 12: in std::string (GCC bug 105651), in std::variant and std::optional. clang has its own.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<BOOL:${HEARTH_WARNINGS_AS_ERRORS}>:-Werror>)

# With a precompiled header ccache needs to know that clang's one carries no time stamp.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(hearth_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
else()
    target_compile_options(hearth_options INTERFACE -fpch-preprocess)
endif()

# The headers that nearly every source of ui/ reads, compiled once for all of them: a third of the time is left. (For tests
# it was measured too, and gains nothing: there the templates of QCOMPARE take the time.) A source still includes what
# it uses; the sanitizers' presets build without this and would tell.
option(HEARTH_PRECOMPILE "Precompile the headers that the sources of ui/ share" ON)
function(hearth_precompile target)
    if(NOT HEARTH_PRECOMPILE)
        return()
    endif()
    if(NOT TARGET hearth_precompiled)
        file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/precompiled.cpp" CONTENT "")
        add_library(hearth_precompiled OBJECT "${CMAKE_BINARY_DIR}/precompiled.cpp")
        target_link_libraries(hearth_precompiled PRIVATE hearth_options hearth_warnings Qt6::Widgets)
        target_precompile_headers(hearth_precompiled PRIVATE
            <QApplication> <QFuture> <QLabel> <QLayout> <QMenu> <QPainter> <QPushButton> <QTimer>
            <atomic> <chrono> <functional> <memory> <optional> <string> <vector>)
    endif()
    target_precompile_headers(${target} REUSE_FROM hearth_precompiled)
    set_target_properties(${target} PROPERTIES PCH_WARN_INVALID OFF)
endfunction()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

function(hearth_add_library name)
    cmake_parse_arguments(arg "" "" "PUBLIC;PRIVATE" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS "*.cpp" "*.h")
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
    # A folder of headers only still gets a target, so that its name can be linked.
    set(compiled ${sources})
    list(FILTER compiled INCLUDE REGEX "\\.cpp$")
    if(compiled)
        add_library(${name} STATIC ${sources})
        target_link_libraries(${name} PUBLIC hearth_options ${arg_PUBLIC} PRIVATE hearth_warnings ${arg_PRIVATE})
        if(NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "/core/(base|cache|profiles)$") # these know no Qt
            set_target_properties(${name} PROPERTIES AUTOMOC ON AUTORCC ON)
        endif()
        if(CMAKE_CURRENT_SOURCE_DIR MATCHES "^${CMAKE_SOURCE_DIR}/ui(/|$)")
            hearth_precompile(${name})
        endif()
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE hearth_options ${arg_PUBLIC} ${arg_PRIVATE})
    endif()
endfunction()

function(hearth_add_program name)
    file(GLOB sources CONFIGURE_DEPENDS "*.cpp" "*.h")
    add_executable(${name} ${sources})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE hearth_options hearth_warnings ${ARGN})
endfunction()

# Tests under tests/core carry the label core and hang on the target core_tests, so that they can be built alone.
function(hearth_add_test source)
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} "${source}")
    set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(${name} PRIVATE hearth_options hearth_warnings hearth_test_support Qt6::Test ${ARGN})
    add_test(NAME ${name} COMMAND ${name})
    set(environment "QT_QPA_PLATFORM=offscreen")
    # ThreadSanitizer cannot see into Qt; a plain program gets no such excuse.
    if(HEARTH_SANITIZE STREQUAL "thread")
        file(STRINGS "${source}" qt_main REGEX "QTEST_[A-Z_]*MAIN|QTest::qExec" LIMIT_COUNT 1)
        if(qt_main)
            list(APPEND environment "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp")
        endif()
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT 120 ENVIRONMENT "${environment}")
    if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/tests/core/")
        set_tests_properties(${name} PROPERTIES LABELS core)
        if(NOT TARGET core_tests)
            add_custom_target(core_tests)
        endif()
        add_dependencies(core_tests ${name})
    endif()
endfunction()

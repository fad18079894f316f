# ZephyrConfig.cmake - as much of Zephyr's build as a sample with one module needs, for the computer
#
# Takes in the modules in EXTRA_ZEPHYR_MODULES: their zephyr/module.yml names a Kconfig file and a
# folder with a CMakeLists.txt. prj.conf, and then the file EXTRA_CONF_FILE, choose among the options
# of the Kconfig files, and what they cannot choose is an error. The target `app` is the sample's.
project(zephyr C)
get_filename_component(zephyr_here ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)

add_library(zephyr_interface INTERFACE)
target_compile_options(zephyr_interface INTERFACE -std=c17 -Os -ffunction-sections -fdata-sections
    -Wall -Wextra -Werror)
add_library(app OBJECT)
target_link_libraries(app PRIVATE zephyr_interface)
set_property(GLOBAL PROPERTY zephyr_libraries)

function(zephyr_include_directories)
    foreach(folder ${ARGN})
        get_filename_component(folder ${folder} ABSOLUTE)
        target_include_directories(zephyr_interface INTERFACE ${folder})
    endforeach()
endfunction()
macro(zephyr_library)
    string(MAKE_C_IDENTIFIER "${CMAKE_CURRENT_SOURCE_DIR}" ZEPHYR_CURRENT_LIBRARY)
    add_library(${ZEPHYR_CURRENT_LIBRARY} STATIC)
    target_link_libraries(${ZEPHYR_CURRENT_LIBRARY} PRIVATE zephyr_interface)
    set_property(GLOBAL APPEND PROPERTY zephyr_libraries ${ZEPHYR_CURRENT_LIBRARY})
endmacro()
function(zephyr_library_sources)
    target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_library_compile_options)
    target_compile_options(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()
function(zephyr_library_compile_definitions)
    target_compile_definitions(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()

# The value of a key in a module.yml, which has it on a line of its own.
function(zephyr_module_key file key value)
    file(STRINGS ${file} line REGEX "^  ${key}: ")
    string(REGEX REPLACE "^  ${key}: *" "" line "${line}")
    set(${value} ${line} PARENT_SCOPE)
endfunction()

foreach(module ${EXTRA_ZEPHYR_MODULES})
    get_filename_component(module ${module} ABSOLUTE)
    zephyr_module_key(${module}/zephyr/module.yml cmake folder)
    zephyr_module_key(${module}/zephyr/module.yml kconfig kconfig)
    execute_process(COMMAND ${PYTHON} ${zephyr_here}/../kconfig.py ${module}/${kconfig}
        ${CMAKE_CURRENT_SOURCE_DIR}/prj.conf ${EXTRA_CONF_FILE}
        OUTPUT_FILE ${CMAKE_BINARY_DIR}/kconfig.cmake RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "${module}/${kconfig}")
    endif()
    include(${CMAKE_BINARY_DIR}/kconfig.cmake)
    add_subdirectory(${module}/${folder} ${CMAKE_BINARY_DIR}/module)
endforeach()

# When the sample has named its sources.
function(zephyr_link)
    get_property(libraries GLOBAL PROPERTY zephyr_libraries)
    add_executable(firmware $<TARGET_OBJECTS:app>)
    target_link_libraries(firmware PRIVATE ${libraries})
endfunction()
cmake_language(DEFER CALL zephyr_link)

# project.cmake - as much of ESP-IDF's build as a project with one component needs, for the computer
#
# project() takes in `main`, and before it the component that main/idf_component.yml names by
# override_path. Each component's Kconfig gives its CONFIG_ variables (SDKCONFIG, lines CONFIG_X=y,
# changes them). Options and dialect are ESP-IDF's.
set(idf_here ${CMAKE_CURRENT_LIST_DIR}/../..)

# A library of the component's folder, whose name is in COMPONENT_LIB from here on.
function(idf_component_register)
    cmake_parse_arguments(PARSE_ARGV 0 component "" "" "SRCS;INCLUDE_DIRS")
    if(component_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "idf_component_register: ${component_UNPARSED_ARGUMENTS}")
    endif()
    get_filename_component(name ${CMAKE_CURRENT_SOURCE_DIR} NAME)
    add_library(__idf_${name} STATIC ${component_SRCS})
    target_include_directories(__idf_${name} PUBLIC ${component_INCLUDE_DIRS}
        ${idf_here}/include)
    target_compile_options(__idf_${name} PRIVATE -std=gnu17 -Os -ffunction-sections
        -fdata-sections -Wall -Wextra -Werror)
    set(COMPONENT_LIB __idf_${name} PARENT_SCOPE)
    set_property(GLOBAL APPEND PROPERTY idf_libraries __idf_${name})
endfunction()

function(idf_component folder)
    get_filename_component(name ${folder} NAME)
    if(EXISTS ${folder}/Kconfig)
        execute_process(COMMAND ${PYTHON} ${idf_here}/../kconfig.py ${folder}/Kconfig ${SDKCONFIG}
            OUTPUT_FILE ${CMAKE_BINARY_DIR}/${name}.cmake RESULT_VARIABLE failed)
        if(failed)
            message(FATAL_ERROR "${folder}/Kconfig")
        endif()
        include(${CMAKE_BINARY_DIR}/${name}.cmake)
    endif()
    add_subdirectory(${folder} ${CMAKE_BINARY_DIR}/${name})
endfunction()

macro(project name)
    _project(${name} C)
    file(STRINGS main/idf_component.yml override REGEX "override_path:")
    string(REGEX REPLACE ".*\"(.*)\"" "\\1" override "${override}")
    get_filename_component(override main/${override} ABSOLUTE)
    idf_component(${override})
    get_filename_component(library ${override} NAME)
    idf_component(${CMAKE_SOURCE_DIR}/main)
    target_link_libraries(__idf_main PRIVATE __idf_${library})
    add_executable(firmware ${idf_here}/board.c)
    target_link_libraries(firmware PRIVATE __idf_main)
endmacro()

# An installed Verlihub, for the plugin in core/verlihub: its headers, its library, its folder of plugins, and the flags that
# a plugin must share with it, which Verlihub itself tells nobody.
#
# Looks for the program verlihub_config on PATH, or below Verlihub_ROOT or the environment's VHPY_VERLIHUB_ROOT.
# Sets Verlihub_FOUND, Verlihub_VERSION, Verlihub_PREFIX, Verlihub_PLUGIN_DIR, Verlihub_WHY_NOT (one line), and the target
# Verlihub::Verlihub.
set(Verlihub_WHY_NOT "")

function(_vhpy_ask_verlihub what into)
  execute_process(COMMAND "${Verlihub_CONFIG}" ${what} OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${into} "${answer}" PARENT_SCOPE)
endfunction()

find_program(Verlihub_CONFIG verlihub_config HINTS "${Verlihub_ROOT}/bin" "$ENV{VHPY_VERLIHUB_ROOT}/bin")
mark_as_advanced(Verlihub_CONFIG)
if(NOT Verlihub_CONFIG)
  set(Verlihub_WHY_NOT "no verlihub_config on PATH, and no -DVerlihub_ROOT= or VHPY_VERLIHUB_ROOT")
else()
  _vhpy_ask_verlihub(--prefix Verlihub_PREFIX)
  _vhpy_ask_verlihub(--version Verlihub_VERSION)
  _vhpy_ask_verlihub(--plugins Verlihub_PLUGIN_DIR)
  cmake_path(ABSOLUTE_PATH Verlihub_PLUGIN_DIR BASE_DIRECTORY "${Verlihub_PREFIX}")  # it may be told as "lib"
  find_path(Verlihub_INCLUDE verlihub/cvhplugin.h HINTS "${Verlihub_PREFIX}/include" NO_DEFAULT_PATH)
  find_library(Verlihub_LIBRARY verlihub HINTS "${Verlihub_PREFIX}/lib" "${Verlihub_PREFIX}/lib64" NO_DEFAULT_PATH)
  # What its headers include.
  find_path(Verlihub_MYSQL_INCLUDE mysql/mysql.h)
  find_path(Verlihub_ICU_INCLUDE unicode/ucnv.h)
  find_path(Verlihub_MAXMINDDB_INCLUDE maxminddb.h)
  find_path(Verlihub_PCRE_INCLUDE pcre.h)
  # A Verlihub built with USE_CUSTOM_AUTOSPRINTF has that function itself, and its headers need no libasprintf.
  find_path(Verlihub_AUTOSPRINTF_INCLUDE autosprintf.h)
  mark_as_advanced(Verlihub_AUTOSPRINTF_INCLUDE)
  set(_vhpy_symbols "")
  if(Verlihub_LIBRARY)
    execute_process(COMMAND "${CMAKE_NM}" -D --defined-only -C "${Verlihub_LIBRARY}" OUTPUT_VARIABLE _vhpy_symbols
                    ERROR_QUIET)
  endif()
  set(_vhpy_needed INCLUDE LIBRARY MYSQL_INCLUDE ICU_INCLUDE MAXMINDDB_INCLUDE PCRE_INCLUDE)
  if(NOT _vhpy_symbols MATCHES "my_autosprintf")
    list(APPEND _vhpy_needed AUTOSPRINTF_INCLUDE)
  endif()
  foreach(part IN LISTS _vhpy_needed)
    mark_as_advanced(Verlihub_${part})
    if(NOT Verlihub_${part} AND Verlihub_WHY_NOT STREQUAL "")
      string(TOLOWER ${part} name)
      string(REPLACE "_" " " name "${name}")
      set(Verlihub_WHY_NOT "${Verlihub_CONFIG} is there, but not its ${name} files")
    endif()
  endforeach()
endif()

if(Verlihub_WHY_NOT STREQUAL "")
  set(Verlihub_FOUND TRUE)
  if(NOT TARGET Verlihub::Verlihub)
    # The hub's base class has one virtual function more where it was built with syslog. A plugin that disagrees loads, and
    # each of its callbacks is in the slot of another. The library's own symbols say which it is.
    add_library(Verlihub::Verlihub SHARED IMPORTED GLOBAL)
    set_target_properties(Verlihub::Verlihub PROPERTIES IMPORTED_LOCATION "${Verlihub_LIBRARY}")
    target_include_directories(
      Verlihub::Verlihub SYSTEM
      INTERFACE "${Verlihub_INCLUDE}/verlihub" "${Verlihub_MYSQL_INCLUDE}" "${Verlihub_ICU_INCLUDE}"
                "${Verlihub_MAXMINDDB_INCLUDE}" "${Verlihub_PCRE_INCLUDE}")
    target_compile_definitions(Verlihub::Verlihub INTERFACE HAVE_LINUX HAVE_SYS_POLL_H=1 U_USING_ICU_NAMESPACE=1)
    if(_vhpy_symbols MATCHES "nVerliHub::cObj::SysLog\\(int, bool\\)")
      target_compile_definitions(Verlihub::Verlihub INTERFACE ENABLE_SYSLOG)
    endif()
    if(_vhpy_symbols MATCHES "my_autosprintf")
      target_compile_definitions(Verlihub::Verlihub INTERFACE USE_CUSTOM_AUTOSPRINTF=1)
    else()
      target_include_directories(Verlihub::Verlihub SYSTEM INTERFACE "${Verlihub_AUTOSPRINTF_INCLUDE}")
    endif()
  endif()
  unset(_vhpy_symbols)
else()
  set(Verlihub_FOUND FALSE)
endif()

// What the test plugin does when a host starts and ends it. Thread: hub.
#pragma once

#include "core/dynamic_functions.h"

extern "C" {
void start_test_plugin(vhpy::DynamicFunctions& functions);
void stop_test_plugin(vhpy::DynamicFunctions& functions);
}

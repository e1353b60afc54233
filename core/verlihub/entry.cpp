// What Verlihub looks for in a plugin's library: the composition root. Nothing else is exported.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>

#include "core/log_lines.h"
#include "core/verlihub/plugin.h"
#include "core/verlihub/users.h"
#include "pymodule/host/python_host.h"

namespace {

using vhpy::verlihub::Engine;
using vhpy::verlihub::Plugin;
using vhpy::verlihub::Server;

void start_logging() {
  constexpr const char* kLogger = "vhpy";
  if (spdlog::get(kLogger) != nullptr) return;
  spdlog::set_default_logger(spdlog::stderr_color_mt(kLogger));
  spdlog::set_formatter(vhpy::log_formatter("%Y-%m-%d %H:%M:%S.%e [%n] [%l]"));
}

// Verlihub logs what it catches here, and nothing that is thrown later. Who has asked for the plugin in chat hears "No error" of
// it: so the reason goes there, too.
void refuse(Server* server, const char* why) {
  spdlog::error("{}", why);
  if (server != nullptr) vhpy::verlihub::tell_plugin_operators(*server, why);
  throw why;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) nVerliHub::nPlugin::cPluginBase* get_plugin() {
  start_logging();
  Server* const server = Server::sCurrentServer;
  if (server != nullptr && server->mPluginManager.GetPlugin(Plugin::kName) != nullptr) {
    refuse(server, "another Python plugin is loaded already; one process can have one only: unload that one and keep it from being "
           "loaded at start, then load this one");
  }
  if (Engine::existing() == nullptr && vhpy::py::python_runs()) {
    refuse(server, "another plugin has started Python in this process already; one process can have one only: keep that plugin from "
           "being loaded, and restart the hub");
  }
  return new Plugin;
}

// The object stays: see plugin.h. Verlihub's own part of it is a few hundred bytes.
__attribute__((visibility("default"))) void del_plugin(nVerliHub::nPlugin::cPluginBase* plugin) {
  if (plugin != nullptr) static_cast<Plugin*>(plugin)->retire();
}
}

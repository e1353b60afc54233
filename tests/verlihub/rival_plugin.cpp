// A plugin that stands for another Python plugin: like those, it starts Python inside the hub's process. Its name is given at
// compile time: the one that all Python plugins have, or one that Verlihub takes for a different plugin.
#include "core/verlihub/hub_headers.h"

// All that is needed of Python's stable interface; its header is pymodule's alone.
extern "C" {
int Py_IsInitialized();
void Py_InitializeEx(int with_signals);
void* PyEval_SaveThread();
}

namespace {

class Rival final : public nVerliHub::nPlugin::cVHPlugin {
 public:
  Rival() {
    mName = VHPY_RIVAL_NAME;
    mVersion = "1";
  }
  bool RegisterAll() override { return true; }
  void OnLoad(vhpy::verlihub::Server* server) override {
    cVHPlugin::OnLoad(server);
    if (Py_IsInitialized() != 0) return;
    Py_InitializeEx(0);
    PyEval_SaveThread();
  }
};

}  // namespace

extern "C" {

__attribute__((visibility("default"))) nVerliHub::nPlugin::cPluginBase* get_plugin() { return new Rival; }

__attribute__((visibility("default"))) void del_plugin(nVerliHub::nPlugin::cPluginBase* plugin) { delete plugin; }
}

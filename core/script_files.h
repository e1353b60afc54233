// The scripts directory of a hub: what is loaded at start, and what operators can ask for by number.
#pragma once

#include <string>
#include <vector>

namespace vhpy {

// Names of the files that end in .py, in the order of their bytes; empty if the directory cannot be read. Whether they are
// scripts shows when they are loaded. Blocks: for the disk.
std::vector<std::string> script_files(const std::string& directory);

}  // namespace vhpy

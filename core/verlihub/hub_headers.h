// Verlihub's headers that the plugin needs, in the one order in which they compile. They bring the names of std into the
// global namespace; nothing else of the project includes them.
#pragma once

#include <sstream>

#include <cserverdc.h>
// After the server.
#include <cban.h>
#include <cbanlist.h>
#include <cconfigitembase.h>
#include <cconndc.h>
#include <cdcconsole.h>
#include <cdctag.h>
#include <cquery.h>
#include <creglist.h>
#include <cuser.h>
#include <cvhplugin.h>
#include <script_api.h>

namespace vhpy::verlihub {

using Server = nVerliHub::nSocket::cServerDC;
using Connection = nVerliHub::nSocket::cConnDC;
using HubUser = nVerliHub::cUser;
using UserBase = nVerliHub::cUserBase;
using UserCollection = nVerliHub::cUserCollection;
using Message = nVerliHub::nProtocol::cMessageDC;
using PluginBot = nVerliHub::cPluginRobot;

}  // namespace vhpy::verlihub

// Rows: topic, settings and bots.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kTopic = function<&Hub::topic, &live::View::topic>(
    "Topic", Effect::kWrites,
    "Reads or sets the hub's topic.\n\ntopic: the new one, shown to everybody; '' clears it; None only reads. Returns\n"
    "the topic afterwards, None if there is none.",
    param("topic", none));

inline constexpr auto kGetConfig = function<&Hub::config, &live::View::config>(
    "GetConfig", Effect::kReads,
    "Reads a setting.\n\nconf: vh.config_name for the hub's own, or a plugin's name. var: the setting. default: what to\n"
    "return if there is none. Returns a str.",
    param("conf"), param("var"), param("default", none));

inline constexpr auto kSetConfig = function<&Hub::set_config>(
    "SetConfig", Effect::kWrites,
    "Changes a setting and keeps it.\n\nconf: vh.config_name for the hub's own, or a plugin's name (any var is\n"
    "created there). var: the setting. val: the value, as str. Returns False if the hub has no such setting or the\n"
    "value does not fit it.",
    param("conf"), param("var"), param("val"));

inline constexpr auto kAddRobot = function<&Hub::add_robot>(
    "AddRobot", Effect::kWrites,
    "Puts a bot into the user list.\n\nnick: its nick. class_: 0 to 5, or 10 (anything else: 0). desc, speed, mail:\n"
    "shown to users. share: bytes, as str. The bot belongs to the script and leaves with it. Returns False if the\n"
    "nick is taken or has forbidden characters.",
    param("nick"), param("class_"), param("desc"), param("speed"), param("mail"), param("share"));

inline constexpr auto kDelRobot = function<&Hub::delete_robot>(
    "DelRobot", Effect::kWrites,
    "Removes a bot that this script has added.\n\nnick: its nick. Returns False if there is none, or it is not this script's.",
    param("nick"));

struct SettingFunctions {
  static constexpr const char* kTitle = "Settings, topic and bots";
  using Table = FunctionTable<kTopic, kGetConfig, kSetConfig, kAddRobot, kDelRobot>;
};

}  // namespace vhpy::functions

// An entry of the log is one line, whatever is in it; a traceback's lines are marked. Deterministic.
#include "core/log_lines.h"

#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

namespace vhpy {
namespace {

class LogLinesTest : public ::testing::Test {
 protected:
  LogLinesTest() { logger.set_formatter(log_formatter("[%n] [%l]")); }

  std::ostringstream stream;
  spdlog::logger logger{"hub", std::make_shared<spdlog::sinks::ostream_sink_mt>(stream)};
};

TEST_F(LogLinesTest, TextOfOthersCannotPassForAnEntry) {
  logger.info("alice was kicked by bob: {}", "no reason\n2026-01-01 00:00:00.000 [info] carol was kicked by dave");
  EXPECT_EQ(stream.str(), "[hub] [info] alice was kicked by bob: no reason\\n"
                          "2026-01-01 00:00:00.000 [info] carol was kicked by dave\n");
}

TEST_F(LogLinesTest, TerminalsAreToldNothing) {
  logger.warn("{}", std::string("a\x1b[2J\x9b\r\t\v\x7f\xc2\x9b", 12) + std::string(1, '\0') + "z");
  EXPECT_EQ(stream.str(), "[hub] [warning] a\\x1b[2J\x9b\\r\\t\\x0b\\x7f\\xc2\\x9b\\x00z\n");
}

TEST_F(LogLinesTest, TextStaysAsItIs) {
  for (const std::string text : {"Žlutý Юзер 日本 \\n {} %v %*", "\xde\xe7\xe5\xf0 \x80\x9f\xff\xc2", ""}) {
    stream.str("");
    logger.info(text);
    EXPECT_EQ(stream.str(), "[hub] [info] " + text + "\n");
  }
}

TEST_F(LogLinesTest, LinesOfATracebackAreMarked) {
  logger.error("script a.py raised{}", log_block("Traceback\n  File \"a.py\"\nValueError: x\r\n[hub] [info] forged"));
  EXPECT_EQ(stream.str(), "[hub] [error] script a.py raised\n"
                          "  | Traceback\n"
                          "  |   File \"a.py\"\n"
                          "  | ValueError: x\\r\n"
                          "  | [hub] [info] forged\n");
}

TEST_F(LogLinesTest, ACopyOfTheFormatterWritesTheSame) {
  logger.set_formatter(log_formatter("[%l]")->clone());
  logger.info("a\nb");
  EXPECT_EQ(stream.str(), "[info] a\\nb\n");
}

}  // namespace
}  // namespace vhpy

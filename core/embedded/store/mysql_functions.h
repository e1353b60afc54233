// The functions of MySQL's that SQLite lacks, written with SQLite's interface for them.
//
// Of text: CONCAT, CONCAT_WS, LEFT, RIGHT, LOCATE. Of numbers: RAND. Of addresses: INET_ATON, INET_NTOA. Of days and times:
// UNIX_TIMESTAMP(x), FROM_UNIXTIME, DATE_ADD, DATE_SUB, DATEDIFF, DATE_FORMAT, YEAR, MONTH, DAY, DAYOFMONTH, DAYOFYEAR, HOUR,
// MINUTE, SECOND. And ISNULL, DATABASE. As in MySQL, NULL or what is no date gives NULL.
//
// Each takes time in proportion to the length of what it is given. Thread: hub.
#pragma once

struct sqlite3;

namespace vhpy::embedded::store {

// Whether all could be made known to this connection.
bool register_mysql_functions(sqlite3* handle);

}  // namespace vhpy::embedded::store

// Histograms of durations: which bucket, and what a quantile says.
#include "queue/stats.h"

#include "queue/detail/counters.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using namespace std::chrono_literals;

TEST(StatsTest, BucketsArePowersOfTwo) {
  detail::Histogram histogram;
  histogram.add(-5ns);  // a clock that was read late
  histogram.add(0ns);
  histogram.add(1ns);
  histogram.add(2ns);
  histogram.add(3ns);
  histogram.add(4ns);
  histogram.add(24h);
  const HistogramView view = histogram.view();
  EXPECT_EQ(view.counts[0], 2u);
  EXPECT_EQ(view.counts[1], 1u);
  EXPECT_EQ(view.counts[2], 2u);
  EXPECT_EQ(view.counts[3], 1u);
  EXPECT_EQ(view.counts[HistogramView::kBuckets - 1], 1u);
  EXPECT_EQ(view.samples(), 7u);
}

TEST(StatsTest, QuantileIsTheUpperEdgeOfItsBucket) {
  HistogramView view;
  EXPECT_EQ(view.quantile(0.5), 0ns);
  view.counts[5] = 90;  // 16 to 31 ns
  view.counts[10] = 10; // 512 to 1023 ns
  EXPECT_EQ(view.quantile(0.0), 31ns);
  EXPECT_EQ(view.quantile(0.5), 31ns);
  EXPECT_EQ(view.quantile(0.9), 31ns);
  EXPECT_EQ(view.quantile(0.99), 1023ns);
  EXPECT_EQ(view.quantile(1.0), 1023ns);
}

}  // namespace
}  // namespace vhpy::queue

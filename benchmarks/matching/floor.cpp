// The floor: what a bare price-time book costs on this machine. Prices are places of a flat array, queues are linked
// through the orders, a bitmap finds the next price, an order's id is its index. No id map, no accounts, no order
// types, no events: a lower bound to compare with, not an engine.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

struct Op {
  uint8_t kind, side;
  uint16_t unused;
  uint32_t quantity;
  uint64_t id;
  int64_t price;
};
static_assert(sizeof(Op) == 24);

struct Tally {
  uint64_t trades = 0, volume = 0, notional = 0, maker_hash = 0;
  bool operator==(const Tally&) const = default;
};

struct Workload {
  std::vector<Op> first, ops;
  Tally expected;
  uint64_t max_id = 0;
  int64_t lowest = 0, highest = 0;
};

static std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

static uint64_t json_number(const std::string& text, const std::string& name) {
  auto at = text.find("\"" + name + "\":");
  return at == std::string::npos ? 0 : strtoull(text.c_str() + at + name.size() + 3, nullptr, 10);
}

static Workload load(const std::string& path) {
  std::string bytes = read_file(path);
  if (bytes.size() < 24 || bytes.compare(0, 8, "CIFTOPS1") != 0) {
    fprintf(stderr, "%s: not an operations file\n", path.c_str());
    exit(2);
  }
  uint64_t counts[2];
  memcpy(counts, bytes.data() + 8, 16);
  Workload w;
  w.first.resize(counts[0]);
  w.ops.resize(counts[1]);
  memcpy(w.first.data(), bytes.data() + 24, counts[0] * sizeof(Op));
  memcpy(w.ops.data(), bytes.data() + 24 + counts[0] * sizeof(Op), counts[1] * sizeof(Op));
  std::string json = read_file(path.substr(0, path.rfind(".bin")) + ".expected.json");
  w.expected = {json_number(json, "trades"), json_number(json, "volume"), json_number(json, "notional"),
                json_number(json, "maker_hash")};
  w.max_id = json_number(json, "max_id");
  w.lowest = w.highest = w.first.at(0).price;
  for (auto* part : {&w.first, &w.ops})
    for (auto& op : *part) w.lowest = std::min(w.lowest, op.price), w.highest = std::max(w.highest, op.price);
  return w;
}

class Floor {
  struct Order {
    uint32_t next, prev, quantity;
    uint16_t level;
    uint8_t side, open;
  };
  struct Level {
    uint32_t head = 0, tail = 0;
  };
  static constexpr int kNone = -1;

  int64_t base_;
  int levels_;
  std::vector<Order> orders_;
  std::vector<Level> level_[2];
  std::vector<uint64_t> bits_[2];
  int best_[2] = {kNone, kNone};

  void find_best(int side, int from) {
    auto& bits = bits_[side];
    int word = from >> 6;
    if (side == 0) {
      while (word >= 0 && !bits[word]) --word;
      best_[0] = word < 0 ? kNone : word * 64 + 63 - std::countl_zero(bits[word]);
    } else {
      int words = int(bits.size());
      while (word < words && !bits[word]) ++word;
      best_[1] = word == words ? kNone : word * 64 + std::countr_zero(bits[word]);
    }
  }

  void emptied(int side, int level) {
    bits_[side][level >> 6] &= ~(1ull << (level & 63));
    if (best_[side] == level) find_best(side, level);
  }

  uint32_t take(int side, int limit, uint32_t quantity, Tally& tally) {
    int other = 1 - side;
    while (quantity) {
      int at = best_[other];
      if (at == kNone || (side == 0 ? at > limit : at < limit)) break;
      Level& level = level_[other][at];
      uint64_t price = uint64_t(base_ + at);
      while (quantity && level.head) {
        Order& maker = orders_[level.head];
        uint32_t traded = std::min(quantity, maker.quantity);
        quantity -= traded;
        ++tally.trades;
        tally.volume += traded;
        tally.notional += traded * price;
        tally.maker_hash = tally.maker_hash * 1099511628211ull + uint64_t(level.head) * 31 + traded;
        maker.quantity -= traded;
        if (maker.quantity) break;
        maker.open = 0;
        level.head = maker.next;
      }
      if (level.head) {
        orders_[level.head].prev = 0;
      } else {
        level.tail = 0;
        emptied(other, at);
      }
    }
    return quantity;
  }

 public:
  explicit Floor(const Workload& w)
      : base_(w.lowest - 64), levels_(int((w.highest - w.lowest + 191) / 64 * 64)), orders_(w.max_id + 1) {
    for (int side : {0, 1}) level_[side].resize(levels_), bits_[side].resize(levels_ / 64);
  }

  void add(const Op& op, Tally& tally) {
    int at = int(op.price - base_);
    uint32_t left = take(op.side, at, op.quantity, tally);
    if (!left) return;
    uint32_t id = uint32_t(op.id);
    Level& level = level_[op.side][at];
    orders_[id] = {0, level.tail, left, uint16_t(at), op.side, 1};
    if (level.tail) {
      orders_[level.tail].next = id;
    } else {
      level.head = id;
      bits_[op.side][at >> 6] |= 1ull << (at & 63);
      int best = best_[op.side];
      if (best == kNone || (op.side == 0 ? at > best : at < best)) best_[op.side] = at;
    }
    level.tail = id;
  }

  void ioc(const Op& op, Tally& tally) { take(op.side, int(op.price - base_), op.quantity, tally); }

  void cancel(const Op& op) {
    Order& order = orders_[op.id];
    if (!order.open) return;
    order.open = 0;
    Level& level = level_[order.side][order.level];
    (order.prev ? orders_[order.prev].next : level.head) = order.next;
    (order.next ? orders_[order.next].prev : level.tail) = order.prev;
    if (!level.head) emptied(order.side, order.level);
  }

  void step(const Op& op, Tally& tally) {
    switch (op.kind) {
      case 0: return add(op, tally);
      case 1: return cancel(op);
      default: return ioc(op, tally);
    }
  }
};

using Clock = std::chrono::steady_clock;

static uint32_t nanoseconds(Clock::time_point start) {
  return uint32_t(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count());
}

static uint32_t quantile(std::vector<uint32_t>& values, double q) {
  if (values.empty()) return 0;
  size_t at = std::min(size_t(double(values.size()) * q), values.size() - 1);
  std::nth_element(values.begin(), values.begin() + long(at), values.end());
  return values[at];
}

template <class T>
static T median(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int main(int argc, char** argv) {
  Workload w = load(argc > 1 ? argv[1] : "ops.bin");
  int rounds = std::max(1, argc > 2 ? atoi(argv[2]) : 5);
  std::vector<double> rates;
  std::vector<uint32_t> columns[10];
  bool correct = true;
  for (int round = 0; round < rounds; ++round) {
    {
      Floor book(w);
      Tally tally;
      for (auto& op : w.first) book.step(op, tally);
      auto start = Clock::now();
      for (auto& op : w.ops) book.step(op, tally);
      rates.push_back(double(w.ops.size()) / std::chrono::duration<double>(Clock::now() - start).count());
      correct &= tally == w.expected;
    }
    Floor book(w);
    Tally tally;
    for (auto& op : w.first) book.step(op, tally);
    std::vector<uint32_t> all(w.ops.size()), kinds[3];
    for (size_t at = 0; at < w.ops.size(); ++at) {
      auto start = Clock::now();
      book.step(w.ops[at], tally);
      all[at] = nanoseconds(start);
    }
    correct &= tally == w.expected;
    for (size_t at = 0; at < all.size(); ++at) kinds[w.ops[at].kind].push_back(all[at]);
    int column = 0;
    for (double q : {0.5, 0.99, 0.999, 1.0}) columns[column++].push_back(quantile(all, q));
    for (auto& kind : kinds)
      for (double q : {0.5, 0.99}) columns[column++].push_back(quantile(kind, q));
  }
  std::vector<uint32_t> clock(1'000'000);
  for (auto& value : clock) {
    auto start = Clock::now();
    value = nanoseconds(start);
  }
  uint32_t m[10];
  for (int at = 0; at < 10; ++at) m[at] = median(columns[at]);
  printf("%-24s ops/s best=%.2fM med=%.2fM | ns/op p50=%u p99=%u p99.9=%u max=%u | add %u/%u cancel %u/%u ioc %u/%u | "
         "clock=%u check=%s\n",
         "floor (C++)", *std::max_element(rates.begin(), rates.end()) / 1e6, median(rates) / 1e6, m[0], m[1], m[2], m[3],
         m[4], m[5], m[6], m[7], m[8], m[9], quantile(clock, 0.5), correct ? "OK" : "FAIL");
  return correct ? 0 : 1;
}

#include "race_detector.h"

#include <algorithm>

namespace tt_simulator {

RaceDetector::RaceDetector(uint32_t cores)
    : known_(cores, Clock(cores)), incoming_(cores, Clock(cores)), has_incoming_(cores) {
  for (uint32_t core = 0; core < cores; ++core) known_[core][core] = 1;
}

void RaceDetector::Join(Clock& to, const Clock& from) {
  for (size_t i = 0; i < to.size(); ++i) to[i] = std::max(to[i], from[i]);
}

size_t RaceDetector::Enter(std::vector<Access>& list, const Access& access) {
  for (size_t i = 0; i < list.size(); ++i) {
    Access& old = list[i];
    if (old.core != access.core || old.is_write != access.is_write) continue;
    if (access.begin <= old.begin && old.end <= access.end) {
      old = access;
      return i;
    }
  }
  list.push_back(access);
  return list.size() - 1;
}

std::optional<RaceDetector::Conflict> RaceDetector::Issue(uint32_t core, uint32_t queue,
                                                          uint32_t bank, uint32_t begin,
                                                          uint32_t size, bool is_write, Site site) {
  const Access access{begin, begin + size, core, kPending, is_write, site};
  const size_t slot = size_t{queue} * 2 + is_write;
  if (unfinished_.size() <= slot) unfinished_.resize(slot + 1);
  std::optional<Conflict> conflict;
  for (uint64_t page = begin >> kPageShift; page <= (access.end - 1) >> kPageShift; ++page) {
    std::vector<Access>& list = pages_[uint64_t{bank} << 32 | page];
    for (const Access& other : list) {
      if (other.core == core || (!is_write && !other.is_write)) continue;
      if (other.end <= begin || access.end <= other.begin) continue;
      const bool ordered = other.epoch != kPending && known_[core][other.core] >= other.epoch;
      if (!ordered && !conflict) conflict = Conflict{other.core, other.is_write, other.site};
    }
    unfinished_[slot].push_back({&list, Enter(list, access)});
  }
  return conflict;
}

void RaceDetector::Finish(uint32_t core, uint32_t queue, bool writes) {
  const size_t slot = size_t{queue} * 2 + writes;
  if (slot >= unfinished_.size()) return;
  for (const Place& place : unfinished_[slot]) (*place.list)[place.index].epoch = known_[core][core];
  unfinished_[slot].clear();
}

void RaceDetector::Signal(uint32_t from, uint32_t to) {
  if (from == to) return;
  Join(incoming_[to], known_[from]);
  has_incoming_[to] = true;
  ++known_[from][from];  // what comes later is not covered
}

void RaceDetector::Observe(uint32_t core) {
  if (!has_incoming_[core]) return;
  Join(known_[core], incoming_[core]);
  has_incoming_[core] = false;
}

}  // namespace tt_simulator

#include "race_detector.h"

#include <algorithm>

#include "buffers.h"

namespace tt_simulator {

RaceDetector::RaceDetector(uint32_t cores)
    : known_(cores, Clock(cores)),
      incoming_(cores, Clock(cores)),
      has_incoming_(cores),
      words_(cores) {
  for (uint32_t core = 0; core < cores; ++core) known_[core][core] = 1;
}

void RaceDetector::Join(Clock& to, const Clock& from) {
  for (size_t i = 0; i < to.size(); ++i) to[i] = std::max(to[i], from[i]);
}

uint32_t& RaceDetector::HeadOf(uint32_t bank, uint32_t page) {
  if (heads_.size() <= bank) heads_.resize(bank + 1);
  std::vector<uint32_t>& heads = heads_[bank];
  if (heads.size() <= page) heads.resize(std::max<size_t>(page + 1, 2 * heads.size()), kNone);
  return heads[page];
}

uint32_t RaceDetector::Enter(uint32_t& head, Access access) {
  for (uint32_t i = head; i != kNone; i = accesses_[i].next) {
    Access& old = accesses_[i];
    if (old.core != access.core || old.is_write != access.is_write) continue;
    if (access.begin <= old.begin && old.end <= access.end) {
      access.next = old.next;
      old = access;
      return i;
    }
  }
  access.next = head;
  head = static_cast<uint32_t>(accesses_.size());
  accesses_.push_back(access);
  return head;
}

std::optional<RaceDetector::Conflict> RaceDetector::Issue(uint32_t core, uint32_t queue,
                                                          uint32_t bank, uint32_t begin,
                                                          uint32_t size, bool is_write, Site site) {
  const Access access{begin, begin + size, core, kPending, is_write, site, kNone};
  const size_t slot = size_t{queue} * 2 + is_write;
  if (unfinished_.size() <= slot) unfinished_.resize(slot + 1);
  std::optional<Conflict> conflict;
  // Counted from where tensors start, so that a tile is one page.
  const uint32_t first = (std::max(begin, kDramBase) - kDramBase) >> kPageShift;
  const uint32_t last = (std::max(access.end - 1, kDramBase) - kDramBase) >> kPageShift;
  for (uint32_t page = first; page <= last; ++page) {
    uint32_t& head = HeadOf(bank, page);
    for (uint32_t i = head; i != kNone; i = accesses_[i].next) {
      const Access& other = accesses_[i];
      if (other.core == core || (!is_write && !other.is_write)) continue;
      if (other.end <= begin || access.end <= other.begin) continue;
      const bool ordered = other.epoch != kPending && known_[core][other.core] >= other.epoch;
      if (!ordered && !conflict) conflict = Conflict{other.core, other.is_write, other.site};
    }
    unfinished_[slot].push_back(Enter(head, access));
  }
  return conflict;
}

void RaceDetector::Finish(uint32_t core, uint32_t queue, bool writes) {
  const size_t slot = size_t{queue} * 2 + writes;
  if (slot >= unfinished_.size()) return;
  for (uint32_t index : unfinished_[slot]) accesses_[index].epoch = known_[core][core];
  unfinished_[slot].clear();
}

void RaceDetector::Signal(uint32_t from, uint32_t to, uint32_t offset, uint32_t size) {
  if (from == to) return;
  Join(incoming_[to], known_[from]);
  for (uint32_t at = offset; size <= kMostFlagBytes && at < offset + size; at += sizeof(uint32_t)) {
    Clock& signalled = words_[to][at].signalled;
    if (signalled.empty()) signalled.resize(known_.size());
    Join(signalled, known_[from]);
  }
  has_incoming_[to] = true;
  ++known_[from][from];  // what comes later is not covered
}

void RaceDetector::Observe(uint32_t core) {
  if (!has_incoming_[core]) return;
  Join(known_[core], incoming_[core]);
  has_incoming_[core] = false;
}

void RaceDetector::ObserveWord(uint32_t core, uint32_t offset) {
  const auto word = words_[core].find(offset);
  if (word != words_[core].end() && !word->second.signalled.empty()) {
    Join(known_[core], word->second.signalled);
  }
}

void RaceDetector::StoreWord(uint32_t core, uint32_t offset) {
  words_[core][offset].stored = known_[core][core];
}

bool RaceDetector::KnowsStore(uint32_t from, uint32_t to, uint32_t offset) const {
  const auto word = words_[to].find(offset);
  return from == to || word == words_[to].end() || known_[from][to] >= word->second.stored;
}

}  // namespace tt_simulator
